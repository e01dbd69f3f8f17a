// How objects go over the wire: as themselves, as metadata only, or as rows of a Table. Texts of objects are kept, as objects never change.
import { apiVersionOf, type ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { ObjectMeta } from '../../apimachinery/objects.ts';
import { toServed } from './conversion.ts';
import type { ManagedFields } from './managed-fields.ts';
import { printed } from './model/round-trip.ts';
import type { StoredObject } from './stored-object.ts';
import type { Strategy } from './strategy.ts';

/** What the client accepts, in what shape. */
export interface Shape {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata';
  /** What a Table's rows carry. */
  readonly include: 'None' | 'Metadata' | 'Object';
  /** The version of meta.k8s.io that the client named. */
  readonly metaVersion: string;
}

export interface ListMetadata {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Go's order of the fields of metadata. */
const metadataOrder: readonly (keyof ObjectMeta)[] = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** Writes objects of one resource as JSON. */
export class Representation {
  private readonly definition: ResourceDefinition;
  private readonly strategy: Strategy;
  private readonly managedFields: ManagedFields;
  private readonly texts: WeakMap<object, string>;
  private readonly head: string;

  constructor(definition: ResourceDefinition, strategy: Strategy, managedFields: ManagedFields) {
    this.definition = definition;
    this.strategy = strategy;
    this.managedFields = managedFields;
    this.texts = textsOf(definition);
    this.head = `{"kind":${JSON.stringify(definition.kind)},"apiVersion":${JSON.stringify(apiVersionOf(definition))},`;
  }

  /** One object, in the shape that the client asked for. */
  one(object: StoredObject, shape: Shape, nowMs: number): string {
    if (shape.as === 'Table') {
      const metadata = object.metadata.resourceVersion ? { resourceVersion: object.metadata.resourceVersion } : {};
      return this.table([object], metadata, shape, nowMs, true);
    }
    if (shape.as === 'PartialObjectMetadata') return this.partial(object, shape.metaVersion);
    return `${this.head}${this.body(object)}`;
  }

  /** A list of objects. */
  list(objects: readonly StoredObject[], metadata: ListMetadata, shape: Shape, nowMs: number): string {
    if (shape.as === 'Table') return this.table(objects, metadata, shape, nowMs, true);
    const isPartial = shape.as === 'PartialObjectMetadata';
    const kind = isPartial ? 'PartialObjectMetadataList' : `${this.definition.kind}List`;
    const version = isPartial ? `meta.k8s.io/${shape.metaVersion}` : apiVersionOf(this.definition);
    const items = objects.map((object) => (isPartial ? this.partial(object, shape.metaVersion) : `{${this.body(object)}`));
    return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(version)},"metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`;
  }

  /** A Table of these objects; a watch's later events come without the columns. */
  table(objects: readonly StoredObject[], metadata: ListMetadata, shape: Shape, nowMs: number, withColumns: boolean): string {
    const columns = withColumns ? JSON.stringify(this.strategy.columns) : 'null';
    const rows = objects.map((object) => {
      const cells = JSON.stringify(this.strategy.cells(object, nowMs));
      return `{"cells":${cells},"object":${this.rowObject(object, shape)}}`;
    });
    return `{"kind":"Table","apiVersion":"meta.k8s.io/${shape.metaVersion}","metadata":${JSON.stringify(metadata)},"columnDefinitions":${columns},"rows":[${rows.join(',')}]}`;
  }

  private rowObject(object: StoredObject, shape: Shape): string {
    if (shape.include === 'None') return 'null';
    if (shape.include === 'Object') return `${this.head}${this.body(object)}`;
    return this.partial(object, shape.metaVersion);
  }

  private partial(object: StoredObject, metaVersion: string): string {
    return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${metaVersion}",${this.metadata(object)}}`;
  }

  /** All fields but kind and apiVersion, and the closing brace. */
  private body(object: StoredObject): string {
    let text = this.texts.get(object);
    if (text === undefined) {
      const served = toServed(this.definition, object);
      const { apiVersion: _, kind: __, metadata: ___, ...rest } = printed(apiVersionOf(this.definition), this.definition.kind, served);
      const others = JSON.stringify(rest);
      text = `${this.metadata(object)}${others === '{}' ? '}' : `,${others.slice(1)}`}`;
      this.texts.set(object, text);
    }
    return text;
  }

  private metadata(object: StoredObject): string {
    let text = metadataTexts.get(object);
    if (text === undefined || this.isConverted()) {
      const metadata = toServed(this.definition, object).metadata;
      const entries = metadata.managedFields ?? this.managedFields.of(object);
      const ordered: Record<string, unknown> = {};
      for (const key of metadataOrder) {
        if (key === 'managedFields') {
          if (entries.length > 0) ordered[key] = entries;
        } else if (metadata[key] !== undefined) ordered[key] = metadata[key];
      }
      text = `"metadata":${JSON.stringify(ordered)}`;
      if (!this.isConverted()) metadataTexts.set(object, text);
    }
    return text;
  }

  private isConverted(): boolean {
    return this.strategy.resource !== this.definition;
  }
}

const metadataTexts = new WeakMap<object, string>();
const textsByDefinition = new Map<ResourceDefinition, WeakMap<object, string>>();

function textsOf(definition: ResourceDefinition): WeakMap<object, string> {
  let texts = textsByDefinition.get(definition);
  if (!texts) {
    texts = new WeakMap();
    textsByDefinition.set(definition, texts);
  }
  return texts;
}

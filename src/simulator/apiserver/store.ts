// The generic verbs over every kind: what happens to an object on its way into and out of etcd, whoever asks.
// kubernetes: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go and registry/rest/{create,update,delete}.go
import { clone, isEqual } from '../../apimachinery/clone.ts';
import type { ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { ManagedFieldsEntry } from '../../apimachinery/objects.ts';
import { alreadyExists, invalid, notFound, StatusError } from '../../apimachinery/status-error.ts';
import type { DeleteOptions } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { timestamp } from '../timestamp.ts';
import { canonicalForm } from './canonical-form.ts';
import { planDeletion } from './deletion.ts';
import type { Etcd } from './etcd.ts';
import type { ManagedFields } from './managed-fields.ts';
import { checkDeletion, checkNamespace } from './namespace-lifecycle.ts';
import { validateCommonUpdate } from './registry/object-meta-validation.ts';
import type { UserInfo } from './request.ts';
import { storedKind, storedResource, tableOf } from './storage-version.ts';
import type { StoredObject } from './stored-object.ts';
import type { StoreReader, Strategy, WriteContext } from './strategy.ts';
import {
  checkPreconditions,
  checkResourceVersion,
  hasStatus,
  isFinished,
  prepareForUpdate,
  validateUpdate,
  writtenPart,
} from './write-rules.ts';

/** Who writes, and how. */
export interface WriteOptions {
  /** The field manager. */
  readonly manager: string;
  readonly user: UserInfo;
  readonly dryRun?: boolean;
  readonly subresource?: string;
  /** The version in which the client wrote, for managedFields; default: the stored one. */
  readonly apiVersion?: string;
  /** managedFields as the handler worked them out; without it they are worked out when somebody looks. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** What an update makes of the live object: a fresh object, with defaults. Undefined when there is nothing live and nothing to create. */
export interface Change {
  readonly object: StoredObject;
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

export interface Deletion {
  /** What is left, or the last state when it is gone. */
  readonly object: StoredObject;
  readonly gone: boolean;
}

export interface StoreParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly etcd: Etcd;
  readonly managedFields: ManagedFields;
  readonly strategyOf: (definition: ResourceDefinition) => Strategy;
}

/** kubernetes: store.go maxNameGenerationCreateAttempts */
const nameAttempts = 8;

/** Every object of the cluster, by the rules of its kind. */
export class Store implements StoreReader {
  readonly etcd: Etcd;
  readonly managedFields: ManagedFields;
  private readonly parts: StoreParts;

  constructor(parts: StoreParts) {
    this.parts = parts;
    this.etcd = parts.etcd;
    this.managedFields = parts.managedFields;
  }

  strategy(definition: ResourceDefinition): Strategy {
    return this.parts.strategyOf(storedKind(definition));
  }

  get(resource: string, namespace: string, name: string): StoredObject | undefined {
    return this.etcd.get(storedResource(resource), namespace, name);
  }

  list(resource: string, namespace = ''): readonly StoredObject[] {
    return this.etcd.list(storedResource(resource), namespace);
  }

  /** The present as Kubernetes writes it. */
  timestamp(): string {
    return timestamp(this.parts.clock.now);
  }

  context(operation: WriteContext['operation'], options: WriteOptions): WriteContext {
    return {
      operation,
      subresource: options.subresource ?? '',
      dryRun: options.dryRun ?? false,
      nowMs: this.parts.clock.now,
      timestamp: this.timestamp(),
      random: this.parts.random,
      user: options.user,
      reader: this,
    };
  }

  /** Creates the object, which must be the caller's own and have its defaults; it is what is stored afterwards, in its canonical form. */
  create(definition: ResourceDefinition, object: StoredObject, options: WriteOptions): StoredObject {
    const strategy = this.strategy(definition);
    const context = this.context('create', options);
    const written = options.managedFields || !(strategy.admit || strategy.prepareForCreate) ? object : clone(object);
    checkNamespace(definition, object, this);
    strategy.admit?.(object, undefined, context);
    this.prepareForCreate(definition, strategy, object, context);
    const errors = strategy.validate(object, context);
    if (errors.length > 0) throw invalid(strategy.resource, object.metadata.name ?? '', errors);
    const table = tableOf(definition);
    if (this.etcd.get(table, object.metadata.namespace ?? '', object.metadata.name))
      throw alreadyExists(strategy.resource, object.metadata.name);
    delete object.metadata.managedFields;
    // Storing gives the object its version; a dry run never comes to that.
    if (!context.dryRun) delete object.metadata.resourceVersion;
    const final = canonicalForm(object);
    this.noteOwners(final, undefined, written === object ? final : written, options);
    if (!context.dryRun) this.etcd.put(table, final);
    return final;
  }

  private prepareForCreate(definition: ResourceDefinition, strategy: Strategy, object: StoredObject, context: WriteContext): void {
    const metadata = object.metadata;
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    delete metadata.selfLink;
    delete metadata.generation;
    if (!definition.namespaced) delete metadata.namespace;
    if (hasStatus(strategy.resource)) delete object.status;
    if (strategy.hasGeneration) metadata.generation = 1;
    metadata.creationTimestamp = context.timestamp;
    metadata.uid = this.parts.random.uuid();
    if (!metadata.name && metadata.generateName)
      metadata.name = this.generateName(definition, metadata.namespace ?? '', metadata.generateName);
    strategy.prepareForCreate?.(object, context);
  }

  private generateName(definition: ResourceDefinition, namespace: string, base: string): string {
    let name = '';
    for (let attempt = 0; attempt < nameAttempts; attempt++) {
      // kubernetes: staging/src/k8s.io/apiserver/pkg/storage/names/generate.go
      name = `${base.slice(0, 58)}${this.parts.random.nameSuffix(5)}`;
      if (!this.etcd.get(tableOf(definition), namespace, name)) break;
    }
    return name;
  }

  /** Replaces what is stored by what `change` makes of it; 404 when nothing is stored, unless `create` says how to make it. */
  update(
    definition: ResourceDefinition,
    namespace: string,
    name: string,
    change: (live: StoredObject) => Change,
    options: WriteOptions,
  ): StoredObject {
    const strategy = this.strategy(definition);
    const live: StoredObject | undefined = this.etcd.get(tableOf(definition), namespace, name);
    if (!live) throw notFound(strategy.resource, name);
    const { object, managedFields } = change(live);
    checkResourceVersion(strategy, object, live);
    const context = this.context('update', options);
    const written = managedFields ? object : writtenPart(object, live, strategy, context.subresource);
    if (context.subresource === '') strategy.admit?.(object, live, context);
    prepareForUpdate(strategy, object, live, context);
    const errors = [
      ...validateCommonUpdate(object.metadata, live.metadata, definition.namespaced),
      ...validateUpdate(strategy, object, live, context),
    ];
    if (errors.length > 0) throw invalid(strategy.resource, name, errors);
    return this.storeUpdate(definition, object, live, written, managedFields ? { ...options, managedFields } : options);
  }

  /** A change of the server's own (a binding, an eviction's mark): no rules of the kind, no owners. */
  amend(
    definition: ResourceDefinition,
    namespace: string,
    name: string,
    change: (draft: StoredObject) => void,
    dryRun = false,
  ): StoredObject {
    const table = tableOf(definition);
    const live: StoredObject | undefined = this.etcd.get(table, namespace, name);
    if (!live) throw notFound(this.strategy(definition).resource, name);
    const draft = clone(live);
    change(draft);
    const object = canonicalForm(draft);
    if (dryRun || isEqual(object, live)) return object;
    this.managedFields.note(object, live, undefined);
    this.etcd.put(table, object);
    return object;
  }

  private storeUpdate(
    definition: ResourceDefinition,
    object: StoredObject,
    live: StoredObject,
    written: StoredObject,
    options: WriteOptions,
  ): StoredObject {
    delete object.metadata.managedFields;
    object.metadata.resourceVersion = live.metadata.resourceVersion;
    const sameOwners = !options.managedFields || isEqual(options.managedFields, this.managedFields.of(live));
    const final = canonicalForm(object, live);
    if (sameOwners && isEqual(final, live)) return live;
    if (!options.managedFields) keepOnce(written, object, final);
    this.noteOwners(final, live, written, options);
    if (options.dryRun) return final;
    if (isFinished(final, live)) return this.remove(definition, final);
    this.etcd.put(tableOf(definition), final);
    return final;
  }

  /** Deletes, or begins to; 404 when there is nothing. */
  delete(definition: ResourceDefinition, namespace: string, name: string, asked: DeleteOptions, options: WriteOptions): Deletion {
    checkDeletion(definition, name);
    const strategy = this.strategy(definition);
    const live: StoredObject | undefined = this.etcd.get(tableOf(definition), namespace, name);
    if (!live) throw notFound(strategy.resource, name);
    checkPreconditions(strategy.resource, live, asked);
    const context = this.context('delete', options);
    const plan = planDeletion(strategy, live, asked, context);
    let object = live;
    if (plan.object) {
      object = plan.object;
      this.managedFields.note(object, live, undefined);
      if (!context.dryRun) this.etcd.put(tableOf(definition), object);
    }
    if (!plan.now) return { object, gone: false };
    return { object: context.dryRun ? object : this.remove(definition, object), gone: true };
  }

  private remove(definition: ResourceDefinition, object: StoredObject): StoredObject {
    const last: StoredObject = { ...object, metadata: { ...object.metadata } };
    this.managedFields.note(last, object, undefined);
    this.etcd.remove(tableOf(definition), last);
    this.strategy(definition).released?.(last);
    return last;
  }

  private noteOwners(object: StoredObject, live: StoredObject | undefined, written: StoredObject, options: WriteOptions): void {
    if (options.managedFields) this.managedFields.set(object, options.managedFields);
    else {
      this.managedFields.note(object, live, {
        manager: options.manager,
        apiVersion: options.apiVersion ?? written.apiVersion,
        subresource: options.subresource ?? '',
        time: this.timestamp(),
        after: written,
      });
    }
  }
}

/** What is stored as it was written is remembered as what is stored, in place: so it isn't kept twice. */
function keepOnce(written: StoredObject, object: StoredObject, stored: StoredObject): void {
  shareParts(written, object, stored);
  shareParts(written.metadata, object.metadata, stored.metadata);
}

function shareParts<T extends object>(written: T, object: T, stored: T): void {
  for (const key in written) {
    const part = stored[key];
    if (key !== 'metadata' && typeof part === 'object' && written[key] === object[key]) written[key] = part;
  }
}

/** True for failures that say the object isn't there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof StatusError && error.status.code === 404;
}

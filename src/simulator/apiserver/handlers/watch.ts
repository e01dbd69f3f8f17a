// WATCH: each change of what the selectors choose, as a line of JSON, until the client leaves or its time is up.
import { apiVersionOf } from '../../../apimachinery/kinds.ts';
import { StatusError } from '../../../apimachinery/status-error.ts';
import type { Cancel } from '../../clock.ts';
import { streaming } from '../answers.ts';
import type { Change } from '../etcd.ts';
import { OutputStream } from '../output-stream.ts';
import type { Representation } from '../representation.ts';
import type { ApiAnswer } from '../request.ts';
import { tableOf } from '../storage-version.ts';
import type { StoredObject } from '../stored-object.ts';
import type { Strategy } from '../strategy.ts';
import type { Call } from './call.ts';
import { representation } from './get.ts';
import { parseVersion } from './list.ts';
import { isSelected, type ListOptions, listOptions } from './list-options.ts';

/** kubernetes: staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go defaultBookmarkFrequency */
const bookmarkEveryMs = 60_000;

export function watch(call: Call): ApiAnswer {
  const options = listOptions(call);
  const version = parseVersion(options.resourceVersion);
  const stream = new OutputStream();
  new Watch(call, options, stream).start(version);
  return streaming(stream, 'application/json', call.warnings);
}

class Watch {
  private readonly call: Call;
  private readonly options: ListOptions;
  private readonly stream: OutputStream;
  private readonly writer: Representation;
  private readonly strategy: Strategy;
  private readonly cancels: Cancel[] = [];
  private hasColumns = false;
  private seen = 0;

  constructor(call: Call, options: ListOptions, stream: OutputStream) {
    this.call = call;
    this.options = options;
    this.stream = stream;
    this.writer = representation(call);
    this.strategy = call.store.strategy(call.definition);
    stream.onHangUp = () => this.stop();
  }

  start(version: number): void {
    const etcd = this.call.store.etcd;
    const table = tableOf(this.call.definition);
    const fromNow = version === 0 || this.options.sendInitialEvents === true;
    const after = fromNow ? etcd.revision : version;
    if (fromNow && this.options.sendInitialEvents !== false) this.sendInitial(etcd.list(table, this.namespace()));
    this.seen = after;
    if (this.options.sendInitialEvents) this.bookmark(true);
    try {
      this.cancels.push(etcd.watch(table, after, (change) => this.onChange(change)));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.line('ERROR', JSON.stringify(error.status));
      this.stream.finish();
      return;
    }
    this.setTimers();
  }

  private setTimers(): void {
    const { clock } = this.call;
    const { timeoutSeconds, allowWatchBookmarks } = this.options;
    if (timeoutSeconds) {
      const end = () => {
        this.stop();
        this.stream.finish();
      };
      this.cancels.push(clock.after(timeoutSeconds * 1000, end));
    }
    if (!allowWatchBookmarks) return;
    const next = () => {
      this.bookmark(false);
      this.cancels.push(clock.after(bookmarkEveryMs, next));
    };
    this.cancels.push(clock.after(bookmarkEveryMs, next));
  }

  private stop(): void {
    for (const cancel of this.cancels.splice(0)) cancel();
  }

  private namespace(): string {
    return this.call.definition.namespaced ? this.call.info.namespace : '';
  }

  private sendInitial(objects: readonly StoredObject[]): void {
    for (const object of objects) if (this.isSelected(object)) this.event('ADDED', object);
  }

  private isSelected(object: StoredObject): boolean {
    const namespace = this.namespace();
    if (namespace !== '' && object.metadata.namespace !== namespace) return false;
    if (this.call.info.name !== '' && object.metadata.name !== this.call.info.name) return false;
    return isSelected(this.options, object, this.strategy);
  }

  /** A change of labels or fields can bring an object into the selection or out of it. */
  private onChange({ type, object, previous, revision }: Change): void {
    this.seen = revision;
    const is = type !== 'DELETED' && this.isSelected(object);
    const was = previous !== undefined && this.isSelected(previous);
    if (is) this.event(was ? 'MODIFIED' : 'ADDED', object);
    else if (was && type === 'DELETED') this.event('DELETED', object);
    else if (was) this.event('DELETED', this.asOf(previous, revision));
  }

  /** What left the selection is told as it was, at the revision of its leaving. */
  private asOf(previous: StoredObject, revision: number): StoredObject {
    const copy = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
    this.call.store.managedFields.note(copy, previous, undefined);
    return copy;
  }

  private event(type: string, object: StoredObject): void {
    const { shape, clock } = this.call;
    if (shape.as !== 'Table') {
      this.line(type, this.writer.one(object, shape, clock.now));
      return;
    }
    const metadata = object.metadata.resourceVersion ? { resourceVersion: object.metadata.resourceVersion } : {};
    this.line(type, this.writer.table([object], metadata, shape, clock.now, !this.hasColumns));
    this.hasColumns = true;
  }

  private bookmark(isInitialEnd: boolean): void {
    const { definition, shape } = this.call;
    const annotations = isInitialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
    const metadata = { resourceVersion: String(this.seen), ...annotations };
    if (shape.as === 'Table') {
      const row = `{"cells":[],"object":${JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata })}}`;
      const head = `"kind":"Table","apiVersion":"meta.k8s.io/${shape.metaVersion}"`;
      this.line('BOOKMARK', `{${head},"metadata":{"resourceVersion":"${this.seen}"},"columnDefinitions":null,"rows":[${row}]}`);
      return;
    }
    const isPartial = shape.as === 'PartialObjectMetadata';
    const kind = isPartial ? 'PartialObjectMetadata' : definition.kind;
    const apiVersion = isPartial ? `meta.k8s.io/${shape.metaVersion}` : apiVersionOf(definition);
    this.line('BOOKMARK', JSON.stringify({ kind, apiVersion, metadata }));
  }

  private line(type: string, object: string): void {
    this.stream.send(`{"type":"${type}","object":${object}}\n`);
  }
}

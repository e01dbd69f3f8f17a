// KubernetesApi straight into the simulator's handlers: same thread, no HTTP, the same answers.
import { StatusError } from '../apimachinery/status-error.ts';
import type { ApiAnswer, ApiRequest, Stream } from '../simulator/apiserver/request.ts';
import { channels } from '../simulator/apiserver/request.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import { collectionPath, execEnding, pathOf, pathSegment, referenceOf, selectionQuery, statusError } from './api-paths.ts';
import { appliedObject, applyPatch, clientSideManager } from './client-side-apply.ts';
import type { ClusterClock } from './cluster.ts';
import type {
  AccessQuery,
  ApiWatchEvent,
  ExecOptions,
  ExecResult,
  KubernetesApi,
  LogOptions,
  ObjectReference,
  Selection,
} from './kubernetes-api.ts';

export interface SimulatedApiOptions {
  /** Answers a request; whichever simulator stands behind the cluster at the moment. */
  readonly handle: (request: ApiRequest) => ApiAnswer;
  readonly clock: ClusterClock;
  /** Called when something was resolved that others may be waiting for. */
  readonly onProgress: () => void;
}

const administrator = { commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] };
const jsonHeaders = { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'k8squest' };
const decoder = new TextDecoder();

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | URLSearchParams;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class SimulatedApi implements KubernetesApi {
  private readonly options: SimulatedApiOptions;

  constructor(options: SimulatedApiOptions) {
    this.options = options;
  }

  async get(reference: ObjectReference): Promise<KubernetesObject | undefined> {
    try {
      return this.json({ path: pathOf(reference) });
    } catch (error) {
      if (error instanceof StatusError && error.status.code === 404) return undefined;
      throw error;
    }
  }

  async list(selection: Selection): Promise<readonly KubernetesObject[]> {
    const { items } = this.json<{ items: KubernetesObject[] }>({ path: collectionPath(selection), query: selectionQuery(selection) });
    return items.map((item) => ({ ...item, apiVersion: selection.apiVersion, kind: selection.kind }));
  }

  async apply(object: KubernetesObject): Promise<KubernetesObject> {
    const reference = referenceOf(object);
    const live = await this.get(reference);
    const query = { fieldManager: clientSideManager, fieldValidation: 'Strict' };
    if (!live) return this.json({ method: 'POST', path: collectionPath(reference), query, body: appliedObject(object) });
    const body = applyPatch(live, object);
    return this.json({ method: 'PATCH', path: pathOf(reference), query, body, contentType: 'application/strategic-merge-patch+json' });
  }

  async patch(reference: ObjectReference, patch: Readonly<Record<string, unknown>>): Promise<KubernetesObject> {
    return this.json({
      method: 'PATCH',
      path: pathOf(reference),
      query: { fieldManager: 'k8squest' },
      body: patch,
      contentType: 'application/merge-patch+json',
    });
  }

  async delete(reference: ObjectReference): Promise<void> {
    try {
      this.json({
        method: 'DELETE',
        path: pathOf(reference),
        body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
      });
    } catch (error) {
      if (!(error instanceof StatusError && error.status.code === 404)) throw error;
    }
  }

  async dryRun(object: KubernetesObject): Promise<KubernetesObject> {
    return this.json({
      method: 'POST',
      path: collectionPath(referenceOf(object)),
      query: { dryRun: 'All', fieldManager: 'k8squest' },
      body: object,
    });
  }

  exec({ namespace, pod, container, command, timeoutMs }: ExecOptions): Promise<ExecResult> {
    const query = new URLSearchParams(command.map((word): [string, string] => ['command', word]));
    query.set('stdout', 'true');
    query.set('stderr', 'true');
    if (container) query.set('container', container);
    let answer: ApiAnswer;
    try {
      answer = this.call(
        {
          path: `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(pod)}/exec`,
          query,
          headers: { upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' },
        },
        true,
      );
    } catch (error) {
      return Promise.resolve({ stdout: '', stderr: '', failure: (error as Error).message });
    }
    if (answer.kind !== 'stream') return Promise.resolve({ stdout: '', stderr: '', failure: 'the server did not open a stream' });
    return this.collect(answer.stream, timeoutMs);
  }

  async logs({ namespace, pod, container, previous, tailLines, sinceSeconds }: LogOptions): Promise<string> {
    const query: Record<string, string> = {
      ...(container && { container }),
      ...(previous && { previous: 'true' }),
      ...(tailLines !== undefined && { tailLines: String(tailLines) }),
      ...(sinceSeconds !== undefined && { sinceSeconds: String(sinceSeconds) }),
    };
    const answer = this.call({ path: `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(pod)}/log`, query });
    if (answer.kind === 'response') return decoder.decode(answer.body);
    if (answer.kind !== 'stream') throw new Error('logs can only be a response or a stream');
    const { stream } = answer;
    return new Promise((resolve) => {
      const chunks: Uint8Array[] = [];
      stream.onData((_channel, bytes) => chunks.push(bytes));
      stream.onEnd(() => this.settle(() => resolve(decoder.decode(Buffer.concat(chunks)))));
    });
  }

  async canI({ as, ...query }: AccessQuery): Promise<boolean> {
    const { verb, group, resource, subresource, namespace, name } = query;
    const resourceAttributes = { verb, group, resource, namespace, ...(subresource && { subresource }), ...(name && { name }) };
    const review = as ? 'SubjectAccessReview' : 'SelfSubjectAccessReview';
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: review,
      spec: { resourceAttributes, ...(as && { user: as.user, groups: as.groups }) },
    };
    const path = `/apis/authorization.k8s.io/v1/${review.toLowerCase()}s`;
    return this.json<{ status: { allowed: boolean } }>({ method: 'POST', path, body }).status.allowed;
  }

  watch(
    selection: Selection,
    listener: (event: ApiWatchEvent) => void,
    states: { onSynced?: () => void; onLost?: (why: string) => void } = {},
  ): () => void {
    let current: Stream | undefined;
    let isStopped = false;
    const known = new Map<string, KubernetesObject>();
    const begin = () => {
      if (isStopped) return;
      const path = collectionPath(selection);
      const list = this.json<{ items: KubernetesObject[]; metadata: { resourceVersion: string } }>({
        path,
        query: selectionQuery(selection),
      });
      this.catchUp(known, list.items, selection, listener);
      states.onSynced?.();
      const answer = this.call({
        path,
        query: { ...selectionQuery(selection), watch: 'true', resourceVersion: list.metadata.resourceVersion },
      });
      if (answer.kind !== 'stream') throw new Error(`a watch of ${path} was answered without a stream`);
      current = answer.stream;
      readLines(current, (line) => {
        const event = JSON.parse(line) as { type: string; object: KubernetesObject };
        if (isStopped || event.type === 'BOOKMARK' || event.type === 'ERROR') return;
        const name = `${event.object.metadata.namespace ?? ''}/${event.object.metadata.name}`;
        if (event.type === 'DELETED') known.delete(name);
        else known.set(name, event.object);
        listener(event as ApiWatchEvent);
        this.options.onProgress();
      });
      // The cluster was made anew: what it holds now is told as changes.
      current.onEnd(() => this.options.clock.after(0, begin));
    };
    begin();
    return () => {
      isStopped = true;
      current?.hangUp();
    };
  }

  /** Tells the difference between what was known and what is there. */
  private catchUp(
    known: Map<string, KubernetesObject>,
    items: readonly KubernetesObject[],
    selection: Selection,
    listener: (event: ApiWatchEvent) => void,
  ): void {
    const gone = new Map(known);
    known.clear();
    for (const item of items) {
      const object = { ...item, apiVersion: selection.apiVersion, kind: selection.kind };
      const name = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      listener({ type: gone.delete(name) ? 'MODIFIED' : 'ADDED', object });
      known.set(name, object);
    }
    for (const object of gone.values()) listener({ type: 'DELETED', object });
  }

  private collect(stream: Stream, timeoutMs: number): Promise<ExecResult> {
    const output: Record<number, Uint8Array[]> = { [channels.stdout]: [], [channels.stderr]: [], [channels.error]: [] };
    const text = (channel: number) => decoder.decode(Buffer.concat(output[channel]!));
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(timeoutMs, () => {
        stream.hangUp();
        this.settle(() =>
          resolve({
            stdout: text(channels.stdout),
            stderr: text(channels.stderr),
            timedOut: true,
            failure: `no end within ${timeoutMs / 1000} s`,
          }),
        );
      });
      stream.onData((channel, bytes) => output[channel]?.push(bytes));
      stream.onEnd(() => {
        cancel();
        this.settle(() => resolve({ stdout: text(channels.stdout), stderr: text(channels.stderr), ...execEnding(text(channels.error)) }));
      });
    });
  }

  private settle(resolve: () => void): void {
    resolve();
    this.options.onProgress();
  }

  private json<T = KubernetesObject>(call: Call): T {
    const answer = this.call(call);
    if (answer.kind !== 'response') throw new Error(`${call.method ?? 'GET'} ${call.path} was answered with a stream`);
    return JSON.parse(decoder.decode(answer.body)) as T;
  }

  /** Throws a StatusError where the answer is one. */
  private call({ method = 'GET', path, query = {}, body, contentType, headers }: Call, upgrade = false): ApiAnswer {
    const answer = this.options.handle({
      method,
      path,
      query: query instanceof URLSearchParams ? query : new URLSearchParams(query),
      headers: { ...jsonHeaders, ...(contentType && { 'content-type': contentType }), ...headers },
      body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body)),
      certificate: administrator,
      ...(upgrade && { upgrade }),
    });
    if (answer.kind !== 'response' || answer.status < 400) return answer;
    throw statusError(answer.status, decoder.decode(answer.body));
  }
}

function readLines(stream: Stream, onLine: (line: string) => void): void {
  let rest = '';
  const text = new TextDecoder();
  stream.onData((_channel, bytes) => {
    const lines = (rest + text.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line) onLine(line);
  });
}

// KubernetesApi for real clusters.
import { StatusError } from '../apimachinery/status-error.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import { collectionPath, pathOf, pathSegment, referenceOf, selectionQuery } from './api-paths.ts';
import { appliedObject, applyPatch, clientSideManager } from './client-side-apply.ts';
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
import type { Connection } from './real-api-connection.ts';
import { RealWatch } from './real-api-watch.ts';

/** Least time between the beginnings of two execs: a shared cluster isn't pestered. */
const execEveryMs = 1000;
/** A server that takes longer for its version isn't well. */
const answerMsMax = 2000;
/** How often something is applied again that somebody else changed at the same time. */
const conflictTries = 5;

/** Fields of a delete that others don't have. */
export interface DeleteOptions {
  readonly uid?: string;
  readonly gracePeriodSeconds?: number;
}

export class RealApi implements KubernetesApi {
  private readonly connection: Connection;
  private nextExecAt = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** With `answerMs`, the server may take only so long. */
  async get(reference: ObjectReference, answerMs?: number): Promise<KubernetesObject | undefined> {
    try {
      return await this.connection.json<KubernetesObject>({ path: pathOf(reference), ...(answerMs !== undefined && { answerMs }) });
    } catch (error) {
      if (isCode(error, 404)) return undefined;
      throw error;
    }
  }

  async list(selection: Selection): Promise<readonly KubernetesObject[]> {
    const path = collectionPath(selection);
    const { items } = await this.connection.json<{ items: KubernetesObject[] }>({ path, query: selectionQuery(selection) });
    return items.map((item) => ({ ...item, apiVersion: selection.apiVersion, kind: selection.kind }));
  }

  async apply(object: KubernetesObject): Promise<KubernetesObject> {
    for (let left = conflictTries; ; left--) {
      try {
        return await this.applyOnce(object);
      } catch (error) {
        if (!isCode(error, 409) || left === 0) throw error;
      }
    }
  }

  /** Creates it, or fails when it is there. */
  create(object: KubernetesObject): Promise<KubernetesObject> {
    const query = { fieldManager: clientSideManager, fieldValidation: 'Strict' };
    return this.connection.json({ method: 'POST', path: collectionPath(referenceOf(object)), query, body: appliedObject(object) });
  }

  async patch(reference: ObjectReference, patch: Readonly<Record<string, unknown>>): Promise<KubernetesObject> {
    return this.connection.json({
      method: 'PATCH',
      path: pathOf(reference),
      query: { fieldManager: 'k8squest' },
      body: patch,
      contentType: 'application/merge-patch+json',
    });
  }

  /** With `uid`, only the object of that uid goes. */
  async delete(reference: ObjectReference, { uid, gracePeriodSeconds }: DeleteOptions = {}): Promise<void> {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Background',
      ...(uid && { preconditions: { uid } }),
      ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    };
    try {
      await this.connection.text({ method: 'DELETE', path: pathOf(reference), body });
    } catch (error) {
      if (!isCode(error, 404)) throw error;
    }
  }

  async dryRun(object: KubernetesObject): Promise<KubernetesObject> {
    const query = { dryRun: 'All', fieldManager: 'k8squest' };
    return this.connection.json({ method: 'POST', path: collectionPath(referenceOf(object)), query, body: object });
  }

  async exec({ timeoutMs, ...options }: ExecOptions): Promise<ExecResult> {
    const now = Date.now();
    const at = Math.max(now, this.nextExecAt);
    this.nextExecAt = at + execEveryMs;
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
    const result = await this.connection.exec(options, timeoutMs);
    if (result.timedOut && !(await this.answers())) return { stdout: '', stderr: '', failure: "the cluster doesn't answer" };
    return result.failure && !result.timedOut && !result.stdout && !result.stderr ? this.explainExec(options, result) : result;
  }

  async logs({ namespace, pod, container, previous, tailLines, sinceSeconds }: LogOptions): Promise<string> {
    const query: Record<string, string> = {
      ...(container && { container }),
      ...(previous && { previous: 'true' }),
      ...(tailLines !== undefined && { tailLines: String(tailLines) }),
      ...(sinceSeconds !== undefined && { sinceSeconds: String(sinceSeconds) }),
    };
    return this.connection.text({ path: `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(pod)}/log`, query });
  }

  async canI({ as, verb, group, resource, subresource, namespace, name }: AccessQuery): Promise<boolean> {
    const resourceAttributes = { verb, group, resource, namespace, ...(subresource && { subresource }), ...(name && { name }) };
    const kind = as ? 'SubjectAccessReview' : 'SelfSubjectAccessReview';
    const spec = { resourceAttributes, ...(as && { user: as.user, groups: as.groups }) };
    const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec };
    const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
    const review = await this.connection.json<{ status: { allowed: boolean } }>({ method: 'POST', path, body });
    return review.status.allowed;
  }

  watch(
    selection: Selection,
    listener: (event: ApiWatchEvent) => void,
    states: { onSynced?: () => void; onLost?: (why: string) => void } = {},
  ): () => void {
    const watch = new RealWatch({ connection: this.connection, selection, listener, ...states });
    watch.start();
    return () => watch.stop();
  }

  /** Whether a command that didn't end can be blamed on itself: the server, at least, answers. */
  private async answers(): Promise<boolean> {
    try {
      await this.connection.text({ path: '/version', signal: AbortSignal.timeout(answerMsMax) });
      return true;
    } catch (error) {
      return error instanceof StatusError;
    }
  }

  private async applyOnce(object: KubernetesObject): Promise<KubernetesObject> {
    const reference = referenceOf(object);
    const live = await this.get(reference);
    if (!live) return this.create(object);
    return this.connection.json({
      method: 'PATCH',
      path: pathOf(reference),
      query: { fieldManager: clientSideManager, fieldValidation: 'Strict' },
      body: applyPatch(live, object),
      contentType: 'application/strategic-merge-patch+json',
    });
  }

  /** A WebSocket that isn't opened doesn't tell why; the same request without one does. */
  private async explainExec(
    { namespace, pod, container, command }: Omit<ExecOptions, 'timeoutMs'>,
    result: ExecResult,
  ): Promise<ExecResult> {
    if (!/Unexpected server response|ended without a status|ECONN|socket/i.test(result.failure ?? '')) return result;
    const parameters = new URLSearchParams(command.map((word): [string, string] => ['command', word]));
    parameters.set('stdout', 'true');
    if (container) parameters.set('container', container);
    const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(pod)}/exec?${parameters}`;
    try {
      await this.connection.text({ path });
    } catch (error) {
      if (error instanceof StatusError && error.status.code !== 400) return { ...result, failure: error.message };
      if (error instanceof StatusError && !/upgrade/i.test(error.message)) return { ...result, failure: error.message };
      if (!(error instanceof StatusError)) throw error;
    }
    return result;
  }
}

function isCode(error: unknown, code: number): boolean {
  return error instanceof StatusError && error.status.code === code;
}

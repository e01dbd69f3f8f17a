// What every KubernetesApi answers, whichever cluster stands behind it: one body, run on each.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StatusError } from '../../src/apimachinery/status-error.ts';
import { lastApplied } from '../../src/cluster/client-side-apply.ts';
import type { ApiWatchEvent, KubernetesApi } from '../../src/cluster/kubernetes-api.ts';
import type { KubernetesObject } from '../../src/simulator/client.ts';

export interface ApiUnderTest {
  readonly api: KubernetesApi;
  /** A namespace that is made for the suite; it goes in `close`. */
  readonly namespace: string;
  close(): Promise<void>;
}

export function describeKubernetesApi(name: string, open: () => Promise<ApiUnderTest>): void {
  describe(name, () => {
    let api: KubernetesApi;
    let namespace: string;
    let close: (() => Promise<void>) | undefined;

    beforeAll(async () => {
      const opened = await open();
      ({ api, namespace } = opened);
      close = () => opened.close();
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'default' };
      await until(20_000, async () => (await api.get(account)) !== undefined);
      await api.apply(pod('shell'));
      await until(120_000, async () => phaseOf(await api.get(podReference('shell'))) === 'Running');
    }, 150_000);
    afterAll(async () => {
      await close?.();
    }, 60_000);

    const map = (data: Record<string, string>, name = 'settings', labels?: Record<string, string>) =>
      ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace, ...(labels && { labels }) },
        data,
      }) as unknown as KubernetesObject;
    const mapReference = (name = 'settings') => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    const maps = (labelSelector?: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, ...(labelSelector && { labelSelector }) });
    const podReference = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace, name });
    const pod = (name: string) =>
      ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'echo one; echo two; echo three; sleep 3600'] }],
        },
      }) as unknown as KubernetesObject;

    async function failure(work: Promise<unknown>): Promise<StatusError> {
      const error = await work.then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(StatusError);
      return error as StatusError;
    }

    test('what is not there is undefined, and its deletion is no error', async () => {
      expect(await api.get(mapReference('nowhere'))).toBeUndefined();
      await api.delete(mapReference('nowhere'));
    });

    test('applying makes an object as kubectl apply does', async () => {
      const made = await api.apply(map({ a: '1', b: '2' }));
      expect(made.metadata.annotations?.[lastApplied]).toContain('"a":"1"');
      expect(made.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual([
        'kubectl-client-side-apply Update',
      ]);
    });

    test('applying again changes what is said, removes what no longer is, and leaves what others added', async () => {
      await api.apply(map({ a: '1', b: '2' }));
      await api.patch(mapReference(), { data: { theirs: 'x' } });
      await api.apply(map({ a: '3' }));
      expect((await api.get(mapReference())) as unknown as { data: unknown }).toMatchObject({ data: { a: '3', theirs: 'x' } });
      expect(((await api.get(mapReference())) as unknown as { data: Record<string, string> }).data['b']).toBeUndefined();
    });

    test('applying the same twice changes nothing', async () => {
      const first = await api.apply(map({ a: '1' }, 'same'));
      const second = await api.apply(map({ a: '1' }, 'same'));
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    test('a merge patch of null takes a field away', async () => {
      await api.apply(map({ a: '1', b: '2' }, 'patched'));
      const patched = await api.patch(mapReference('patched'), { data: { b: null } });
      expect((patched as unknown as { data: unknown }).data).toEqual({ a: '1' });
    });

    test('a patch of what is not there is NotFound, in the server’s words', async () => {
      const error = await failure(api.patch(mapReference('nowhere'), { data: {} }));
      expect([error.status.code, error.status.reason, error.message]).toEqual([404, 'NotFound', 'configmaps "nowhere" not found']);
    });

    test('a misspelled field is refused', async () => {
      const error = await failure(api.apply({ ...map({}, 'wrong'), dta: {} } as never));
      expect(error.status.code).toBe(400);
      expect(error.message).toContain('unknown field "dta"');
    });

    test('an invalid object is refused with its causes', async () => {
      const error = await failure(api.apply({ ...pod('wrong'), spec: { containers: [] } } as never));
      expect([error.status.code, error.status.reason]).toEqual([422, 'Invalid']);
      expect(error.message).toBe('Pod "wrong" is invalid: spec.containers: Required value');
    });

    test('an unknown kind is refused', async () => {
      const error = await failure(api.list({ apiVersion: 'example.com/v1', kind: 'Thing', namespace }));
      expect(error.message).toContain('no matches for kind "Thing"');
    });

    test.each(['..', '.', 'a/b', '%2e', ''])('a name that leads elsewhere (%j) is refused', async (name) => {
      const error = await failure((async () => api.get(mapReference(name)))());
      expect(error.status.code).toBe(400);
    });

    test('a list holds whole objects, and heeds a selector', async () => {
      await api.apply(map({ a: '1' }, 'red', { colour: 'red' }));
      await api.apply(map({ a: '1' }, 'blue', { colour: 'blue' }));
      const found = await api.list(maps('colour in (red)'));
      expect(found.map(({ kind, apiVersion, metadata }) => `${apiVersion} ${kind} ${metadata.name}`)).toEqual(['v1 ConfigMap red']);
    });

    test('deleting begins the deletion', async () => {
      await api.apply(map({}, 'short-lived'));
      await api.delete(mapReference('short-lived'));
      expect(await api.get(mapReference('short-lived'))).toBeUndefined();
    });

    test('a dry run tells what would be and makes nothing', async () => {
      const would = await api.dryRun(pod('only-thought'));
      expect((would as unknown as { spec: { restartPolicy: string } }).spec.restartPolicy).toBe('Always');
      expect(await api.get(podReference('only-thought'))).toBeUndefined();
      const error = await failure(api.dryRun({ ...pod('x'), spec: {} } as never));
      expect(error.status.reason).toBe('Invalid');
    });

    test('a command’s output and exit code come back', async () => {
      const exec = (...command: string[]) => api.exec({ namespace, pod: 'shell', command, timeoutMs: 10_000 });
      expect(await exec('echo', 'hello', 'äöü €')).toEqual({ stdout: 'hello äöü €\n', stderr: '', exitCode: 0 });
      expect(await exec('sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 7 });
      expect((await exec('sh', '-c', 'seq 1 20000')).stdout.split('\n')).toHaveLength(20_001);
    });

    test('a command that does not end is given up', async () => {
      const result = await api.exec({ namespace, pod: 'shell', command: ['sleep', '60'], timeoutMs: 1500 });
      expect([result.timedOut, result.exitCode]).toEqual([true, undefined]);
    });

    test('a command, pod or container that is not there is a failure that says so', async () => {
      const exec = (options: object) =>
        api
          .exec({ namespace, pod: 'shell', command: ['true'], timeoutMs: 10_000, ...options })
          .then(({ failure, exitCode }) => ({ failure, exitCode }));
      expect((await exec({ command: ['no-such-program'] })).failure ?? '').toContain('executable file not found');
      expect(await exec({ pod: 'nobody' })).toEqual({ failure: 'pods "nobody" not found', exitCode: undefined });
      expect((await exec({ container: 'other' })).failure).toContain('container other');
    });

    test('logs come whole, or their tail', async () => {
      await expect.poll(() => api.logs({ namespace, pod: 'shell' }), { timeout: 10_000 }).toBe('one\ntwo\nthree\n');
      expect(await api.logs({ namespace, pod: 'shell', tailLines: 1 })).toBe('three\n');
      const error = await failure(api.logs({ namespace, pod: 'nobody' }));
      expect(error.message).toBe('pods "nobody" not found');
    });

    test('what a user may do is told, for oneself and for others', async () => {
      const query = { verb: 'delete', group: '', resource: 'pods', namespace };
      expect(await api.canI(query)).toBe(true);
      expect(await api.canI({ ...query, as: { user: `system:serviceaccount:${namespace}:default`, groups: [] } })).toBe(false);
    });

    test('a watch tells what is there, then each change, and ends', async () => {
      await api.apply(map({ a: '1' }, 'watched', { watch: 'me' }));
      const seen: string[] = [];
      let isSynced = false;
      const tell = ({ type, object }: ApiWatchEvent) =>
        seen.push(`${type} ${object.kind} ${(object as unknown as { data: { a: string } }).data.a}`);
      const stop = api.watch(maps('watch=me'), tell, { onSynced: () => (isSynced = true) });
      await expect.poll(() => isSynced, { timeout: 10_000 }).toBe(true);
      expect(seen).toEqual(['ADDED ConfigMap 1']);
      await api.patch(mapReference('watched'), { data: { a: '2' } });
      await api.delete(mapReference('watched'));
      await expect.poll(() => seen.slice(1), { timeout: 10_000 }).toEqual(['MODIFIED ConfigMap 2', 'DELETED ConfigMap 2']);
      stop();
      await api.apply(map({ a: '3' }, 'watched', { watch: 'me' }));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(seen).toHaveLength(3);
    });
  });
}

function phaseOf(object: KubernetesObject | undefined): string | undefined {
  return (object as unknown as { status?: { phase?: string } } | undefined)?.status?.phase;
}

/** Waits until it is so. Rejects when it isn't in time. */
export async function until(ms: number, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await isDone())) {
    if (Date.now() > deadline) throw new Error(`not within ${ms / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

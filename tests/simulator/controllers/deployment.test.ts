import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

const web = (name: string, replicas: number, image: string, more = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  progressDeadlineSeconds: 600
  revisionHistoryLimit: 10
  selector: { matchLabels: { app: ${name} } }
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 25%, maxUnavailable: 25% } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "${image}" }] }
${more}`;

describe('deployment controller', () => {
  let cluster: TestCluster;
  const setImage = (name: string, image: string) =>
    cluster.modify('deployments', name, (draft) => {
      draft.spec.template.spec!.containers[0]!.image = image;
    });
  const sets = (app: string) =>
    cluster
      .list('replicasets')
      .filter((set) => set.metadata.labels?.['app'] === app)
      .map((set) => `${set.spec.template!.spec!.containers[0]!.image} ${set.spec.replicas} ${set.status.readyReplicas ?? '<none>'}`)
      .sort();
  const conditions = (name: string) =>
    (cluster.get('deployments', name).status.conditions ?? [])
      .map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)
      .map((line) => line.replace(/-[bcdf4-9]+"/, '-<hash>"'))
      .sort();

  beforeEach(() => {
    cluster = new TestCluster();
  });

  test('a new Deployment gets one ReplicaSet with its pods, and says so in events and conditions', () => {
    cluster.apply(web('web', 2, 'nginx:1.27'));
    const [set] = cluster.list('replicasets');
    expect(set!.metadata.name).toMatch(/^web-[bcdf4-9]{6,10}$/);
    expect(set!.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(set!.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'web',
        uid: cluster.get('deployments', 'web').metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(cluster.events('web')).toEqual([`Normal ScalingReplicaSet Scaled up replica set ${set!.metadata.name} from 0 to 2`]);
    expect(cluster.list('pods').map((pod) => pod.metadata.labels?.['pod-template-hash'])).toEqual(
      Array(2).fill(set!.metadata.labels?.['pod-template-hash']),
    );
    expect(cluster.events(set!.metadata.name)).toEqual(
      cluster
        .list('pods')
        .map((pod) => `Normal SuccessfulCreate Created pod: ${pod.metadata.name}`)
        .sort((a, b) => cluster.events(set!.metadata.name).indexOf(a) - cluster.events(set!.metadata.name).indexOf(b)),
    );
    cluster.runPods();
    const { status } = cluster.get('deployments', 'web');
    expect(status).toMatchObject({ replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 });
    expect(status.unavailableReplicas).toBeUndefined();
    expect(conditions('web')).toEqual([
      'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
      'Progressing=True NewReplicaSetAvailable: ReplicaSet "web-<hash>" has successfully progressed.',
    ]);
    expect(cluster.get('deployments', 'web').metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
  });

  test('a rollout to an image that never starts stops at 25 % and is proportionally scaled', () => {
    cluster.apply(web('four', 4, 'nginx:1.27'));
    cluster.runPods();
    setImage('four', 'nginx:nope');
    const healthy = (pod: { spec: { containers: { image?: string | undefined }[] } }) => pod.spec.containers[0]!.image !== 'nginx:nope';
    cluster.runPods(healthy);
    expect(sets('four')).toEqual(['nginx:1.27 3 3', 'nginx:nope 2 <none>']);
    expect(cluster.get('deployments', 'four').status).toMatchObject({
      replicas: 5,
      unavailableReplicas: 2,
      availableReplicas: 3,
      updatedReplicas: 2,
    });
    expect(conditions('four').map((line) => line.split(':')[0])).toEqual([
      'Available=True MinimumReplicasAvailable',
      'Progressing=True ReplicaSetUpdated',
    ]);
    cluster.modify('deployments', 'four', (draft) => {
      draft.spec.replicas = 8;
    });
    expect(sets('four').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['nginx:1.27 6', 'nginx:nope 4']);
  });

  test('maxUnavailable 0 with a surge of 2 keeps all old pods', () => {
    cluster.apply(web('ten', 5, 'redis:7').replace('maxSurge: 25%, maxUnavailable: 25%', 'maxSurge: 2, maxUnavailable: 0'));
    cluster.runPods();
    setImage('ten', 'redis:nope');
    cluster.runPods((pod) => pod.spec.containers[0]!.image !== 'redis:nope');
    expect(sets('ten')).toEqual(['redis:7 5 5', 'redis:nope 2 <none>']);
  });

  test('a good rollout ends with the new ReplicaSet alone, the old one kept empty', () => {
    cluster.apply(web('web', 3, 'nginx:1.26'));
    cluster.runPods();
    setImage('web', 'nginx:1.27');
    cluster.runPods();
    expect(sets('web')).toEqual(['nginx:1.26 0 <none>', 'nginx:1.27 3 3']);
    expect(cluster.get('deployments', 'web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });

  test('progress that stops for longer than the deadline is said in the Progressing condition', () => {
    cluster.apply(web('web', 2, 'nginx:1.27').replace('progressDeadlineSeconds: 600', 'progressDeadlineSeconds: 10'));
    cluster.runPods();
    setImage('web', 'nginx:broken');
    cluster.runPods((pod) => pod.spec.containers[0]!.image !== 'nginx:broken');
    cluster.wait(8);
    expect(conditions('web')[1]).toMatch(/ReplicaSetUpdated/);
    cluster.wait(6);
    expect(conditions('web')).toEqual([
      'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
      'Progressing=False ProgressDeadlineExceeded: ReplicaSet "web-<hash>" has timed out progressing.',
    ]);
  });

  test('going back to an old template reuses its ReplicaSet under a new revision and remembers the old number', () => {
    cluster.apply(web('web', 2, 'nginx:1.27'));
    cluster.runPods();
    setImage('web', 'nginx:1.28');
    cluster.runPods();
    setImage('web', 'nginx:1.27');
    cluster.runPods();
    const revisions = cluster.list('replicasets').map((set) => ({
      image: set.spec.template!.spec!.containers[0]!.image,
      revision: set.metadata.annotations?.['deployment.kubernetes.io/revision'],
      history: set.metadata.annotations?.['deployment.kubernetes.io/revision-history'],
    }));
    expect(revisions).toContainEqual({ image: 'nginx:1.27', revision: '3', history: '1' });
    expect(revisions).toContainEqual({ image: 'nginx:1.28', revision: '2', history: undefined });
  });

  test('Recreate stops all old pods before it starts a new one', () => {
    cluster.apply(web('db', 2, 'redis:7').replace(/strategy: .*/, 'strategy: { type: Recreate }'));
    cluster.runPods();
    for (const pod of cluster.list('pods')) cluster.kubectl.bind('default', pod.metadata.name, 'node');
    cluster.clock.settle();
    setImage('db', 'redis:none');
    const images = () => cluster.list('pods').map((pod) => pod.spec.containers[0]!.image);
    expect(images()).toEqual(['redis:7', 'redis:7']);
    cluster.runPods();
    expect(images()).toEqual(['redis:none', 'redis:none']);
    expect(sets('db')).toEqual(['redis:7 0 <none>', 'redis:none 2 2']);
  });

  test("a paused Deployment doesn't roll, but scales", () => {
    cluster.apply(web('web', 2, 'nginx:1.27'));
    cluster.runPods();
    cluster.modify('deployments', 'web', (draft) => {
      draft.spec.paused = true;
      draft.spec.replicas = 3;
      draft.spec.template.spec!.containers[0]!.image = 'nginx:1.28';
    });
    cluster.runPods();
    expect(sets('web')).toEqual(['nginx:1.27 3 3']);
    expect(conditions('web')[1]).toBe('Progressing=Unknown DeploymentPaused: Deployment is paused');
    cluster.modify('deployments', 'web', (draft) => {
      draft.spec.paused = undefined;
    });
    cluster.runPods();
    expect(sets('web')).toEqual(['nginx:1.27 0 <none>', 'nginx:1.28 3 3']);
  });

  test('only as many empty ReplicaSets are kept as the history limit says', () => {
    cluster.apply(web('web', 1, 'nginx:1').replace('revisionHistoryLimit: 10', 'revisionHistoryLimit: 1'));
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
      cluster.runPods();
      setImage('web', image);
    }
    cluster.runPods();
    expect(sets('web')).toEqual(['nginx:3 0 <none>', 'nginx:4 1 1']);
  });

  test('300 replicas are there and ready', () => {
    cluster.apply(web('many', 300, 'nginx:1.27'));
    cluster.runPods();
    expect(cluster.get('deployments', 'many').status.availableReplicas).toBe(300);
  });
});

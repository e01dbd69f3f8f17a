import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: nginx, resources: { requests: { cpu: 100m } } }] } }
---`;
const budget = (spec: string) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, ${spec} }
---`;

describe('disruption, resource quota and autoscaler controllers', () => {
  let cluster: TestCluster;
  const allowed = () => {
    const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, conditions } = cluster.get('poddisruptionbudgets', 'web')
      .status!;
    return [disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, conditions?.[0]?.reason];
  };

  beforeEach(() => {
    cluster = new TestCluster();
  });

  test('a budget of at least two of three allows one eviction', () => {
    cluster.apply(web + budget('minAvailable: 2'));
    cluster.runPods();
    expect(allowed()).toEqual([1, 3, 2, 3, 'SufficientPods']);
  });

  test('percentages count the replicas that owners want', () => {
    cluster.apply(web + budget('maxUnavailable: 50%'));
    cluster.runPods();
    expect(allowed()).toEqual([2, 3, 1, 3, 'SufficientPods']);
    cluster.modify('deployments', 'web', (draft) => {
      draft.spec.replicas = 5;
    });
    expect(allowed()).toEqual([1, 3, 2, 5, 'SufficientPods']);
  });

  test('a budget without pods says so', () => {
    cluster.apply(budget('minAvailable: 1'));
    expect(cluster.events('web')[0]).toMatch(/^Normal NoPods No matching pods found/);
    expect(allowed()).toEqual([0, 0, 1, 0, 'InsufficientPods']);
    const told = cluster.events('web');
    cluster.apply(web.replaceAll('web', 'other'));
    cluster.runPods();
    expect(cluster.events('web')).toEqual(told);
  });

  test('a quota counts what is there, and a ReplicaSet that it holds up says why', () => {
    cluster.apply('{ apiVersion: v1, kind: ResourceQuota, metadata: { name: small }, spec: { hard: { pods: "2", requests.cpu: 500m } } }');
    cluster.apply(web);
    cluster.wait(1);
    expect(cluster.get('resourcequotas', 'small').status).toEqual({
      hard: { pods: '2', 'requests.cpu': '500m' },
      used: { pods: '2', 'requests.cpu': '200m' },
    });
    const set = cluster.list('replicasets')[0]!;
    expect(set.status.conditions?.[0]).toMatchObject({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' });
    expect(cluster.get('deployments', 'web').status.conditions?.map(({ type, reason }) => `${type} ${reason}`)).toContain(
      'ReplicaFailure FailedCreate',
    );
    expect(cluster.events(set.metadata.name).find((event) => event.includes('FailedCreate'))).toMatch(
      /^Warning FailedCreate Error creating: pods "web-[a-z0-9-]+" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2/,
    );
    cluster.modify('deployments', 'web', (draft) => {
      draft.spec.replicas = 1;
    });
    expect(cluster.get('resourcequotas', 'small').status?.used).toEqual({ pods: '1', 'requests.cpu': '100m' });
  });

  test("an autoscaler without metrics keeps its target within its limits and says that it can't measure", () => {
    cluster.apply(`${web}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { maxReplicas: 2, minReplicas: 1, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }
`);
    cluster.wait(31);
    expect(cluster.get('deployments', 'web').spec.replicas).toBe(2);
    expect(cluster.events('web').filter((event) => !event.includes('ScalingReplicaSet'))).toEqual([
      'Normal SuccessfulRescale New size: 2; reason: Current number of replicas above Spec.MaxReplicas',
      'Warning FailedGetResourceMetric failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
      'Warning FailedComputeMetricsReplicas invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
    ]);
  });
});

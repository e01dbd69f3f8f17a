// Levels that reach for what isn't theirs: each must be refused on a cluster of others, in words that name the culprit.
import type { Scene } from '../../src/cluster/cluster.ts';
import type { KubernetesObject } from '../../src/simulator/client.ts';

export interface HostileScene {
  readonly name: string;
  readonly scene: Pick<Scene, 'namespaces' | 'broken'>;
  readonly says: RegExp;
}

const own = 'k8squest';
const container = { name: 'a', image: 'busybox:1.36' };

function object(apiVersion: string, kind: string, metadata: object, rest: object = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'x', namespace: own, ...metadata }, ...rest } as KubernetesObject;
}

function pod(spec: object, metadata: object = {}): KubernetesObject {
  return object('v1', 'Pod', metadata, { spec: { containers: [container], ...spec } });
}

function podWith(fields: object): KubernetesObject {
  return pod({ containers: [{ ...container, ...fields }] });
}

function deployment(spec: object): KubernetesObject {
  const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [container], ...spec } };
  return object('apps/v1', 'Deployment', {}, { spec: { selector: { matchLabels: { app: 'x' } }, template } });
}

const clusterWide: readonly [string, string, object?][] = [
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }],
  [
    'rbac.authorization.k8s.io/v1',
    'ClusterRoleBinding',
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: own }],
    },
  ],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
  ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'],
  ['v1', 'Namespace'],
  ['v1', 'Node'],
  ['v1', 'PersistentVolume', { spec: { hostPath: { path: '/' } } }],
  ['storage.k8s.io/v1', 'StorageClass', { provisioner: 'x' }],
  ['scheduling.k8s.io/v1', 'PriorityClass', { value: 1_000_000_000, globalDefault: true }],
  ['networking.k8s.io/v1', 'IngressClass'],
];
const unknown: readonly [string, string][] = [
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['apiregistration.k8s.io/v1', 'APIService'],
  ['example.com/v1', 'Anything'],
  ['v1', 'List'],
];

function scene(broken: readonly KubernetesObject[], namespaces: readonly string[] = [own]): HostileScene['scene'] {
  return { namespaces, broken };
}

function binding(roleRef: object, subjects: readonly object[]): KubernetesObject {
  return object(
    'rbac.authorization.k8s.io/v1',
    'RoleBinding',
    {},
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...roleRef }, subjects },
  );
}

const reader = { kind: 'Role', name: 'reader' };

export const hostileScenes: readonly HostileScene[] = [
  ...clusterWide.map(([apiVersion, kind, rest]) => ({
    name: `a ${kind}`,
    scene: scene([object(apiVersion, kind, { name: 'theirs', namespace: undefined }, rest)]),
    says: new RegExp(`${kind.toLowerCase()}/theirs (belongs to the whole cluster|is of a kind)`),
  })),
  ...unknown.map(([apiVersion, kind]) => ({
    name: `an object of the unknown kind ${kind}`,
    scene: scene([object(apiVersion, kind, {})]),
    says: /is of a kind that k8squest doesn't know/,
  })),
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kube-flannel', 'openshift-monitoring', 'calico-system'].map((name) => ({
    name: `a level whose namespace is ${name}`,
    scene: scene([pod({}, { namespace: name })], [name]),
    says: new RegExp(`namespace "${name}" is the cluster's own`),
  })),
  ...['', '..', '../kube-system', 'k8squest/../kube-system', 'K8S', 'a'.repeat(64), '-x'].map((name) => ({
    name: `a level whose namespace is "${name}"`,
    scene: scene([], [name]),
    says: /can't be a namespace's name/,
  })),
  ...['default', 'kube-system', 'billing', '', '..', 'k8squest/../billing'].map((namespace) => ({
    name: `a pod for namespace "${namespace}"`,
    scene: scene([pod({}, { namespace })]),
    says: /reaches into namespace/,
  })),
  ...['.', '..', '../secrets', 'a%2fb', ''].map((name) => ({
    name: `an object named "${name}"`,
    scene: scene([pod({}, { name })]),
    says: /has no proper name/,
  })),
  {
    name: 'a hostPath',
    scene: scene([pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] })]),
    says: /dangerous to its node \(hostPath/,
  },
  {
    name: 'a hostPath in a Deployment',
    scene: scene([deployment({ volumes: [{ name: 'v', hostPath: { path: '/etc' } }] })]),
    says: /hostPath/,
  },
  {
    name: 'a hostPath in a CronJob',
    scene: scene([
      object(
        'batch/v1',
        'CronJob',
        {},
        {
          spec: {
            schedule: '* * * * *',
            jobTemplate: { spec: { template: { spec: { containers: [container], volumes: [{ name: 'v', hostPath: { path: '/' } }] } } } },
          },
        },
      ),
    ]),
    says: /cronjob\/x is dangerous/,
  },
  { name: 'a privileged container', scene: scene([podWith({ securityContext: { privileged: true } })]), says: /privileged/ },
  {
    name: 'a privileged init container',
    scene: scene([pod({ initContainers: [{ ...container, name: 'i', securityContext: { privileged: true } }] })]),
    says: /privileged/,
  },
  { name: 'a pod in the host network', scene: scene([pod({ hostNetwork: true })]), says: /host namespaces/ },
  { name: 'a pod in the host pid namespace', scene: scene([pod({ hostPID: true })]), says: /host namespaces/ },
  { name: 'a pod in the host ipc namespace', scene: scene([pod({ hostIPC: true })]), says: /host namespaces/ },
  { name: 'a host port', scene: scene([podWith({ ports: [{ containerPort: 80, hostPort: 80 }] })]), says: /hostPort/ },
  {
    name: 'SYS_ADMIN',
    scene: scene([podWith({ securityContext: { capabilities: { add: ['SYS_ADMIN'] } } })]),
    says: /non-default capabilities/,
  },
  { name: 'an unmasked /proc', scene: scene([podWith({ securityContext: { procMount: 'Unmasked' } })]), says: /procMount/ },
  {
    name: 'an unsafe sysctl',
    scene: scene([pod({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } })]),
    says: /sysctl/,
  },
  {
    name: 'a CSI volume',
    scene: scene([pod({ volumes: [{ name: 'v', csi: { driver: 'secrets.example.com' } }] })]),
    says: /driver secrets/,
  },
  { name: 'a priority', scene: scene([pod({ priorityClassName: 'system-node-critical' })]), says: /push pods of others/ },
  { name: 'a chosen node', scene: scene([pod({ nodeName: 'control-plane' })]), says: /past the scheduler/ },
  { name: 'a finalizer', scene: scene([pod({}, { finalizers: ['example.com/never'] })]), says: /finalizer example.com\/never/ },
  {
    name: 'a foreign owner',
    scene: scene([pod({}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' }] })]),
    says: /names an owner/,
  },
  {
    name: 'external addresses',
    scene: scene([object('v1', 'Service', {}, { spec: { externalIPs: ['10.0.0.1'] } })]),
    says: /external addresses/,
  },
  { name: 'a load balancer', scene: scene([object('v1', 'Service', {}, { spec: { type: 'LoadBalancer' } })]), says: /load balancer/ },
  {
    name: 'a certain node port',
    scene: scene([object('v1', 'Service', {}, { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] } })]),
    says: /port 30080 of every node/,
  },
  { name: 'an ingress', scene: scene([object('networking.k8s.io/v1', 'Ingress', {}, { spec: {} })]), says: /ingress controller/ },
  {
    name: 'a claim for a certain volume',
    scene: scene([object('v1', 'PersistentVolumeClaim', {}, { spec: { volumeName: 'theirs' } })]),
    says: /claims the volume theirs/,
  },
  {
    name: 'a claim for any volume that is there',
    scene: scene([object('v1', 'PersistentVolumeClaim', {}, { spec: { storageClassName: '' } })]),
    says: /there already/,
  },
  {
    name: 'a claim by labels',
    scene: scene([object('v1', 'PersistentVolumeClaim', {}, { spec: { selector: { matchLabels: { a: 'b' } } } })]),
    says: /there already/,
  },
  {
    name: 'a StatefulSet that claims a certain volume',
    scene: scene([
      object(
        'apps/v1',
        'StatefulSet',
        {},
        { spec: { volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: { volumeName: 'theirs' } }] } },
      ),
    ]),
    says: /claims the volume theirs/,
  },
  {
    name: 'a binding of cluster-admin',
    scene: scene([binding({ kind: 'ClusterRole', name: 'cluster-admin' }, [{ kind: 'ServiceAccount', name: 'default' }])]),
    says: /binds the ClusterRole cluster-admin|kind that k8squest doesn't know/,
  },
  {
    name: 'a binding for everybody',
    scene: scene([binding(reader, [{ kind: 'Group', name: 'system:authenticated' }])]),
    says: /gives rights to the group system:authenticated|kind that/,
  },
  {
    name: 'a binding for a user',
    scene: scene([binding(reader, [{ kind: 'User', name: 'eve' }])]),
    says: /gives rights to the user eve|kind that/,
  },
  {
    name: "a binding for another namespace's service account",
    scene: scene([binding(reader, [{ kind: 'ServiceAccount', name: 'default', namespace: 'billing' }])]),
    says: /service account of namespace "billing"|kind that/,
  },
];

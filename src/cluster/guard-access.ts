// The rights that playing on a real cluster needs: printed by `k8squest rbac`, and asked for before a level is put there.
import type { KubernetesApi } from './kubernetes-api.ts';

/** A rule as RBAC writes it. */
export interface AccessRule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly names?: readonly string[];
}

const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const read = ['get', 'list', 'watch'];

/** What the game itself asks of the whole cluster. */
export function clusterRules(namespaces: readonly string[]): AccessRule[] {
  return [
    { groups: [''], resources: ['namespaces'], verbs: ['create'] },
    { groups: [''], resources: ['namespaces'], verbs: ['get', 'patch', 'delete'], names: [...namespaces, 'k8squest-tryout'] },
    { groups: [''], resources: ['namespaces'], verbs: ['get'], names: ['kube-system'] },
    { groups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
    { groups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['list'] },
  ];
}

/** What the game and the player do within the level's namespaces. */
export const namespaceRules: readonly AccessRule[] = [
  {
    groups: [''],
    resources: ['pods', 'services', 'configmaps', 'secrets', 'serviceaccounts', 'persistentvolumeclaims', 'endpoints'],
    verbs: all,
  },
  { groups: [''], resources: ['resourcequotas', 'limitranges'], verbs: all },
  { groups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
  { groups: [''], resources: ['pods/log'], verbs: ['get'] },
  { groups: [''], resources: ['events'], verbs: read },
  { groups: ['apps'], resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'], verbs: all },
  { groups: ['apps'], resources: ['deployments/scale', 'statefulsets/scale'], verbs: ['get', 'update', 'patch'] },
  { groups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: all },
  { groups: ['networking.k8s.io'], resources: ['networkpolicies', 'ingresses'], verbs: all },
  { groups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: all },
  { groups: ['policy'], resources: ['poddisruptionbudgets'], verbs: all },
  { groups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: all },
  { groups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
];

/** One thing to be allowed to do. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name?: string;
}

/** The rights that one level needs: everything of the cluster's rules, and of the namespaces' what it touches and everybody's looking needs. */
export function rightsFor(namespaces: readonly string[], touched: readonly { group: string; resource: string }[]): Right[] {
  const always = ['pods', 'pods/exec', 'pods/log', 'events', 'services', 'networkpolicies', 'endpointslices'];
  const isNeeded = (group: string, resource: string) =>
    always.includes(resource) || touched.some((one) => one.group === group && one.resource === resource.split('/')[0]);
  const cluster = clusterRules(namespaces).flatMap((rule) => (rule.names ?? [undefined]).flatMap((name) => rightsOf(rule, '', name)));
  const within = namespaces.flatMap((namespace) =>
    namespaceRules.flatMap((rule) => rightsOf(rule, namespace, undefined).filter(({ group, resource }) => isNeeded(group, resource))),
  );
  return [...cluster, ...within];
}

/** Those of the rights that are missing. Whoever may do everything is asked only once. */
export async function missingRights(api: Pick<KubernetesApi, 'canI'>, rights: readonly Right[]): Promise<Right[]> {
  if (await api.canI({ verb: '*', group: '*', resource: '*', namespace: '' })) return [];
  const missing: Right[] = [];
  const waiting = [...rights];
  const lane = async () => {
    for (let right = waiting.shift(); right; right = waiting.shift()) {
      const [resource, subresource] = right.resource.split('/');
      const { verb, group, namespace, name } = right;
      const query = { verb, group, resource: resource!, namespace, ...(subresource && { subresource }), ...(name && { name }) };
      if (!(await api.canI(query))) missing.push(right);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return rights.filter((right) => missing.includes(right));
}

/** "delete networkpolicies.networking.k8s.io in namespace k8squest" */
export function describeRight({ verb, group, resource, namespace, name }: Right): string {
  const what = `${verb} ${group ? `${resource}.${group}` : resource}`;
  return `${what}${name ? ` ${name}` : ''}${namespace ? ` in namespace ${namespace}` : ''}`;
}

/** ClusterRoles and their bindings as a manifest. */
export function accessManifest(namespaces: readonly string[], subject: string): string {
  const rules = (list: readonly AccessRule[]) => list.map(ruleText).join('\n');
  return `# What playing k8squest on this cluster needs, and nothing more. Apply it as an administrator; put the player's name in.
# The level's namespaces (${namespaces.join(', ')}) are made and removed by the game. RBAC can't grant rights in a
# namespace before it is there, so the second role is bound for the whole cluster: give players a cluster that holds nothing else,
# or bind k8squest-level by a RoleBinding from whatever makes namespaces for you.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: k8squest-cluster
rules:
${rules(clusterRules(namespaces))}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: k8squest-level
rules:
${rules(namespaceRules)}
${binding('k8squest-cluster', subject)}${binding('k8squest-level', subject)}`;
}

function ruleText({ groups, resources, verbs, names }: AccessRule): string {
  const list = (words: readonly string[]) => `[${words.map((word) => (word === '' ? '""' : word)).join(', ')}]`;
  const named = names ? `\n    resourceNames: ${list(names)}` : '';
  return `  - apiGroups: ${list(groups)}\n    resources: ${list(resources)}${named}\n    verbs: ${list(verbs)}`;
}

function binding(role: string, subject: string): string {
  return `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ${role}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${role}
subjects:
  - apiGroup: rbac.authorization.k8s.io
    kind: User
    name: ${JSON.stringify(subject)}
`;
}

function rightsOf({ groups, resources, verbs }: AccessRule, namespace: string, name: string | undefined): Right[] {
  return groups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, namespace, ...(name && { name }) }))),
  );
}

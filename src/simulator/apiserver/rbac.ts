// Who may do what: role-based access control over the cluster's roles and bindings.
// kubernetes: plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/apis/rbac/v1/evaluation_helpers.go

import defaults from './model/rbac-defaults.json' with { type: 'json' };
import type { UserInfo } from './request.ts';
import type { StoreReader } from './strategy.ts';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Role {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly PolicyRule[] | null;
}

interface Binding {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

/** What somebody wants to do: a verb on a resource, or a method on another path. */
export interface Attributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly isResource: boolean;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** As reviews tell it. */
  readonly reason: string;
}

/** Rules that hold for somebody, and why: in one namespace, or in all for ''. */
interface Grant {
  readonly rules: readonly PolicyRule[];
  readonly binding: Binding;
  readonly subject: Subject;
  readonly namespace: string;
}

export class Authorizer {
  private readonly reader: StoreReader;

  constructor(reader: StoreReader) {
    this.reader = reader;
  }

  authorize(attributes: Attributes): Decision {
    // kubernetes: staging/src/k8s.io/apiserver/pkg/authorization/authorizerfactory/builtin.go NewPrivilegedGroups
    if (attributes.user.groups.includes('system:masters')) return { allowed: true, reason: '' };
    for (const grant of this.grants(attributes.user, attributes.namespace)) {
      if (grant.rules.some((rule) => allows(rule, attributes))) return { allowed: true, reason: reasonOf(grant) };
    }
    return { allowed: false, reason: '' };
  }

  /** All rules that hold for the user in a namespace. */
  rulesFor(user: UserInfo, namespace: string): PolicyRule[] {
    const everything: PolicyRule[] = [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ];
    const privileged = user.groups.includes('system:masters') ? everything : [];
    return [...privileged, ...[...this.grants(user, namespace)].flatMap(({ rules }) => rules)];
  }

  private *grants(user: UserInfo, namespace: string): Generator<Grant> {
    for (const binding of this.objects<Binding>('clusterrolebindings')) {
      const subject = subjectIn(binding, user, '');
      if (subject) yield { rules: this.rulesOf(binding, ''), binding, subject, namespace: '' };
    }
    if (namespace === '') return;
    for (const binding of this.objects<Binding>('rolebindings', namespace)) {
      const subject = subjectIn(binding, user, namespace);
      if (subject) yield { rules: this.rulesOf(binding, namespace), binding, subject, namespace };
    }
  }

  private rulesOf(binding: Binding, namespace: string): readonly PolicyRule[] {
    const isCluster = binding.roleRef.kind === 'ClusterRole';
    const roles = isCluster ? this.objects<Role>('clusterroles') : this.objects<Role>('roles', namespace);
    return roles.find((role) => role.metadata.name === binding.roleRef.name)?.rules ?? [];
  }

  /** What is stored; as long as nothing is, what a fresh cluster has. */
  private objects<T extends Role | Binding>(resource: keyof typeof defaults, namespace = ''): readonly T[] {
    const stored = this.reader.list(resource, namespace) as unknown as readonly T[];
    if (stored.length > 0) return stored;
    const fresh = defaults[resource] as unknown as readonly T[];
    return namespace === '' ? fresh : fresh.filter((object) => object.metadata.namespace === namespace);
  }
}

function subjectIn({ subjects = [] }: Binding, user: UserInfo, namespace: string): Subject | undefined {
  for (const subject of subjects) if (isSubject(subject, user, namespace)) return subject;
  return undefined;
}

function reasonOf({ binding, subject, namespace }: Grant): string {
  const { kind, name } = binding.roleRef;
  const own = namespace === '' ? binding.metadata.name : `${binding.metadata.name}/${namespace}`;
  const by = `${namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding'} ${quote(own)}`;
  return `RBAC: allowed by ${by} of ${kind} ${quote(name)} to ${describe(subject, namespace)}`;
}

const accountPrefix = 'system:serviceaccount:';

function isSubject(subject: Subject, user: UserInfo, namespace: string): boolean {
  if (subject.kind === 'User') return subject.name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  return user.name.startsWith(accountPrefix) && user.name === `${accountPrefix}${subject.namespace || namespace}:${subject.name}`;
}

function describe(subject: Subject, namespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} ${quote(subject.name)}`;
  return `ServiceAccount ${quote(`${subject.name}/${subject.namespace || namespace}`)}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function allows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if (!attributes.isResource) return (rule.nonResourceURLs ?? []).some((pattern) => matchesUrl(pattern, attributes.path));
  if (!has(rule.apiGroups ?? [], attributes.group)) return false;
  if (!(rule.resources ?? []).some((pattern) => matchesResource(pattern, attributes))) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || names.includes(attributes.name);
}

function has(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** 'pods/log' is one sub-resource, '*' anything, '*' followed by '/scale' that sub-resource of anything. */
function matchesResource(pattern: string, { resource, subresource }: Attributes): boolean {
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  if (pattern === '*' || pattern === whole) return true;
  return subresource !== '' && pattern === `*/${subresource}`;
}

function matchesUrl(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

/** Why not, as a Forbidden error says it. */
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go
export function refusal(attributes: Attributes): string {
  const { user, verb, path, group, namespace } = attributes;
  if (!attributes.isResource) return `User ${quote(user.name)} cannot ${verb} path ${quote(path)}`;
  const resource = attributes.subresource === '' ? attributes.resource : `${attributes.resource}/${attributes.subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`;
  return `User ${quote(user.name)} cannot ${verb} resource ${quote(resource)} in API group ${quote(group)} ${where}`;
}

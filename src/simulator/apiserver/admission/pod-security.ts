// Pod Security admission: a namespace's labels say how careful its pods must be.
// kubernetes: staging/src/k8s.io/pod-security-admission/admission/admission.go
import type { Namespace, Pod, PodSpec, PodTemplateSpec } from '../../../apimachinery/objects.ts';
import { forbidden } from '../../../apimachinery/status-error.ts';
import { kindFacts } from '../registry/kind-facts.ts';
import type { StoreReader, WriteContext } from '../strategy.ts';
import { type SecurityLevel, securityViolations, type Violation } from './pod-security-checks.ts';

interface Policy {
  readonly level: SecurityLevel;
  readonly version: string;
}

function policyOf(labels: Readonly<Record<string, string>> | undefined, mode: 'enforce' | 'warn'): Policy {
  const prefix = `pod-security.kubernetes.io/${mode}`;
  const level = labels?.[prefix];
  const isKnown = level === 'baseline' || level === 'restricted';
  return { level: isKnown ? level : 'privileged', version: labels?.[`${prefix}-version`] ?? 'latest' };
}

function namespaceLabels(reader: StoreReader, namespace: string | undefined): Readonly<Record<string, string>> | undefined {
  return reader.get('namespaces', '', namespace ?? '')?.metadata.labels;
}

function describe({ level, version }: Policy, violations: readonly Violation[]): string {
  return `PodSecurity "${level}:${version}": ${violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')}`;
}

/** Throws 403 for a pod that its namespace doesn't allow. */
export function checkPodSecurity(pod: Pod, context: WriteContext): void {
  const policy = policyOf(namespaceLabels(context.reader, pod.metadata.namespace), 'enforce');
  const violations = securityViolations(pod.spec!, policy.level);
  if (violations.length > 0)
    throw forbidden(kindFacts('v1', 'Pod').resource, pod.metadata.name, `violates ${describe(policy, violations)}`);
}

/** What a namespace warns of in a pod, or in pods that a template will make. */
export function podSecurityWarnings(
  namespace: string | undefined,
  template: { spec?: PodSpec | undefined } | PodTemplateSpec | undefined,
  reader: StoreReader,
): string[] {
  if (!template?.spec) return [];
  const policy = policyOf(namespaceLabels(reader, namespace), 'warn');
  const violations = securityViolations(template.spec, policy.level);
  return violations.length > 0 ? [`would violate ${describe(policy, violations)}`] : [];
}

/** When a namespace becomes stricter: which of its pods wouldn't be let in again. */
export function stricterNamespaceWarnings(namespace: Namespace, old: Namespace | undefined, reader: StoreReader): string[] {
  const policy = policyOf(namespace.metadata.labels, 'enforce');
  const before = policyOf(old?.metadata.labels, 'enforce');
  if (!old || policy.level === 'privileged' || (policy.level === before.level && policy.version === before.version)) return [];
  if (before.level === 'restricted') return [];
  const groups = new Map<string, string[]>();
  for (const pod of reader.list('pods', namespace.metadata.name) as unknown as readonly Pod[]) {
    const reasons = securityViolations(pod.spec!, policy.level).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const text = reasons.join(', ');
    groups.set(text, [...(groups.get(text) ?? []), pod.metadata.name]);
  }
  if (groups.size === 0) return [];
  const lines = [...groups].map(([reasons, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` (and ${others.length} other pod${others.length === 1 ? '' : 's'})`;
    return `${first}${more}: ${reasons}`;
  });
  const start = `existing pods in namespace "${namespace.metadata.name}" violate the new PodSecurity enforce level "${policy.level}:${policy.version}"`;
  return [start, ...lines.sort()];
}

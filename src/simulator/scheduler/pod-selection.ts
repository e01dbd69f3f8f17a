// Which pods an affinity term means. kubernetes: pkg/scheduler/framework/types.go (AffinityTerm)
import type { LabelSelector, Pod, PodAffinityTerm } from '../../apimachinery/objects.ts';
import { matches } from '../../apimachinery/selector.ts';
import type { ClusterView } from './filter.ts';

export function affinityTerms(pod: Pod): readonly PodAffinityTerm[] {
  return pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

export function antiAffinityTerms(pod: Pod): readonly PodAffinityTerm[] {
  return pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

/** Whether the term of `owner` means `other`. */
export function termMatches(term: PodAffinityTerm, owner: Pod, other: Pod, view: ClusterView): boolean {
  if (!namespaceMatches(term, owner, other.metadata.namespace!, view)) return false;
  return matches(withMatchLabelKeys(term.labelSelector, term.matchLabelKeys, term.mismatchLabelKeys, owner), other.metadata.labels);
}

/** The selector with what matchLabelKeys take over from the pod's own labels. */
export function withMatchLabelKeys(
  selector: LabelSelector | undefined,
  same: readonly string[] | undefined,
  different: readonly string[] | undefined,
  pod: Pod,
): LabelSelector | undefined {
  if (!selector || (!same?.length && !different?.length)) return selector;
  const labels = pod.metadata.labels ?? {};
  const requirement = (operator: string) => (key: string) => (labels[key] === undefined ? [] : { key, operator, values: [labels[key]] });
  return {
    ...selector,
    matchExpressions: [
      ...(selector.matchExpressions ?? []),
      ...(same ?? []).flatMap(requirement('In')),
      ...(different ?? []).flatMap(requirement('NotIn')),
    ],
  };
}

function namespaceMatches(term: PodAffinityTerm, owner: Pod, namespace: string, view: ClusterView): boolean {
  if (term.namespaces?.includes(namespace)) return true;
  if (term.namespaceSelector) return matches(term.namespaceSelector, view.namespace(namespace)?.metadata.labels);
  return !term.namespaces?.length && namespace === owner.metadata.namespace;
}

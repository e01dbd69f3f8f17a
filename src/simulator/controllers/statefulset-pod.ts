// A StatefulSet's pod of one ordinal: its name, host name, labels and claims, which it keeps for life.
import { clone } from '../../apimachinery/clone.ts';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet } from '../../apimachinery/objects.ts';
import type { New } from '../client.ts';
import { podFromTemplate } from './pod-state.ts';

export const revisionLabel = 'controller-revision-hash';
const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const indexLabel = 'apps.kubernetes.io/pod-index';

export function startOf(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

/** The ordinal in the pod's name; undefined when the name isn't one that this set gives. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name);
  return match?.[1] === set.metadata.name ? Number(match[2]) : undefined;
}

// kubernetes: pkg/controller/statefulset/stateful_set_utils.go newStatefulSetPod
export function makePod(set: StatefulSet, template: PodTemplateSpec, ordinal: number, revision: string): New<Pod> {
  const pod = podFromTemplate(clone(template), set);
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = { ...pod.metadata.labels, [podNameLabel]: name, [indexLabel]: String(ordinal), [revisionLabel]: revision };
  // It keeps generateName, though its name isn't generated.
  pod.metadata = { ...pod.metadata, name, labels };
  pod.spec.hostname = name;
  if (set.spec.serviceName) pod.spec.subdomain = set.spec.serviceName;
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template) => template.metadata.name);
  if (claims.length === 0) return pod;
  const others = (pod.spec.volumes ?? []).filter((volume) => !claims.includes(volume.name));
  const own = claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}`, readOnly: false } }));
  pod.spec.volumes = [...own, ...others];
  return pod;
}

/** The claims of one ordinal: made once, they outlive the pod. */
export function claimsOf(set: StatefulSet, ordinal: number): New<PersistentVolumeClaim>[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...(template.metadata.annotations && { annotations: { ...template.metadata.annotations } }),
      name: `${template.metadata.name}-${set.metadata.name}-${ordinal}`,
      namespace: set.metadata.namespace,
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
    },
    spec: clone(template.spec),
  }));
}

// Claims that are missing, not bound, or bound to a volume of another node. kubernetes: pkg/scheduler/framework/plugins/volumebinding
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../../apimachinery/objects.ts';
import { quantityValue } from '../../../apimachinery/quantity.ts';
import { type ClusterView, type Filter, unresolvable } from '../filter.ts';
import { matchesNodeSelector } from '../node-selection.ts';

/** A claim that is bound only once its pod's node is known, with the volume that would do, if one exists already. */
export interface DelayedBinding {
  readonly claim: PersistentVolumeClaim;
  readonly volume?: PersistentVolume;
}

export const volumeBinding: Filter = {
  name: 'VolumeBinding',
  prepare(pod, view) {
    for (const name of claimNames(pod)) {
      const claim = view.claim(pod.metadata.namespace!, name);
      if (!claim) return { refusal: missing(pod, name) };
      if (claim.metadata.deletionTimestamp) return { refusal: `persistentvolumeclaim "${name}" is being deleted` };
      if (claim.status?.phase === 'Lost')
        return { refusal: `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"` };
    }
    const waiting = claimsOf(pod, view).filter((claim) => !isBound(claim));
    if (waiting.some((claim) => !isDelayed(claim, view))) return { refusal: 'pod has unbound immediate PersistentVolumeClaims' };
    return undefined;
  },
  check(pod, view) {
    const claims = claimsOf(pod, view);
    if (claims.length === 0) return undefined;
    return (node) => {
      const reasons: string[] = [];
      const bound = claims.filter(isBound);
      const volumes = bound.map((claim) => view.volume(claim.spec.volumeName!));
      if (volumes.some((volume) => !volume)) reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
      else if (volumes.some((volume) => !reaches(volume!, node.node!)))
        reasons.push("node(s) didn't match PersistentVolume's node affinity");
      if (!delayedBindings(pod, node.node!, view)) reasons.push("node(s) didn't find available persistent volumes to bind");
      return reasons.length > 0 ? unresolvable(...reasons) : undefined;
    };
  },
};

/** What must be bound for this node; undefined when some claim can't be. */
export function delayedBindings(pod: Pod, node: Node, view: ClusterView): DelayedBinding[] | undefined {
  const taken = new Set<string>();
  const bindings: DelayedBinding[] = [];
  for (const claim of claimsOf(pod, view).filter((candidate) => !isBound(candidate))) {
    const volume = view
      .volumes()
      .filter((candidate) => !taken.has(candidate.metadata.name) && fits(candidate, claim) && reaches(candidate, node))
      .sort((one, other) => sizeOf(one) - sizeOf(other))[0];
    if (volume) {
      taken.add(volume.metadata.name);
      bindings.push({ claim, volume });
    } else if (canBeProvisioned(claim, node, view)) bindings.push({ claim });
    else return undefined;
  }
  return bindings;
}

function missing(pod: Pod, name: string): string {
  const ephemeral = pod.spec.volumes?.some((volume) => volume.ephemeral && `${pod.metadata.name}-${volume.name}` === name);
  return ephemeral
    ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
    : `persistentvolumeclaim "${name}" not found`;
}

function claimNames(pod: Pod): string[] {
  const names: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    if (volume.persistentVolumeClaim) names.push(volume.persistentVolumeClaim.claimName);
    else if (volume.ephemeral) names.push(`${pod.metadata.name}-${volume.name}`);
  }
  return names;
}

function claimsOf(pod: Pod, view: ClusterView): PersistentVolumeClaim[] {
  return claimNames(pod).flatMap((name) => view.claim(pod.metadata.namespace!, name) ?? []);
}

/** Bound in both directions, as the volume controller says by its annotation. */
export function isBound(claim: PersistentVolumeClaim): boolean {
  return Boolean(claim.spec.volumeName) && claim.status?.phase === 'Bound';
}

function isDelayed(claim: PersistentVolumeClaim, view: ClusterView): boolean {
  const name = claim.spec.storageClassName;
  return !claim.spec.volumeName && Boolean(name) && view.storageClass(name!)?.volumeBindingMode === 'WaitForFirstConsumer';
}

function canBeProvisioned(claim: PersistentVolumeClaim, node: Node, view: ClusterView): boolean {
  const storageClass = view.storageClass(claim.spec.storageClassName ?? '');
  if (!storageClass || storageClass.provisioner === 'kubernetes.io/no-provisioner') return false;
  const terms = storageClass.allowedTopologies ?? [];
  return (
    terms.length === 0 ||
    terms.some((term) => term.matchLabelExpressions?.every(({ key, values }) => values.includes(node.metadata.labels?.[key] ?? '')))
  );
}

function fits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reserved = volume.spec.claimRef;
  if (reserved) return reserved.namespace === claim.metadata.namespace && reserved.name === claim.metadata.name;
  return (
    volume.status?.phase === 'Available' &&
    (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
    sizeOf(volume) >= quantityValue(claim.spec.resources?.requests?.['storage'] ?? '0')
  );
}

function reaches(volume: PersistentVolume, node: Node): boolean {
  const required = volume.spec.nodeAffinity?.required;
  return !required || matchesNodeSelector(required, node);
}

function sizeOf(volume: PersistentVolume): number {
  return quantityValue(volume.spec.capacity?.['storage'] ?? '0');
}

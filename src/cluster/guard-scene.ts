// What a level may put on a cluster that we did not make: namespaced objects in its own namespaces, that can't reach anybody else's.
import { findKind } from '../apimachinery/kinds.ts';
import type { PersistentVolumeClaim, PodSpec, Service } from '../apimachinery/objects.ts';
import { securityViolations } from '../simulator/apiserver/admission/pod-security-checks.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import type { Scene } from './cluster.ts';

/** Names that belong to clusters. */
const clustersOwn = /^(default$|kube-|openshift|.*-system$)/;
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Why a scene can't be put on a cluster of others, one sentence each; none: it can. */
export function sceneObjections({
  namespaces,
  setup,
  broken,
  images = [],
}: Pick<Scene, 'namespaces' | 'setup' | 'broken' | 'images'>): string[] {
  return [
    ...images.map(({ ref }) => `the image ${ref} is one that only the simulated cluster has`),
    ...namespaces.flatMap(namespaceObjection),
    ...[...setup, ...broken].flatMap((object) => objectObjections(object, namespaces)),
  ];
}

/** Why this object can't. */
export function objectObjections(object: KubernetesObject, namespaces: readonly string[]): string[] {
  const { apiVersion, kind, metadata } = object;
  const what = `${String(kind).toLowerCase()}/${metadata?.name ?? '?'}`;
  const definition = findKind(apiVersion, kind);
  if (!definition) return [`${what} is of a kind that k8squest doesn't know (${apiVersion})`];
  if (!metadata?.name || metadata.name === '.' || metadata.name === '..' || /[/%]/.test(metadata.name))
    return [`${what} has no proper name`];
  if (!definition.namespaced) {
    return kind === 'Namespace' && namespaces.includes(metadata.name) ? [] : [`${what} belongs to the whole cluster`];
  }
  if (!metadata.namespace || !namespaces.includes(metadata.namespace))
    return [`${what} reaches into namespace "${metadata.namespace ?? ''}", which isn't the level's`];
  const findings = [...commonFindings(object), ...podFindings(object), ...(kindFindings[kind]?.(object) ?? [])];
  return findings.map((finding) => `${what} ${finding}`);
}

function namespaceObjection(name: string): string[] {
  if (!dnsLabel.test(name)) return [`"${name}" can't be a namespace's name`];
  return clustersOwn.test(name) ? [`namespace "${name}" is the cluster's own`] : [];
}

function commonFindings({ metadata }: KubernetesObject): string[] {
  const { finalizers, ownerReferences } = metadata as { finalizers?: readonly string[]; ownerReferences?: readonly unknown[] };
  return [
    ...((finalizers ?? []).length > 0 ? [`has the finalizer ${finalizers![0]}, which may keep it from being removed`] : []),
    ...((ownerReferences ?? []).length > 0 ? ['names an owner'] : []),
  ];
}

/** Pods, and what makes pods: as the Pod Security Standards' baseline, and nothing that crowds out others. */
function podFindings(object: KubernetesObject): string[] {
  return podSpecsOf(object).flatMap((spec) => [
    ...securityViolations(spec, 'baseline').map(({ reason, detail }) => `is dangerous to its node (${reason}: ${detail})`),
    ...(spec.priorityClassName || spec.priority ? ['has a priority, which may push pods of others off their nodes'] : []),
    ...(spec.nodeName ? [`goes to node ${spec.nodeName} past the scheduler`] : []),
    ...(spec.volumes ?? []).flatMap(({ csi }) => (csi ? [`mounts a volume of the driver ${csi.driver}`] : [])),
  ]);
}

function podSpecsOf(object: KubernetesObject): PodSpec[] {
  const { spec, template } = object as unknown as { spec?: PodSpecHolder & PodSpec; template?: { spec?: PodSpec } };
  if (object.kind === 'Pod') return spec ? [spec] : [];
  const found = [spec?.template?.spec, spec?.jobTemplate?.spec?.template?.spec, template?.spec];
  return found.filter((candidate) => candidate !== undefined);
}

interface PodSpecHolder {
  readonly template?: { readonly spec?: PodSpec };
  readonly jobTemplate?: { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } };
}

interface RoleBindingFields {
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

const kindFindings: Readonly<Record<string, (object: KubernetesObject) => string[]>> = {
  RoleBinding(object) {
    const { roleRef, subjects } = object as unknown as RoleBindingFields;
    return [
      ...(roleRef?.kind === 'ClusterRole' && ['cluster-admin', 'admin', 'edit'].includes(roleRef.name)
        ? [`binds the ClusterRole ${roleRef.name}`]
        : []),
      ...(subjects ?? []).flatMap((subject) => {
        if (subject.kind !== 'ServiceAccount') return [`gives rights to the ${subject.kind.toLowerCase()} ${subject.name}`];
        const own = object.metadata.namespace;
        return (subject.namespace ?? own) === own ? [] : [`gives rights to a service account of namespace "${subject.namespace}"`];
      }),
    ];
  },
  Service(object) {
    const { spec } = object as unknown as Service;
    return [
      ...((spec?.externalIPs ?? []).length > 0 ? ['takes over external addresses'] : []),
      ...(spec?.type === 'LoadBalancer' ? ['asks for a load balancer, which others may have to pay for'] : []),
      ...(spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [`takes port ${nodePort} of every node`] : [])),
    ];
  },
  PersistentVolumeClaim(object) {
    return claimFindings((object as unknown as PersistentVolumeClaim).spec);
  },
  StatefulSet(object) {
    const { spec } = object as unknown as { spec?: { volumeClaimTemplates?: readonly PersistentVolumeClaim[] } };
    return (spec?.volumeClaimTemplates ?? []).flatMap(({ spec }) => claimFindings(spec));
  },
  Ingress: () => ['takes over addresses of an ingress controller that others share'],
};

/** A claim without a class, or for a certain volume, may bind to a volume that is somebody else's. */
function claimFindings(spec: PersistentVolumeClaim['spec']): string[] {
  return [
    ...(spec?.volumeName ? [`claims the volume ${spec.volumeName}`] : []),
    ...(spec?.selector || spec?.storageClassName === '' ? ['claims a volume that is there already'] : []),
  ];
}

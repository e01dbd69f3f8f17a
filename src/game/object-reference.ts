// How levels name objects: "pod/frontend", "partner-tools/pod/crawler", "node/…".
import { apiVersionOf, kinds, type ResourceDefinition } from '../apimachinery/kinds.ts';
import type { ObjectReference } from '../cluster/kubernetes-api.ts';
import type { KubernetesObject } from '../simulator/client.ts';

/** The kind that a word means, as kubectl takes it: kind, plural, singular or short name, "deployments.apps" too. */
export function kindCalled(word: string): ResourceDefinition | undefined {
  const [name, ...group] = word.toLowerCase().split('.');
  return kinds.find(
    (kind) =>
      (group.length === 0 || kind.group === group.join('.')) &&
      (kind.singular === name || kind.resource === name || kind.kind.toLowerCase() === name || kind.shortNames?.includes(name!)),
  );
}

/** "[namespace/]kind/name" → reference; undefined when it is written otherwise or the kind isn't known. */
export function parseReference(text: string, defaultNamespace: string): ObjectReference | undefined {
  const parts = text.split('/');
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => part === '')) return undefined;
  const [namespace, word, name] = parts.length === 3 ? parts : [defaultNamespace, ...parts];
  const kind = kindCalled(word!);
  if (!kind) return undefined;
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, namespace: kind.namespaced ? namespace! : '', name: name! };
}

/** "pod/frontend", with the namespace before it when it isn't the default one. */
export function formatReference(reference: ObjectReference, defaultNamespace: string): string {
  const kind = kinds.find((candidate) => candidate.kind === reference.kind)?.singular ?? reference.kind.toLowerCase();
  const prefix = reference.namespace && reference.namespace !== defaultNamespace ? `${reference.namespace}/` : '';
  return `${prefix}${kind}/${reference.name}`;
}

/** The pods of a StatefulSet, whose names are known before they are there; none for other kinds. */
export function podsNamedBy({
  kind,
  metadata,
  spec,
}: KubernetesObject & { readonly spec?: { readonly replicas?: number } }): ObjectReference[] {
  if (kind !== 'StatefulSet') return [];
  return Array.from({ length: spec?.replicas ?? 1 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: metadata.namespace ?? '',
    name: `${metadata.name}-${index}`,
  }));
}

// What the API server warns of in pods and templates, though it accepts them. kubernetes: pkg/api/pod/warnings.go
import type {
  Affinity,
  Container,
  EphemeralContainer,
  ObjectMeta,
  Pod,
  PodAffinityTerm,
  PodSpec,
  PodTemplateSpec,
} from '../../../apimachinery/objects.ts';
import { podSecurityWarnings } from '../admission/pod-security.ts';
import type { StoreReader } from '../strategy.ts';
import { addressWarnings } from './address-warnings.ts';
import { isDNS1123Label } from './name-validation.ts';
import { describeDeprecation, nodeTermWarnings } from './node-label-warnings.ts';
import { portWarnings } from './port-warnings.ts';
import { fractionWarnings, volumeWarnings } from './volume-warnings.ts';

const nullSelector = 'a null labelSelector results in matching no pod';
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const deprecatedAnnotations: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];
const useSeccompField = 'non-functional in v1.27+; use the "seccompProfile" field instead';

/** People rarely update pods, so Kubernetes says nothing when they are. */
export function podWarnings(pod: Pod, old: Pod | undefined, reader: StoreReader): string[] {
  const security = podSecurityWarnings(pod.metadata.namespace, pod, reader);
  if (old) return security;
  const name = nameWarnings(pod.metadata, "the Pod's hostname");
  // Unlike Kubernetes: the annotation isn't copied to the field.
  return [...appArmorWarnings(pod, ''), ...name, ...templateWarnings(pod, ''), ...security];
}

/** Warnings of a workload whose pods are made from `template`, which `path` leads to; an update that leaves the spec alone is told nothing of it. */
export function workloadWarnings(
  workload: { metadata: ObjectMeta },
  old: { metadata: ObjectMeta } | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
  reader: StoreReader,
): string[] {
  const isChanged = old?.metadata.generation !== workload.metadata.generation;
  const own = isChanged ? [...templateWarnings(template, `${path}.`), ...appArmorWarnings(template, `${path}.`)] : [];
  return [...own, ...podSecurityWarnings(workload.metadata.namespace, template, reader)];
}

/** Pods, or pods of a workload, whose name can't be a hostname. */
export function nameWarnings({ name }: ObjectMeta, use = 'Pod names and hostnames'): string[] {
  const faults = isDNS1123Label(name);
  if (faults.length === 0) return [];
  const advice = 'which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: this is used in ${use}, ${advice}: [${faults.join(' ')}]`];
}

interface Template {
  readonly metadata?: ObjectMeta | undefined;
  readonly spec?: PodSpec | undefined;
}

/** `root` is '' for a pod, 'spec.template.' for a template. */
function templateWarnings(template: Template | undefined, root: string): string[] {
  const spec = template?.spec;
  if (!spec) return [];
  const field = `${root}spec`;
  const secrets = spec.imagePullSecrets ?? [];
  const containers = walk(spec, field);
  return [
    ...schedulingWarnings(spec, field),
    ...annotationWarnings(template.metadata, root),
    ...volumeWarnings(spec.volumes ?? [], `${field}.volumes`),
    ...repeated(spec.hostAliases ?? [], ({ ip }) => ip, `${field}.hostAliases`, 'ip'),
    ...repeated(secrets, ({ name = '' }) => name, `${field}.imagePullSecrets`, 'name'),
    ...secrets.flatMap(({ name }, index) => (name ? [] : [`${field}.imagePullSecrets[${index}].name: invalid empty name ""`])),
    ...['memory', 'ephemeral-storage'].flatMap((name) => fractionWarnings(spec.overhead?.[name], `${field}.overhead[${name}]`)),
    ...seccompWarnings(template, root),
    ...containers.flatMap(({ container, path }) => containerWarnings(container, path)),
    ...portWarnings(
      containers.flatMap(({ container, path }) =>
        (container.ports ?? []).map((port, index) => ({ port, field: `${path}.ports[${index}]` })),
      ),
    ),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(spec.affinity, `${field}.affinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, index) => addressWarnings(`${field}.dnsConfig.nameservers[${index}]`, ip)),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, index) => addressWarnings(`${field}.hostAliases[${index}].ip`, ip)),
  ];
}

/** Containers with their paths, as Kubernetes walks them. */
function walk(spec: PodSpec, field: string): { container: Container | EphemeralContainer; path: string }[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((name) =>
    (spec[name] ?? []).map((container, index) => ({ container, path: `${field}.${name}[${index}]` })),
  );
}

function schedulingWarnings(spec: PodSpec, field: string): string[] {
  const warnings = Object.keys(spec.nodeSelector ?? {}).flatMap((label) => {
    const why = describeDeprecation(label);
    return why ? [`${field}.nodeSelector[${label}]: ${why}`] : [];
  });
  const path = `${field}.affinity.nodeAffinity`;
  const affinity = spec.affinity?.nodeAffinity;
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  (affinity?.[required]?.nodeSelectorTerms ?? []).forEach((term, index) => {
    warnings.push(...nodeTermWarnings(term, `${path}.${required}.nodeSelectorTerms[${index}]`));
  });
  (affinity?.[preferred] ?? []).forEach(({ preference }, index) => {
    warnings.push(...nodeTermWarnings(preference, `${path}.${preferred}[${index}].preference`, true));
  });
  (spec.topologySpreadConstraints ?? []).forEach(({ topologyKey, labelSelector }, index) => {
    const at = `${field}.topologySpreadConstraints[${index}]`;
    const why = describeDeprecation(topologyKey);
    if (why) warnings.push(`${at}.topologyKey: ${topologyKey} is ${why}`);
    if (!labelSelector) warnings.push(`${at}.labelSelector: ${nullSelector}`);
  });
  return warnings;
}

function affinityWarnings(affinity: Affinity | undefined, field: string): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((name) => {
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
    const warn = (term: PodAffinityTerm | undefined, path: string) =>
      term?.labelSelector ? [] : [`${field}.${name}.${path}.labelSelector: ${nullSelector}`];
    return [
      ...(affinity?.[name]?.[required] ?? []).flatMap((term, index) => warn(term, `${required}[${index}]`)),
      ...(affinity?.[name]?.[preferred] ?? []).flatMap(({ podAffinityTerm }, index) =>
        warn(podAffinityTerm, `${preferred}[${index}].podAffinityTerm`),
      ),
    ];
  });
}

function annotationWarnings(meta: ObjectMeta | undefined, root: string): string[] {
  return deprecatedAnnotations.flatMap(([key, why]) =>
    meta?.annotations?.[key] === undefined ? [] : [`${root}metadata.annotations[${key}]: ${why}`],
  );
}

function seccompWarnings({ metadata, spec }: Template, root: string): string[] {
  const keys: string[] = [];
  if (!spec?.securityContext?.seccompProfile) keys.push(seccompPod);
  for (const { container } of spec ? walk(spec, '') : []) {
    if (!container.securityContext?.seccompProfile) keys.push(`${seccompPrefix}${container.name}`);
  }
  return keys
    .filter((key) => metadata?.annotations?.[key] !== undefined)
    .map((key) => `${root}metadata.annotations[${key}]: ${useSeccompField}`);
}

function appArmorWarnings(template: Template | undefined, root: string): string[] {
  return (template?.spec ? walk(template.spec, '') : []).flatMap(({ container }) => {
    const key = `${appArmorPrefix}${container.name}`;
    if (container.securityContext?.appArmorProfile || template?.metadata?.annotations?.[key] === undefined) return [];
    return [`${root}metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`];
  });
}

function repeated<T>(items: readonly T[], key: (item: T) => string, field: string, what: string): string[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const value = key(item);
    if (seen.has(value)) return [`${field}[${index}].${what}: duplicate ${what} ${JSON.stringify(value)}`];
    seen.add(value);
    return [];
  });
}

function containerWarnings(container: Container | EphemeralContainer, field: string): string[] {
  const fractions = ['memory', 'ephemeral-storage'].flatMap((name) => [
    ...fractionWarnings(container.resources?.limits?.[name], `${field}.resources.limits[${name}]`),
    ...fractionWarnings(container.resources?.requests?.[name], `${field}.resources.requests[${name}]`),
  ]);
  const names = new Set<string>();
  const hidden = (container.env ?? []).flatMap(({ name, value = '', valueFrom }, index) => {
    if (!names.has(name)) {
      names.add(name);
      return [];
    }
    // A value that builds on the one before is what it looks like.
    const reference = `$(${name})`;
    if (!valueFrom && value !== reference && value.includes(reference)) return [];
    return [`${field}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`];
  });
  return [...fractions, ...hidden];
}

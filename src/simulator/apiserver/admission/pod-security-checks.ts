// The checks of the Pod Security Standards, and what each says of a pod that fails it.
// kubernetes: staging/src/k8s.io/pod-security-admission/policy/check_*.go
import type { Container, EphemeralContainer, PodSpec, Volume } from '../../../apimachinery/objects.ts';

export type SecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** Why a pod isn't allowed, and which part of it. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

type AnyContainer = Container | EphemeralContainer;
type Check = (spec: PodSpec, containers: readonly AnyContainer[]) => Violation | undefined;

const defaultCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);
const safeVolumes = new Set([
  'name',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'image',
]);
const safeProfiles = ['RuntimeDefault', 'Localhost'];
const safeSELinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** In the order of their names, as violations are listed. A restricted check takes the place of the baseline one that it includes. */
const baselineChecks: readonly { check: Check; isIncluded?: true }[] = [
  { check: capabilitiesBaseline, isIncluded: true },
  { check: hostNamespaces },
  { check: hostPathVolumes, isIncluded: true },
  { check: hostPorts },
  {
    check: (_, containers) =>
      mustNot(
        'privileged',
        'set securityContext.privileged=true',
        containers,
        ({ securityContext }) => securityContext?.privileged === true,
      ),
  },
  {
    check: (_, containers) =>
      mustNot(
        'procMount',
        'set securityContext.procMount to "Unmasked"',
        containers,
        ({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default',
      ),
  },
  { check: seLinuxOptions },
  { check: seccompBaseline, isIncluded: true },
  { check: sysctls },
];
const restrictedChecks: readonly Check[] = [
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
];

/** All that is wrong with a pod at this level. */
export function securityViolations(spec: PodSpec, level: SecurityLevel): Violation[] {
  if (level === 'privileged') return [];
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
  const isRestricted = level === 'restricted';
  const checks = [
    ...baselineChecks.filter(({ isIncluded }) => !(isRestricted && isIncluded)).map(({ check }) => check),
    ...(isRestricted ? restrictedChecks : []),
  ];
  return checks.flatMap((check) => check(spec, containers) ?? []);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}

/** container "a", or containers "a", "b" */
function named(containers: readonly { name: string }[]): string {
  return `container${containers.length === 1 ? '' : 's'} ${quoted(containers.map(({ name }) => name))}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function mustNot(
  reason: string,
  what: string,
  containers: readonly AnyContainer[],
  isBad: (container: AnyContainer) => boolean,
): Violation | undefined {
  const bad = containers.filter(isBad);
  return bad.length > 0 ? { reason, detail: `${named(bad)} must not ${what}` } : undefined;
}

function addedBeyond(containers: readonly AnyContainer[], isAllowed: (capability: string) => boolean): string | undefined {
  const added = ({ securityContext }: AnyContainer) =>
    (securityContext?.capabilities?.add ?? []).filter((capability) => !isAllowed(capability));
  const bad = containers.filter((container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  return `${named(bad)} must not include ${quoted(unique(bad.flatMap(added)))} in securityContext.capabilities.add`;
}

function capabilitiesBaseline(_: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const detail = addedBeyond(containers, (capability) => defaultCapabilities.has(capability));
  return detail ? { reason: 'non-default capabilities', detail } : undefined;
}

function capabilitiesRestricted(_: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const keeping = containers.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const details = [
    keeping.length > 0 ? `${named(keeping)} must set securityContext.capabilities.drop=["ALL"]` : undefined,
    addedBeyond(containers, (capability) => capability === 'NET_BIND_SERVICE'),
  ].filter((detail) => detail !== undefined);
  return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
}

function hostNamespaces(spec: PodSpec): Violation | undefined {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]).map((name) => `${name}=true`);
  return shared.length > 0 ? { reason: 'host namespaces', detail: shared.join(', ') } : undefined;
}

function hostPathVolumes(spec: PodSpec): Violation | undefined {
  const bad = (spec.volumes ?? []).filter((volume) => volume.hostPath).map(({ name }) => name);
  return bad.length > 0 ? { reason: 'hostPath volumes', detail: `volume${bad.length === 1 ? '' : 's'} ${quoted(bad)}` } : undefined;
}

function hostPorts(_: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const bad = containers.filter(({ ports }) => ports?.some(({ hostPort }) => hostPort));
  if (bad.length === 0) return undefined;
  const ports = unique(bad.flatMap((container) => (container.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))));
  return {
    reason: 'hostPort',
    detail: `${named(bad)} use${bad.length === 1 ? 's' : ''} hostPort${ports.length === 1 ? '' : 's'} ${ports.join(', ')}`,
  };
}

function seLinuxOptions(spec: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const isBad = (options: { type?: string | undefined; user?: string | undefined; role?: string | undefined } | undefined) =>
    options !== undefined && (!safeSELinuxTypes.includes(options.type ?? '') || !!options.user || !!options.role);
  const all = [spec.securityContext?.seLinuxOptions, ...containers.map((container) => container.securityContext?.seLinuxOptions)].filter(
    isBad,
  );
  if (all.length === 0) return undefined;
  const bad = containers.filter((container) => isBad(container.securityContext?.seLinuxOptions));
  const setters = [isBad(spec.securityContext?.seLinuxOptions) ? 'pod' : '', bad.length > 0 ? named(bad) : '']
    .filter(Boolean)
    .join(' and ');
  const types = unique(all.map((options) => options?.type ?? '').filter((type) => !safeSELinuxTypes.includes(type)));
  const details = [
    types.length > 0 ? `type${types.length === 1 ? '' : 's'} ${quoted(types)}` : '',
    all.some((options) => options?.user) ? 'user may not be set' : '',
    all.some((options) => options?.role) ? 'role may not be set' : '',
  ].filter(Boolean);
  return { reason: 'seLinuxOptions', detail: `${setters} set forbidden securityContext.seLinuxOptions: ${details.join('; ')}` };
}

function sysctls(spec: PodSpec): Violation | undefined {
  const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !safeSysctls.has(name));
  return bad.length > 0 ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined;
}

function profileSetters(
  spec: PodSpec,
  containers: readonly AnyContainer[],
  isBad: (type: string) => boolean,
): [setters: string[], types: string[]] {
  const typeOf = (part: { securityContext?: { seccompProfile?: { type?: string | undefined } | undefined } | undefined }) =>
    part.securityContext?.seccompProfile?.type;
  const bad = containers.filter((container) => typeOf(container) !== undefined && isBad(typeOf(container)!));
  const podType = typeOf(spec);
  const isPodBad = podType !== undefined && isBad(podType);
  const setters = [...(isPodBad ? ['pod'] : []), ...(bad.length > 0 ? [named(bad)] : [])];
  return [setters, unique([...(isPodBad ? [podType] : []), ...bad.map((container) => typeOf(container)!)])];
}

function seccompBaseline(spec: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const [setters, types] = profileSetters(spec, containers, (type) => type === 'Unconfined');
  if (setters.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `${setters.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(types)}`,
  };
}

function seccompRestricted(spec: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const reason = 'seccompProfile';
  const [setters, types] = profileSetters(spec, containers, (type) => !safeProfiles.includes(type));
  if (setters.length > 0) {
    return { reason, detail: `${setters.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(types)}` };
  }
  if (spec.securityContext?.seccompProfile?.type) return undefined;
  const bare = containers.filter(({ securityContext }) => !securityContext?.seccompProfile?.type);
  if (bare.length === 0) return undefined;
  return { reason, detail: `pod or ${named(bare)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` };
}

function allowPrivilegeEscalation(_: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return { reason: 'allowPrivilegeEscalation != false', detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false` };
}

function restrictedVolumes(spec: PodSpec): Violation | undefined {
  const typeOf = (volume: Volume) => Object.entries(volume).find(([key, value]) => value !== undefined && !safeVolumes.has(key))?.[0];
  const bad = (spec.volumes ?? []).filter((volume) => typeOf(volume) !== undefined);
  if (bad.length === 0) return undefined;
  const types = unique(bad.map((volume) => typeOf(volume)!));
  const volumes = bad.length === 1 ? 'volume' : 'volumes';
  const uses = bad.length === 1 ? 'uses' : 'use';
  const detail = `${volumes} ${quoted(bad.map(({ name }) => name))} ${uses} restricted volume type${types.length === 1 ? '' : 's'} ${quoted(types)}`;
  return { reason: 'restricted volume types', detail };
}

function runAsNonRoot(spec: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const reason = 'runAsNonRoot != true';
  const podValue = spec.securityContext?.runAsNonRoot;
  const root = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  const setters = [...(podValue === false ? ['pod'] : []), ...(root.length > 0 ? [named(root)] : [])];
  if (setters.length > 0) return { reason, detail: `${setters.join(' and ')} must not set securityContext.runAsNonRoot=false` };
  if (podValue) return undefined;
  const bare = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  return bare.length > 0 ? { reason, detail: `pod or ${named(bare)} must set securityContext.runAsNonRoot=true` } : undefined;
}

function runAsUser(spec: PodSpec, containers: readonly AnyContainer[]): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.runAsUser === 0);
  const setters = [...(spec.securityContext?.runAsUser === 0 ? ['pod'] : []), ...(bad.length > 0 ? [named(bad)] : [])];
  return setters.length > 0 ? { reason: 'runAsUser=0', detail: `${setters.join(' and ')} must not set runAsUser=0` } : undefined;
}

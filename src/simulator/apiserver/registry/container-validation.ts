// Containers of a pod: regular, init and ephemeral ones.
// kubernetes: pkg/apis/core/validation/validation.go validateContainers and what it calls
import type { Container, ContainerPort, EphemeralContainer, Volume } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { validateEnv, validateEnvFrom } from './environment-validation.ts';
import { duplicate, eachInvalid, forbidden, invalid, notFound, notSupported, required } from './field-error.ts';
import { validateDevices, validateMounts } from './mount-validation.ts';
import { isDNS1123Label, isValidPortName, isValidPortNumber } from './name-validation.ts';
import { validateLifecycle, validateProbe } from './probe-validation.ts';
import { validateResourceRequirements } from './resource-validation.ts';
import { validateSecurityContext } from './security-context-validation.ts';

/** What a container's checks need to know of its pod. */
export interface ContainerSurroundings {
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly gracePeriodSeconds: number | undefined;
  readonly restartPolicy: string;
  readonly hostUsers: boolean;
}

export const protocols = ['SCTP', 'TCP', 'UDP'];

export function validateContainers(containers: readonly Container[], pod: ContainerSurroundings, field: string): FieldError[] {
  if (containers.length === 0) return [required(field)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const found = validateAnyContainer(container, pod, path);
    if (names.has(container.name ?? '')) found.push(duplicate(`${path}.name`, container.name ?? ''));
    names.add(container.name ?? '');
    found.push(...validateLifecycle(container.lifecycle, pod.gracePeriodSeconds, `${path}.lifecycle`), ...validateProbes(container, path));
    if (container.restartPolicy !== undefined) {
      found.push(forbidden(`${path}.restartPolicy`, 'may not be set for non-init containers'));
    }
    return found;
  });
  return [...errors, ...validateHostPorts(containers, field)];
}

export function validateInitContainers(
  containers: readonly Container[],
  regular: readonly Container[],
  pod: ContainerSurroundings,
  field: string,
): FieldError[] {
  const names = new Set(regular.map((container) => container.name));
  return containers.flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const found = validateAnyContainer(container, pod, path);
    const isSidecar = container.restartPolicy === 'Always';
    if (container.restartPolicy !== undefined && !isSidecar) {
      found.push(notSupported(`${path}.restartPolicy`, container.restartPolicy, ['Always']));
    }
    if (names.has(container.name)) found.push(duplicate(`${path}.name`, container.name));
    else if (container.name) names.add(container.name);
    found.push(...validateHostPorts([container], field));
    if (isSidecar) {
      found.push(
        ...validateLifecycle(container.lifecycle, pod.gracePeriodSeconds, `${path}.lifecycle`),
        ...validateProbes(container, path),
      );
      return found;
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[name]) found.push(forbidden(`${path}.${name}`, 'may not be set for init containers without restartPolicy=Always'));
    }
    return found;
  });
}

export function validateEphemeralContainers(
  ephemeral: readonly EphemeralContainer[],
  others: readonly Container[],
  pod: ContainerSurroundings,
  field: string,
): FieldError[] {
  const otherNames = new Set(others.map((container) => container.name));
  const names = new Set(otherNames);
  const text = 'cannot be set for an Ephemeral Container';
  return ephemeral.flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const found = [...validateAnyContainer(container, pod, path), ...validateImageOfPod(container, path)];
    if (names.has(container.name)) found.push(duplicate(`${path}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !otherNames.has(target)) found.push(notFound(`${path}.targetContainerName`, target));
    for (const name of [
      'ports',
      'resources',
      'resizePolicy',
      'restartPolicy',
      'livenessProbe',
      'readinessProbe',
      'startupProbe',
      'lifecycle',
    ] as const) {
      if (isSet(container[name])) found.push(forbidden(`${path}.${name}`, text));
    }
    (container.volumeMounts ?? []).forEach((mount, at) => {
      if (mount.subPath) found.push(forbidden(`${path}.volumeMounts[${at}].subPath`, text));
      if (mount.subPathExpr) found.push(forbidden(`${path}.volumeMounts[${at}].subPathExpr`, text));
    });
    return found;
  });
}

function isSet(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || Object.keys(value as object).length > 0);
}

/** What holds in a pod, but not yet in a template. */
export function validateImageOfPod(container: Container | EphemeralContainer, path: string): FieldError[] {
  const image = container.image ?? '';
  return image === image.trim() ? [] : [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')];
}

function validateProbes(container: Container, path: string): FieldError[] {
  return (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) =>
    validateProbe(container[name], name, `${path}.${name}`),
  );
}

function validateAnyContainer(container: Container | EphemeralContainer, pod: ContainerSurroundings, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(`${path}.name`));
  else errors.push(...eachInvalid(`${path}.name`, container.name, isDNS1123Label(container.name)));
  if (!container.image) errors.push(required(`${path}.image`));
  const messagePolicy = container.terminationMessagePolicy ?? '';
  const messagePolicies = ['File', 'FallbackToLogsOnError'];
  if (!messagePolicies.includes(messagePolicy))
    errors.push(notSupported(`${path}.terminationMessagePolicy`, messagePolicy, messagePolicies));
  errors.push(
    ...validatePorts(container.ports ?? [], `${path}.ports`),
    ...validateEnv(container.env ?? [], `${path}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${path}.envFrom`),
    ...validateMounts(container, pod.volumes, `${path}.volumeMounts`),
    ...validateDevices(container, pod.volumes, `${path}.volumeDevices`),
    ...validatePullPolicy(container.imagePullPolicy ?? '', `${path}.imagePullPolicy`),
    ...validateResourceRequirements(container.resources, `${path}.resources`),
    ...validateResizePolicy(container, pod.restartPolicy, `${path}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, pod.hostUsers, `${path}.securityContext`),
  );
  return errors;
}

function validatePorts(ports: readonly ContainerPort[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (port.name) {
      const texts = isValidPortName(port.name);
      if (texts.length > 0) errors.push(...eachInvalid(`${path}.name`, port.name, texts));
      else if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
      else names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(`${path}.containerPort`));
    else errors.push(...eachInvalid(`${path}.containerPort`, port.containerPort, isValidPortNumber(port.containerPort)));
    if (port.hostPort) errors.push(...eachInvalid(`${path}.hostPort`, port.hostPort, isValidPortNumber(port.hostPort)));
    if (!port.protocol) errors.push(required(`${path}.protocol`));
    else if (!protocols.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, protocols));
    return errors;
  });
}

function validateHostPorts(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap((container, index) =>
    (container.ports ?? []).flatMap((port, at) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) return [duplicate(`${field}[${index}].ports[${at}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

function validatePullPolicy(policy: string, field: string): FieldError[] {
  const supported = ['Always', 'IfNotPresent', 'Never'];
  if (!policy) return [required(field)];
  return supported.includes(policy) ? [] : [notSupported(field, policy, supported)];
}

function validateResizePolicy(container: Container | EphemeralContainer, restartPolicy: string, field: string): FieldError[] {
  const seen = new Set<string>();
  return (container.resizePolicy ?? []).flatMap((policy, index) => {
    const errors: FieldError[] = [];
    if (seen.has(policy.resourceName)) errors.push(duplicate(`${field}[${index}]`, policy.resourceName));
    seen.add(policy.resourceName);
    for (const [value, supported] of [
      [policy.resourceName, ['cpu', 'memory']],
      [policy.restartPolicy, ['NotRequired', 'RestartContainer']],
    ] as const) {
      if (!value) errors.push(required(field));
      else if (!(supported as readonly string[]).includes(value)) errors.push(notSupported(field, value, supported));
    }
    if (restartPolicy === 'Never' && policy.restartPolicy !== 'NotRequired') {
      errors.push(invalid(field, policy.restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}

// Containers of a pod: regular, init and ephemeral ones.
// kubernetes: pkg/apis/core/validation/validation.go validateContainers and what it calls
import type {
  Container,
  ContainerPort,
  EnvFromSource,
  EnvVar,
  EphemeralContainer,
  Volume,
  VolumeMount,
} from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { environmentFields, validateFieldReference, validateResourceReference } from './downward-api-validation.ts';
import { duplicate, eachInvalid, forbidden, invalid, notFound, notSupported, required } from './field-error.ts';
import { isConfigMapKey, isDNS1123Label, isEnvVarName, isValidPortName, isValidPortNumber, nameIsDNSSubdomain } from './name-validation.ts';
import { validateDescendingPath } from './path-validation.ts';
import { validateLifecycle, validateProbe } from './probe-validation.ts';
import { validateResourceRequirements } from './resource-validation.ts';
import { validateSecurityContext } from './security-context-validation.ts';
import { validateReferenceName } from './volume-validation.ts';

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

function validateEnv(variables: readonly EnvVar[], field: string): FieldError[] {
  return variables.flatMap((variable, index) => {
    const path = `${field}[${index}]`;
    const errors = variable.name ? eachInvalid(`${path}.name`, variable.name, isEnvVarName(variable.name)) : [required(`${path}.name`)];
    return [...errors, ...validateValueFrom(variable, `${path}.valueFrom`)];
  });
}

function validateValueFrom(variable: EnvVar, field: string): FieldError[] {
  const source = variable.valueFrom;
  if (!source) return [];
  const errors: FieldError[] = [];
  let count = 0;
  if (source.fieldRef) {
    count++;
    errors.push(...validateFieldReference(source.fieldRef, environmentFields, `${field}.fieldRef`));
  }
  if (source.resourceFieldRef) {
    count++;
    errors.push(...validateResourceReference(source.resourceFieldRef, false, `${field}.resourceFieldRef`));
  }
  for (const name of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const reference = source[name];
    if (!reference) continue;
    count++;
    errors.push(...validateReferenceName(reference.name, `${field}.${name}.name`));
    if (!reference.key) errors.push(required(`${field}.${name}.key`));
    else errors.push(...eachInvalid(`${field}.${name}.key`, reference.key, isConfigMapKey(reference.key)));
  }
  if (source.fileKeyRef) count++;
  if (count === 0) {
    errors.push(invalid(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'));
  } else if (variable.value) errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  return errors;
}

function validateEnvFrom(sources: readonly EnvFromSource[], field: string): FieldError[] {
  return sources.flatMap((source, index) => {
    const path = `${field}[${index}]`;
    const errors = source.prefix ? eachInvalid(`${path}.prefix`, source.prefix, isEnvVarName(source.prefix)) : [];
    let count = 0;
    for (const name of ['configMapRef', 'secretRef'] as const) {
      const reference = source[name];
      if (!reference) continue;
      count++;
      if (!reference.name) errors.push(required(`${path}.${name}.name`));
      else errors.push(...eachInvalid(`${path}.${name}.name`, reference.name, nameIsDNSSubdomain(reference.name, true)));
    }
    if (count === 0) errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (count > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

function validateMounts(container: Container | EphemeralContainer, volumes: ReadonlyMap<string, Volume>, field: string): FieldError[] {
  const paths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (!mount.name) errors.push(required(`${path}.name`));
    if (!volumes.has(mount.name)) errors.push(notFound(`${path}.name`, mount.name ?? ''));
    if (!mount.mountPath) errors.push(required(`${path}.mountPath`));
    if (paths.has(mount.mountPath)) errors.push(invalid(`${path}.mountPath`, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    if (devices.some((device) => device.name === mount.name)) {
      errors.push(invalid(`${path}.name`, mount.name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mount.mountPath)) {
      errors.push(invalid(`${path}.mountPath`, mount.mountPath, 'must not already exist as a path in volumeDevices'));
    }
    return [...errors, ...validateSubPaths(mount, path, field), ...validatePropagation(container, mount, field)];
  });
}

function validateSubPaths(mount: VolumeMount, path: string, field: string): FieldError[] {
  const errors = mount.subPath ? validateDescendingPath(mount.subPath, `${field}.subPath`) : [];
  if (!mount.subPathExpr) return errors;
  if (mount.subPath) errors.push(invalid(`${path}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  return [...errors, ...validateDescendingPath(mount.subPathExpr, `${field}.subPathExpr`)];
}

function validatePropagation(container: Container | EphemeralContainer, mount: VolumeMount, field: string): FieldError[] {
  const propagation = mount.mountPropagation;
  if (propagation === undefined) return [];
  const supported = ['Bidirectional', 'HostToContainer', 'None'];
  if (!supported.includes(propagation)) return [notSupported(`${field}.mountPropagation`, propagation, supported)];
  if (propagation === 'Bidirectional' && !container.securityContext?.privileged) {
    return [forbidden(`${field}.mountPropagation`, 'Bidirectional mount propagation is available only to privileged containers')];
  }
  return [];
}

function validateDevices(container: Container | EphemeralContainer, volumes: ReadonlyMap<string, Volume>, field: string): FieldError[] {
  const names = new Set<string>();
  return (container.volumeDevices ?? []).flatMap((device, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    const volume = volumes.get(device.name);
    if (!device.name) errors.push(required(`${path}.name`));
    if (names.has(device.name)) errors.push(invalid(`${path}.name`, device.name, 'must be unique'));
    names.add(device.name);
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      const text = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${path}.name`, device.name, text));
    }
    if (!volume) errors.push(notFound(`${path}.name`, device.name));
    if (!device.devicePath) errors.push(required(`${path}.devicePath`));
    return errors;
  });
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

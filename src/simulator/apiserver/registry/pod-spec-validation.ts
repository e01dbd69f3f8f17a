// A pod's spec, wherever it stands: in a pod or in a template.
// kubernetes: pkg/apis/core/validation/validation.go ValidatePodSpec, ValidatePodTemplateSpec
import type { ObjectMeta, PodSpec, PodTemplateSpec } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import {
  type ContainerSurroundings,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './container-validation.ts';
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateIP } from './ip-address.ts';
import { validateAnnotations, validateLabels } from './label-validation.ts';
import {
  inclusiveRange,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isQualifiedName,
  nameIsDNSSubdomain,
} from './name-validation.ts';
import { validateResourceRequirements } from './resource-validation.ts';
import { validateAffinity, validateSpreadConstraints, validateTolerations } from './scheduling-validation.ts';
import { validateHostUsers, validatePodSecurityContext } from './security-context-validation.ts';
import { validateVolumes } from './volume-validation.ts';

const maxInt32 = 2147483647;
const podLevelResources = ['cpu', 'hugepages-', 'memory'];

/** `podMeta` is the pod's own metadata; none in a template. */
export function validatePodSpec(spec: PodSpec, podMeta: ObjectMeta | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(required(`${field}.terminationGracePeriodSeconds`));
  const volumes = validateVolumes(spec.volumes ?? [], podMeta, `${field}.volumes`);
  const pod: ContainerSurroundings = {
    volumes: volumes.sound,
    gracePeriodSeconds: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy ?? '',
    hostUsers: spec.hostUsers !== false,
  };
  const containers = spec.containers ?? [];
  const init = spec.initContainers ?? [];
  errors.push(
    ...volumes.errors,
    ...validateContainers(containers, pod, `${field}.containers`),
    ...validateInitContainers(init, containers, pod, `${field}.initContainers`),
    ...validateEphemeralContainers(spec.ephemeralContainers ?? [], [...containers, ...init], pod, `${field}.ephemeralContainers`),
    ...validatePodResources(spec, `${field}.resources`),
    ...validateHostNetworkPorts(spec, podMeta !== undefined, field),
    ...validateChoice(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], `${field}.restartPolicy`),
    ...validateChoice(spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], `${field}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${field}.securityContext`),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateDNSConfig(spec, `${field}.dnsConfig`),
    ...validateGates(spec, field),
    ...validateSpreadConstraints(spec.topologySpreadConstraints ?? [], `${field}.topologySpreadConstraints`),
    ...validateHostUsers(spec, field),
    ...validateNames(spec, field),
  );
  return errors;
}

/** Required, and one of a few. */
export function validateChoice(value: string | undefined, supported: readonly string[], field: string): FieldError[] {
  if (!value) return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

function validatePodResources(spec: PodSpec, field: string): FieldError[] {
  if (!spec.resources) return [];
  return validateResourceRequirements(spec.resources, field, (name, path) =>
    name === 'cpu' || name === 'memory' || name.startsWith('hugepages-') ? [] : [notSupported(path, name, podLevelResources)],
  );
}

function validateHostNetworkPorts(spec: PodSpec, isPod: boolean, field: string): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap((container, index) =>
    (container.ports ?? []).flatMap((port, at) => {
      const hostPort = port.hostPort ?? 0;
      if ((!isPod && hostPort === 0) || hostPort === port.containerPort) return [];
      const text = 'must match `containerPort` when `hostNetwork` is true';
      return [invalid(`${field}.containers[${index}].ports[${at}].hostPort`, hostPort, text)];
    }),
  );
}

function validateDNSConfig(spec: PodSpec, field: string): FieldError[] {
  const config = spec.dnsConfig;
  const nameservers = config?.nameservers ?? [];
  if (spec.dnsPolicy === 'None') {
    if (!config) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (nameservers.length === 0) {
      return [required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
    }
  }
  if (!config) return [];
  const errors: FieldError[] = [];
  if (nameservers.length > 3) errors.push(invalid(`${field}.nameservers`, nameservers, 'must not have more than 3 nameservers'));
  nameservers.forEach((address, index) => {
    errors.push(...validateIP(`${field}.nameservers[${index}]`, address));
  });
  const searches = config.searches ?? [];
  if (searches.length > 32) errors.push(invalid(`${field}.searches`, searches, 'must not have more than 32 search paths'));
  searches.forEach((search, index) => {
    const name = search.replace(/\.$/, '');
    if (search !== '.') errors.push(...eachInvalid(`${field}.searches[${index}]`, name, isDNS1123SubdomainWithUnderscore(name)));
  });
  (config.options ?? []).forEach((option, index) => {
    if (!option.name) errors.push(required(`${field}.options[${index}]`, 'must not be empty'));
  });
  return errors;
}

function validateGates(spec: PodSpec, field: string): FieldError[] {
  const errors = (spec.readinessGates ?? []).flatMap((gate, index) =>
    eachInvalid(`${field}.readinessGates[${index}].conditionType`, gate.conditionType, isQualifiedName(gate.conditionType)),
  );
  const seen = new Set<string>();
  (spec.schedulingGates ?? []).forEach((gate, index) => {
    const path = `${field}.schedulingGates[${index}]`;
    errors.push(...eachInvalid(path, gate.name, isQualifiedName(gate.name)));
    if (seen.has(gate.name)) errors.push(duplicate(path, gate.name));
    seen.add(gate.name);
  });
  return errors;
}

function validateNames(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const check = (
    name: 'serviceAccountName' | 'nodeName' | 'hostname' | 'subdomain' | 'priorityClassName' | 'runtimeClassName',
    rule: (value: string) => string[],
  ) => {
    const value = spec[name];
    if (value) errors.push(...eachInvalid(`${field}.${name}`, value, rule(value)));
  };
  check('serviceAccountName', nameIsDNSSubdomain);
  check('nodeName', nameIsDNSSubdomain);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > maxInt32)) {
    errors.push(invalid(`${field}.activeDeadlineSeconds`, deadline, inclusiveRange(1, maxInt32)));
  }
  check('hostname', isDNS1123Label);
  check('subdomain', isDNS1123Label);
  errors.push(...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`));
  (spec.hostAliases ?? []).forEach((alias, index) => {
    const path = `${field}.hostAliases[${index}]`;
    errors.push(...validateIP(`${path}.ip`, alias.ip ?? ''));
    (alias.hostnames ?? []).forEach((name, at) => {
      errors.push(...eachInvalid(`${path}.hostnames[${at}]`, name, isDNS1123Subdomain(name)));
    });
  });
  check('priorityClassName', nameIsDNSSubdomain);
  check('runtimeClassName', nameIsDNSSubdomain);
  if (spec.preemptionPolicy !== undefined) {
    errors.push(...validateChoice(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${field}.preemptionPolicy`));
  }
  if (spec.overhead) errors.push(...validateResourceRequirements({ limits: spec.overhead }, `${field}.overhead`));
  if (spec.os) {
    if (!spec.os.name) errors.push(required(`${field}.os.name`));
    else if (spec.os.name !== 'linux' && spec.os.name !== 'windows')
      errors.push(notSupported(`${field}.os`, spec.os.name, ['linux', 'windows']));
  }
  return errors;
}

/** The template of a workload. */
export function validatePodTemplate(template: PodTemplateSpec | undefined, field: string): FieldError[] {
  const meta = template?.metadata;
  const spec = template?.spec ?? { containers: [] };
  const errors = [
    ...validateLabels(meta?.labels, `${field}.labels`),
    ...validateAnnotations(meta?.annotations, `${field}.annotations`),
    ...validatePodSpec(spec, undefined, `${field}.spec`),
  ];
  if (spec.ephemeralContainers?.length) {
    errors.push(forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
  return errors;
}

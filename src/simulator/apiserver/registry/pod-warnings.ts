// What the API server warns of in pods and templates, though it accepts them. kubernetes: pkg/api/pod/warnings.go
import type { Container, Pod, PodTemplateSpec } from '../../../apimachinery/objects.ts';
import { podSecurityWarnings } from '../admission/pod-security.ts';
import type { StoreReader } from '../strategy.ts';

export function podWarnings(pod: Pod, _: Pod | undefined, reader: StoreReader): string[] {
  return [...podSecurityWarnings(pod.metadata.namespace, pod, reader), ...templateWarnings(pod, 'spec')];
}

/** `path` leads to the template: 'spec.template'. */
export function workloadWarnings(
  namespace: string | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
  reader: StoreReader,
): string[] {
  return [...podSecurityWarnings(namespace, template, reader), ...templateWarnings(template, `${path}.spec`)];
}

function templateWarnings(template: PodTemplateSpec | undefined, field: string): string[] {
  const spec = template?.spec;
  if (!spec) return [];
  const warnings: string[] = [];
  (spec.topologySpreadConstraints ?? []).forEach((constraint, index) => {
    if (constraint.labelSelector) return;
    warnings.push(`${field}.topologySpreadConstraints[${index}].labelSelector: a null labelSelector results in matching no pod`);
  });
  warnings.push(...repeated(spec.hostAliases ?? [], ({ ip }) => ip, `${field}.hostAliases`, 'ip'));
  const secrets = spec.imagePullSecrets ?? [];
  warnings.push(...repeated(secrets, ({ name = '' }) => name, `${field}.imagePullSecrets`, 'name'));
  secrets.forEach(({ name }, index) => {
    if (!name) warnings.push(`${field}.imagePullSecrets[${index}].name: invalid empty name ""`);
  });
  (spec.initContainers ?? []).forEach((container, index) => {
    warnings.push(...containerWarnings(container, `${field}.initContainers[${index}]`));
  });
  (spec.containers ?? []).forEach((container, index) => {
    warnings.push(...containerWarnings(container, `${field}.containers[${index}]`));
  });
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    warnings.push(`${field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`);
  }
  return warnings;
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

function containerWarnings(container: Container, field: string): string[] {
  const warnings: string[] = [];
  const names = new Set<string>();
  (container.env ?? []).forEach((variable, index) => {
    if (names.has(variable.name) && !variable.value?.includes(`$(${variable.name})`)) {
      warnings.push(`${field}.env[${index}]: hides previous definition of "${variable.name}", which may be dropped when using apply`);
    }
    names.add(variable.name);
  });
  const ports = container.ports ?? [];
  ports.forEach((port, index) => {
    const before = ports.findIndex(
      (other) =>
        other.containerPort === port.containerPort &&
        other.protocol === port.protocol &&
        other.hostIP === port.hostIP &&
        other.hostPort === port.hostPort,
    );
    if (before < index) warnings.push(`${field}.ports[${index}]: duplicate port definition with ${field}.ports[${before}]`);
  });
  return warnings;
}

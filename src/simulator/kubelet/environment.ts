// The variables of a container. kubernetes: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables)
import type { Container, EnvVarSource, Pod } from '../../apimachinery/objects.ts';
import type { Client } from '../client.ts';
import { configError } from './config-error.ts';
import { fieldValue, type PodFacts, resourceValue } from './downward-api.ts';
import { serviceEnvironment } from './service-environment.ts';
import { expandVariables } from './variable-expansion.ts';

/** Variables in their order, `$(…)` resolved. Throws CreateContainerConfigError when something that must be there is not. */
export function containerEnvironment(pod: Pod, container: Container, client: Client, facts: PodFacts): Map<string, string> {
  const services = visibleServices(pod, client);
  const variables = new Map<string, string>();
  for (const source of container.envFrom ?? []) addAll(variables, source.prefix ?? '', dataOf(pod, source, client));
  for (const { name, value, valueFrom } of container.env ?? []) {
    const lookUp = (other: string) => variables.get(other) ?? services.get(other);
    const found = valueFrom ? sourceValue(valueFrom, { pod, container, client, facts }) : expandVariables(value ?? '', lookUp);
    if (found !== undefined) variables.set(name, found);
  }
  for (const [name, value] of services) if (!variables.has(name)) variables.set(name, value);
  return variables;
}

function visibleServices(pod: Pod, client: Client): Map<string, string> {
  const services = client.resource('services');
  const own = pod.spec.enableServiceLinks === false ? [] : services.list(pod.metadata.namespace!);
  const master = services.get('default', 'kubernetes');
  return new Map(serviceEnvironment([...own.filter(({ metadata }) => metadata.uid !== master?.metadata.uid), ...(master ? [master] : [])]));
}

function addAll(variables: Map<string, string>, prefix: string, data: Readonly<Record<string, string>>): void {
  // kubernetes: RelaxedEnvironmentVariableValidation: all printable ASCII but = makes a name.
  const keys = Object.keys(data).sort();
  for (const key of keys) if (/^[ -<>-~]+$/.test(prefix + key)) variables.set(prefix + key, data[key]!);
}

function dataOf(pod: Pod, source: NonNullable<Container['envFrom']>[number], client: Client): Record<string, string> {
  const namespace = pod.metadata.namespace!;
  if (source.configMapRef) {
    const { name, optional } = source.configMapRef;
    const map = client.resource('configmaps').get(namespace, name ?? '');
    if (!map && !optional) throw configError(`configmap ${JSON.stringify(name)} not found`);
    return map?.data ?? {};
  }
  if (source.secretRef) {
    const { name, optional } = source.secretRef;
    const secret = client.resource('secrets').get(namespace, name ?? '');
    if (!secret && !optional) throw configError(`secret ${JSON.stringify(name)} not found`);
    return decodeAll(secret?.data ?? {});
  }
  return {};
}

function sourceValue(source: EnvVarSource, given: { pod: Pod; container: Container; client: Client; facts: PodFacts }): string | undefined {
  const { pod, container, client, facts } = given;
  const namespace = pod.metadata.namespace!;
  if (source.fieldRef) {
    const value = fieldValue(source.fieldRef, pod, facts);
    if (value === undefined) throw configError(`unsupported fieldPath: ${source.fieldRef.fieldPath}`);
    return value;
  }
  if (source.resourceFieldRef) {
    const named = source.resourceFieldRef.containerName;
    const of = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === named) ?? container;
    return resourceValue(source.resourceFieldRef, of, facts);
  }
  if (source.configMapKeyRef) {
    const { name, key, optional } = source.configMapKeyRef;
    const map = client.resource('configmaps').get(namespace, name ?? '');
    const value = map?.data?.[key];
    if (value !== undefined || optional) return value;
    throw configError(map ? `couldn't find key ${key} in ConfigMap ${namespace}/${name}` : `configmap ${JSON.stringify(name)} not found`);
  }
  if (source.secretKeyRef) {
    const { name, key, optional } = source.secretKeyRef;
    const secret = client.resource('secrets').get(namespace, name ?? '');
    const value = secret?.data?.[key];
    if (value !== undefined) return decode(value);
    if (optional) return undefined;
    throw configError(secret ? `couldn't find key ${key} in Secret ${namespace}/${name}` : `secret ${JSON.stringify(name)} not found`);
  }
  throw configError('a variable from a file is not simulated');
}

function decodeAll(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decode(value)]));
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

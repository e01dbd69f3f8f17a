// ResourceQuotas: whether a namespace has room for one more. kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go

import { kinds, type ResourceDefinition } from '../../../apimachinery/kinds.ts';
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '../../../apimachinery/objects.ts';
import { addQuantities, compareQuantities, formatQuantity } from '../../../apimachinery/quantity.ts';
import { forbidden } from '../../../apimachinery/status-error.ts';
import type { KubernetesObject } from '../../client.ts';
import { qosClass } from '../registry/qos-class.ts';
import type { StoreReader, WriteContext } from '../strategy.ts';
import { podTotal } from './pod-total.ts';

type Amounts = Record<string, string>;

/** How much of everything that a quota can limit one object takes. */
function quotaUsage(resource: string, object: KubernetesObject): Amounts {
  switch (resource) {
    case 'pods':
      return podUsage(object as Pod);
    case 'services':
      return serviceUsage(object as Service);
    case 'persistentvolumeclaims':
      return claimUsage(object as PersistentVolumeClaim);
    default:
      return {};
  }
}

function podUsage(pod: Pod): Amounts {
  const usage: Amounts = { 'count/pods': '1' };
  if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') return usage;
  usage['pods'] = '1';
  for (const side of ['requests', 'limits'] as const) {
    for (const [name, amount] of Object.entries(podTotal(pod, side))) {
      usage[`${side}.${name}`] = amount;
      if (side === 'requests' && ['cpu', 'memory', 'ephemeral-storage'].includes(name)) usage[name] = amount;
    }
  }
  return usage;
}

function serviceUsage({ spec }: Service): Amounts {
  const usage: Amounts = { 'count/services': '1', services: '1', 'services.nodeports': '0', 'services.loadbalancers': '0' };
  const ports = String(spec?.ports?.length ?? 0);
  if (spec?.type === 'NodePort') usage['services.nodeports'] = ports;
  if (spec?.type === 'LoadBalancer') {
    usage['services.loadbalancers'] = '1';
    if (spec.allocateLoadBalancerNodePorts !== false) usage['services.nodeports'] = ports;
  }
  return usage;
}

function claimUsage({ spec }: PersistentVolumeClaim): Amounts {
  const storage = spec?.resources?.requests?.['storage'] ?? '0';
  const usage: Amounts = { 'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1', 'requests.storage': storage };
  if (!spec?.storageClassName) return usage;
  const prefix = `${spec.storageClassName}.storageclass.storage.k8s.io/`;
  return { ...usage, [`${prefix}requests.storage`]: storage, [`${prefix}persistentvolumeclaims`]: '1' };
}

/** Whether a quota's scopes choose this pod. */
function isInScope(quota: ResourceQuota, pod: Pod): boolean {
  const selectors = quota.spec?.scopeSelector?.matchExpressions ?? [];
  const all = [...(quota.spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists', values: [] as string[] })), ...selectors];
  return all.every(({ scopeName, operator, values = [] }) => {
    const priorityClass = pod.spec?.priorityClassName ?? '';
    switch (scopeName) {
      case 'Terminating':
        return pod.spec?.activeDeadlineSeconds !== undefined;
      case 'NotTerminating':
        return pod.spec?.activeDeadlineSeconds === undefined;
      case 'BestEffort':
        return qosClass(pod.spec!) === 'BestEffort';
      case 'NotBestEffort':
        return qosClass(pod.spec!) !== 'BestEffort';
      case 'PriorityClass':
        if (operator === 'Exists') return priorityClass !== '';
        if (operator === 'DoesNotExist') return priorityClass === '';
        return operator === 'In' ? values.includes(priorityClass) : !values.includes(priorityClass);
      default:
        return true;
    }
  });
}

/** What of a quota's resources all objects of a namespace take together: its status.used. */
export function quotaUsed(quota: ResourceQuota, reader: StoreReader): Amounts {
  const namespace = quota.metadata.namespace ?? '';
  const used: Amounts = {};
  const add = (resource: string, objects: readonly KubernetesObject[]) => {
    for (const object of objects) {
      const usage: Amounts = { [`count/${resource}`]: '1', ...quotaUsage(resource.split('.')[0]!, object) };
      if (['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas'].includes(resource)) usage[resource] = '1';
      for (const [name, amount] of Object.entries(usage)) used[name] = formatQuantity(addQuantities(used[name] ?? '0', amount));
    }
  };
  const pods = reader.list('pods', namespace) as unknown as readonly Pod[];
  add('pods', pods.filter((pod) => isInScope(quota, pod)) as unknown as readonly KubernetesObject[]);
  for (const resource of ['services', 'persistentvolumeclaims', 'configmaps', 'secrets', 'resourcequotas'])
    add(resource, reader.list(resource, namespace));
  for (const definition of kinds) {
    const name = definition.group ? `${definition.resource}.${definition.group}` : definition.resource;
    const isCounted = quota.spec?.hard?.[`count/${name}`] !== undefined && used[`count/${name}`] === undefined;
    if (isCounted && definition.namespaced) add(name, reader.list(definition.resource, namespace));
  }
  return Object.fromEntries(Object.keys(quota.spec?.hard ?? {}).map((name) => [name, used[name] ?? '0']));
}

/** Throws 403 when a quota of the namespace has no room for the object. */
export function admitQuota(definition: ResourceDefinition, object: KubernetesObject, context: WriteContext): void {
  if (context.operation !== 'create') return;
  const quotas = context.reader.list('resourcequotas', object.metadata.namespace ?? '') as unknown as readonly ResourceQuota[];
  const counted = definition.group ? `count/${definition.resource}.${definition.group}` : `count/${definition.resource}`;
  const usage: Amounts = { [counted]: '1', ...quotaUsage(definition.resource, object) };
  if (['configmaps', 'secrets'].includes(definition.resource)) usage[definition.resource] = '1';
  for (const quota of quotas) {
    const isPod = definition.resource === 'pods';
    if (isPod ? !isInScope(quota, object as Pod) : quota.spec?.scopes?.length || quota.spec?.scopeSelector) continue;
    const refuse = (why: string): never => {
      throw forbidden(definition, object.metadata.name, why);
    };
    const hard = quota.spec?.hard ?? {};
    if (isPod) requireAmounts(hard, object as Pod, (names) => refuse(`failed quota: ${quota.metadata.name}: must specify ${names}`));
    const names = Object.keys(hard)
      .filter((name) => usage[name] !== undefined)
      .sort();
    if (names.length === 0) continue;
    const used = quotaUsed(quota, context.reader);
    const over = names.filter(
      (name) =>
        compareQuantities(usage[name]!, '0') > 0 && compareQuantities(addQuantities(used[name] ?? '0', usage[name]!), hard[name]!) > 0,
    );
    if (over.length === 0) continue;
    const list = (amounts: Readonly<Record<string, string>>) => over.map((name) => `${name}=${amounts[name]}`).join(',');
    refuse(`exceeded quota: ${quota.metadata.name}, requested: ${list(usage)}, used: ${list(used)}, limited: ${list(hard)}`);
  }
}

/** Where a quota limits CPU or memory, every container must say how much it wants. kubernetes: pkg/quota/v1/evaluator/core/pods.go Constraints */
function requireAmounts(hard: Amounts, pod: Pod, refuse: (text: string) => void): void {
  const wanted = Object.keys(hard)
    .filter((name) => /^((requests|limits)\.)?(cpu|memory)$/.test(name))
    .sort();
  const missing = wanted.flatMap((name) => {
    const [side, resource] = name.includes('.') ? (name.split('.') as ['requests' | 'limits', string]) : (['requests', name] as const);
    const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    const lacking = containers
      .filter((container) => container.resources?.[side]?.[resource] === undefined)
      .map((container) => container.name);
    return lacking.length > 0 ? [`${name} for: ${lacking.sort().join(',')}`] : [];
  });
  if (missing.length > 0) refuse(missing.join('; '));
}

// What a pod asks of a node: the sum that scheduler, kubelet and quota reckon with. kubernetes: staging/src/k8s.io/component-helpers/resource/helpers.go
import type { Container, Pod } from '../apimachinery/objects.ts';
import { quantityMilliValue, quantityValue } from '../apimachinery/quantity.ts';

/** Resource name → amount; cpu in thousandths of a core, everything else in its own unit. */
export type Amounts = Map<string, number>;

/** A quantity as a number: thousandths for cpu, rounded up; whole units for the rest. */
export function amountOf(resource: string, quantity: string): number {
  return resource === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity);
}

/** A table of quantities (requests, limits, allocatable) as numbers. */
export function amountsOf(quantities: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const [resource, quantity] of Object.entries(quantities ?? {})) amounts.set(resource, amountOf(resource, quantity));
  return amounts;
}

/** By spec, which a change of the pod's status leaves the same. */
const requests = new WeakMap<Pod['spec'], ReadonlyMap<string, number>>();

/** Requests of the whole pod: containers together with sidecars, or the hungriest init container if that is more. */
export function podRequests(pod: Pod): ReadonlyMap<string, number> {
  let known = requests.get(pod.spec);
  if (!known) {
    known = podAmounts(pod, (container) => amountsOf(container.resources?.requests));
    requests.set(pod.spec, known);
  }
  return known;
}

/** Sums up what `amounts` says of each container, in the way in which containers of a pod run at the same time. */
export function podAmounts(pod: Pod, amounts: (container: Container) => Amounts): Amounts {
  const total: Amounts = new Map();
  for (const container of pod.spec.containers) add(total, amounts(container));
  const sidecars: Amounts = new Map();
  const initial: Amounts = new Map();
  for (const container of pod.spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      add(total, amounts(container));
      add(sidecars, amounts(container));
      raise(initial, sidecars);
    } else {
      const together = new Map(amounts(container));
      add(together, sidecars);
      raise(initial, together);
    }
  }
  raise(total, initial);
  add(total, amountsOf(pod.spec.overhead));
  return total;
}

/** Adds `more` to `total` in place. */
export function add(total: Amounts, more: ReadonlyMap<string, number>): void {
  for (const [resource, amount] of more) total.set(resource, (total.get(resource) ?? 0) + amount);
}

/** Takes `less` from `total` in place. */
export function subtract(total: Amounts, less: ReadonlyMap<string, number>): void {
  for (const [resource, amount] of less) total.set(resource, (total.get(resource) ?? 0) - amount);
}

function raise(total: Amounts, to: Amounts): void {
  for (const [resource, amount] of to) if (amount > (total.get(resource) ?? 0)) total.set(resource, amount);
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** kubernetes: pkg/apis/core/v1/helper/qos/qos.go: only cpu and memory count. */
export function qosClassOf(pod: Pod): QosClass {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  let guaranteed = true;
  let any = false;
  for (const { resources } of containers) {
    for (const resource of ['cpu', 'memory']) {
      const request = resources?.requests?.[resource];
      const limit = resources?.limits?.[resource];
      if ((request && amountOf(resource, request) > 0) || (limit && amountOf(resource, limit) > 0)) any = true;
      if (!limit || !request || amountOf(resource, limit) !== amountOf(resource, request)) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

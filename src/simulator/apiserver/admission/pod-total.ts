// What a pod's containers ask for together, as quantities: what quotas and limit ranges reckon with.
// kubernetes: staging/src/k8s.io/component-helpers/resource/helpers.go; plugin/pkg/admission/limitranger/admission.go podRequests
import type { Pod } from '../../../apimachinery/objects.ts';
import { addQuantities, compareQuantities, formatQuantity } from '../../../apimachinery/quantity.ts';

export type Quantities = Record<string, string>;

/** Containers together with sidecars, or the hungriest init container with the sidecars before it, if that is more. */
export function podTotal(pod: Pod, side: 'requests' | 'limits'): Quantities {
  const total: Quantities = {};
  for (const { resources } of pod.spec?.containers ?? []) add(total, resources?.[side]);
  const sidecars: Quantities = {};
  const initial: Quantities = {};
  for (const { resources, restartPolicy } of pod.spec?.initContainers ?? []) {
    const together = { ...sidecars };
    add(together, resources?.[side]);
    raise(initial, together);
    if (restartPolicy !== 'Always') continue;
    add(sidecars, resources?.[side]);
    add(total, resources?.[side]);
  }
  raise(total, initial);
  return total;
}

function add(total: Quantities, more: Readonly<Quantities> = {}): void {
  for (const [name, amount] of Object.entries(more)) total[name] = formatQuantity(addQuantities(total[name] ?? '0', amount));
}

function raise(total: Quantities, to: Readonly<Quantities>): void {
  for (const [name, amount] of Object.entries(to)) if (compareQuantities(amount, total[name] ?? '0') > 0) total[name] = amount;
}

// How tables write what several kinds have: containers, lists that go on, booleans, addresses of load balancers.
// kubernetes: pkg/printers/internalversion/printers.go
import type { PodTemplateSpec } from '../../../apimachinery/objects.ts';
import type { Cell } from '../strategy.ts';

/** Names and images of a template's containers, comma separated. */
export function containerCells(template: PodTemplateSpec | undefined): [names: string, images: string] {
  const containers = template?.spec?.containers ?? [];
  return [containers.map((container) => container.name).join(','), containers.map((container) => container.image ?? '').join(',')];
}

/** The first few of a list, and how many there are more. */
export function someOf(items: readonly string[], count = items.length, most = 3): string {
  const text = items.slice(0, most).join(',');
  return items.length > most ? `${text} + ${count - most} more...` : text;
}

export function booleanCell(value: boolean | undefined): Cell {
  return value === undefined ? '<unset>' : value ? 'True' : 'False';
}

/** Addresses that a load balancer gave, sorted. */
export function loadBalancerText(ingress: readonly { ip?: string | undefined; hostname?: string | undefined }[] | undefined): string {
  return [...new Set((ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter(Boolean))].sort().join(',');
}

const accessModeLetters: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** RWO,ROX: in Kubernetes' order, not the manifest's. */
export function accessModesText(modes: readonly string[] | undefined): string {
  return Object.entries(accessModeLetters)
    .filter(([mode]) => modes?.includes(mode))
    .map(([, letters]) => letters)
    .join(',');
}

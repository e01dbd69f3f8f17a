// Rows of ingresses and their classes. kubernetes: pkg/printers/internalversion/printers.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { Ingress, IngressClass } from '../../../apimachinery/objects.ts';
import type { Cell } from '../strategy.ts';
import { loadBalancerText } from './cell-text.ts';

export function ingressCells({ metadata, spec, status }: Ingress, nowMs: number): Cell[] {
  return [
    metadata.name,
    spec?.ingressClassName ?? '<none>',
    hostsText((spec?.rules ?? []).map((rule) => rule.host ?? '')),
    loadBalancerText(status?.loadBalancer?.ingress),
    spec?.tls?.length ? '80, 443' : '80',
    ageOf(metadata.creationTimestamp, nowMs),
  ];
}

function hostsText(hosts: readonly string[]): string {
  const most = 3;
  const list: string[] = [];
  let hasMore = false;
  for (const host of hosts) {
    if (list.length === most) hasMore = true;
    else if (host) list.push(host);
  }
  if (list.length === 0) return '*';
  return hasMore ? `${list.join(',')} + ${hosts.length - most} more...` : list.join(',');
}

export function ingressClassCells({ metadata, spec }: IngressClass, nowMs: number): Cell[] {
  const parameters = spec?.parameters;
  const group = parameters?.apiGroup ? `.${parameters.apiGroup}` : '';
  const text = parameters ? `${parameters.kind}${group}/${parameters.name}` : '<none>';
  return [metadata.name, spec?.controller ?? '', text, ageOf(metadata.creationTimestamp, nowMs)];
}

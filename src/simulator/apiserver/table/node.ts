// A node's row. kubernetes: pkg/printers/internalversion/printers.go printNode
import { ageOf } from '../../../apimachinery/duration.ts';
import type { Node } from '../../../apimachinery/objects.ts';
import type { Cell } from '../strategy.ts';

const roleLabel = 'node-role.kubernetes.io/';

export function nodeCells(node: Node, nowMs: number): Cell[] {
  const info = node.status?.nodeInfo;
  const address = (type: string) => node.status?.addresses?.find((each) => each.type === type)?.address ?? '<none>';
  return [
    node.metadata.name,
    statusText(node),
    rolesText(node),
    ageOf(node.metadata.creationTimestamp, nowMs),
    info?.kubeletVersion ?? '',
    address('InternalIP'),
    address('ExternalIP'),
    info?.osImage || '<unknown>',
    info?.kernelVersion || '<unknown>',
    info?.containerRuntimeVersion || '<unknown>',
  ];
}

function statusText(node: Node): string {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  const parts = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
  if (node.spec?.unschedulable) parts.push('SchedulingDisabled');
  return parts.join(',');
}

function rolesText(node: Node): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([label, value]) => {
    if (label.startsWith(roleLabel)) return label.length > roleLabel.length ? [label.slice(roleLabel.length)] : [];
    return label === 'kubernetes.io/role' && value ? [value] : [];
  });
  return roles.length > 0 ? [...new Set(roles)].sort().join(',') : '<none>';
}

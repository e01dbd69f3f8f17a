// Ports of a pod's containers that get in each other's way. kubernetes: pkg/api/pod/warnings.go
import type { ContainerPort } from '../../../apimachinery/objects.ts';

/** A port and where it stands. */
export interface PlacedPort {
  readonly port: ContainerPort;
  readonly field: string;
}

/** `ports` of all containers, in the order of Kubernetes' walk: init containers first. */
export function portWarnings(ports: readonly PlacedPort[]): string[] {
  const pairs = ports.flatMap((placed, index) => {
    const { port, field } = placed;
    const warnings: string[] = [];
    if (port.hostIP && !port.hostPort) warnings.push(`${field}: hostIP set without hostPort: ${goPort(port)}`);
    const before = ports
      .slice(0, index)
      .filter((other) => other.port.containerPort === port.containerPort && other.port.protocol === port.protocol);
    return [...warnings, ...before.flatMap((other) => clash(placed, other))];
  });
  const names = new Map<string, string>();
  const repeated = ports.flatMap(({ port, field }) => {
    if (!port.name) return [];
    const first = names.get(port.name);
    if (!first) {
      names.set(port.name, field);
      return [];
    }
    const name = JSON.stringify(port.name);
    return [`${field}: duplicate port name ${name} with ${first}, services and probes that select ports by name will use ${first}`];
  });
  return [...pairs, ...repeated];
}

function clash({ port, field }: PlacedPort, other: PlacedPort): string[] {
  const sameHostIP = (port.hostIP ?? '') === (other.port.hostIP ?? '');
  const sameHostPort = (port.hostPort ?? 0) === (other.port.hostPort ?? 0);
  if (sameHostIP && sameHostPort) return [`${field}: duplicate port definition with ${other.field}`];
  if (!port.hostPort || !other.port.hostPort) return [`${field}: overlapping port definition with ${other.field}`];
  const isAmbiguous = sameHostPort && !port.hostIP !== !other.port.hostIP;
  return isAmbiguous ? [`${field}: dangerously ambiguous port definition with ${other.field}`] : [];
}

/** As Go prints the struct. */
function goPort({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

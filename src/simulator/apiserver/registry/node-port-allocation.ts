// The node ports that a service asks for and those it is given.
// kubernetes: pkg/registry/core/service/storage/alloc.go, pkg/registry/core/service/portallocator
import type { Service, ServiceSpec } from '../../../apimachinery/objects.ts';
import { type FieldError, StatusError } from '../../../apimachinery/status-error.ts';
import type { WriteContext } from '../strategy.ts';
import { invalid } from './field-error.ts';
import { pickFree } from './free-number.ts';

const firstNodePort = 30000;
/** The lower part of the range is left to those who choose themselves. */
const firstDynamicNodePort = 30086;
const lastNodePort = 32767;
/** A dry run counts up from here, as nothing is taken. */
const dryRunNodePort = 32768;

export function needsNodePort(spec: ServiceSpec): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
}

/** Whether kube-proxies answer a health check for it. */
export function needsHealthCheckPort(spec: ServiceSpec): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

/** Takes ports for one request. A number serves all protocols; a dry run doesn't look at the range. */
class NodePorts {
  readonly #taken: ReadonlySet<number>;
  readonly #mine: number[] = [];
  readonly #context: WriteContext;

  constructor(services: readonly Service[], context: WriteContext) {
    this.#taken = new Set(services.flatMap(({ spec }) => (spec ? numbersOf(spec) : [])));
    this.#context = context;
  }

  /** What speaks against this number; undefined when it is taken now. */
  take(number: number): string | undefined {
    if (!this.#context.dryRun && (number < firstNodePort || number > lastNodePort)) {
      return `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`;
    }
    if (!this.#isFree(number)) return 'provided port is already allocated';
    this.#mine.push(number);
    return undefined;
  }

  takeAny(): number {
    const number = this.#context.dryRun
      ? Math.max(...(this.#mine.length > 0 ? this.#mine : [dryRunNodePort])) + 1
      : pickFree(firstDynamicNodePort, lastNodePort, this.#context.random, (candidate) => this.#isFree(candidate));
    this.#mine.push(number);
    return number;
  }

  #isFree(number: number): boolean {
    return !this.#taken.has(number) && !this.#mine.includes(number);
  }
}

function numbersOf(spec: ServiceSpec): number[] {
  const numbers = (spec.ports ?? []).flatMap((port) => port.nodePort || []);
  return spec.healthCheckNodePort ? [...numbers, spec.healthCheckNodePort] : numbers;
}

/** Gives the service the ports that it needs and lacks; the first that can't be had is the only finding. `services` holds the service itself, if stored. */
export function allocateNodePorts(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  services: readonly Service[],
  context: WriteContext,
): FieldError[] {
  const ports = new NodePorts(services, context);
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') {
    const errors = old ? updateNodePorts(spec, old, ports) : initNodePorts(spec, ports);
    if (errors.length > 0) return errors;
  }
  if (needsHealthCheckPort(spec) && !(old && needsHealthCheckPort(old))) takeHealthCheckPort(spec, ports);
  return [];
}

/** A new service: ports of one number that differ in protocol share a node port, as DNS wants it. */
function initNodePorts(spec: ServiceSpec, nodePorts: NodePorts): FieldError[] {
  const ports = spec.ports ?? [];
  const given = new Map<number, number>();
  for (const [index, port] of ports.entries()) {
    if (!port.nodePort && !needsNodePort(spec)) continue;
    const shared = given.get(port.port);
    if (shared && (!port.nodePort || port.nodePort === shared)) {
      port.nodePort = shared;
      continue;
    }
    const wanted = shared ? port.nodePort : ports.find((other) => other.port === port.port && other.nodePort)?.nodePort;
    const errors = wanted ? refusal(nodePorts.take(wanted), index, wanted) : [];
    if (errors.length > 0) return errors;
    if (shared) continue;
    port.nodePort = wanted ?? nodePorts.takeAny();
    given.set(port.port, port.nodePort);
  }
  return [];
}

function updateNodePorts(spec: ServiceSpec, old: ServiceSpec, nodePorts: NodePorts): FieldError[] {
  const before = new Set((old.ports ?? []).map((port) => port.nodePort));
  const taken = new Set<number>();
  const seen = new Set<string>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort && !needsNodePort(spec)) continue;
    if (!port.nodePort) port.nodePort = nodePorts.takeAny();
    else if (!before.has(port.nodePort) && !taken.has(port.nodePort)) {
      const errors = refusal(nodePorts.take(port.nodePort), index, port.nodePort);
      if (errors.length > 0) return errors;
      taken.add(port.nodePort);
    }
    const key = `{${port.protocol} ${port.nodePort}}`;
    if (seen.has(key)) throw new StatusError(500, '', `duplicate nodePort: ${key}`);
    seen.add(key);
  }
  return [];
}

function takeHealthCheckPort(spec: ServiceSpec, nodePorts: NodePorts): void {
  const wanted = spec.healthCheckNodePort;
  const why = wanted ? nodePorts.take(wanted) : undefined;
  if (why) {
    const text = `failed to allocate requested HealthCheck NodePort ${wanted}: ${why}`;
    throw new StatusError(500, 'InternalError', `Internal error occurred: ${text}`, { causes: [{ message: text }] });
  }
  spec.healthCheckNodePort = wanted || nodePorts.takeAny();
}

function refusal(why: string | undefined, index: number, number: number): FieldError[] {
  return why ? [invalid(`spec.ports[${index}].nodePort`, number, why)] : [];
}

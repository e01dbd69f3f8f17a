// What an Ingress says of a request: the class, hosts, paths and default backends of the Ingress API's own text. Serving: the ingress-controller program.
// kubernetes: staging/src/k8s.io/api/networking/v1/types.go; kubernetes.io: concepts/services-networking/ingress
import type { Ingress, IngressBackend, IngressClass } from '../../apimachinery/objects.ts';
import type { Client } from '../client.ts';
import type { Cancel, Clock } from '../clock.ts';
import { nameDelayMs } from './delays.ts';

/** The name by which an IngressClass asks for this controller. */
export const ingressControllerName = 'k8squest.dev/ingress';

export interface IngressRoute {
  readonly namespace: string;
  readonly service: string;
  readonly port: number | string;
  /** The Ingress that decided. */
  readonly ingress: string;
}

interface Candidate {
  readonly ingress: Ingress;
  readonly backend: IngressBackend;
  /** Higher wins, position by position: how well the host fits, how the path does, how long it is. */
  readonly rank: readonly number[];
}

const defaultClassAnnotation = 'ingressclass.kubernetes.io/is-default-class';
const oldClassAnnotation = 'kubernetes.io/ingress.class';

/** The ingresses and classes of the cluster, as the controller has them, and what they lead to. */
export class IngressTable {
  private readonly client: Client;
  private readonly clock: Clock;
  private readonly ingresses = new Map<string, Ingress>();
  private readonly classes = new Map<string, IngressClass>();
  private readonly watches: Cancel[] = [];
  private address: string | undefined;

  constructor(client: Client, clock: Clock) {
    this.client = client;
    this.clock = clock;
    this.watches.push(
      client.resource('ingressclasses').watch(({ type, object }) => {
        if (type === 'DELETED') this.classes.delete(object.metadata.name ?? '');
        else this.classes.set(object.metadata.name ?? '', object);
        this.publishLater();
      }),
      client.resource('ingresses').watch(({ type, object }) => {
        const key = `${object.metadata.namespace}/${object.metadata.name}`;
        if (type === 'DELETED') this.ingresses.delete(key);
        else this.ingresses.set(key, object);
        this.publishLater();
      }),
    );
  }

  close(): void {
    for (const cancel of this.watches) cancel();
  }

  /** Says in each ingress's status where the controller is reached; undefined: nowhere, from now on. */
  publish(address: string | undefined): void {
    this.address = address;
    this.publishLater();
  }

  /** Where a request goes: undefined when no rule and no default backend takes it. */
  route(host: string, path: string): IngressRoute | undefined {
    const candidates: Candidate[] = [];
    for (const ingress of this.served()) candidates.push(...matchesOf(ingress, host.toLowerCase(), path));
    candidates.sort((one, other) => compareRanks(other.rank, one.rank) || compareAges(one.ingress, other.ingress));
    return candidates[0] && routeOf(candidates[0]);
  }

  private served(): Ingress[] {
    return [...this.ingresses.values()].filter((ingress) => this.isOurs(ingress));
  }

  private isOurs({ spec, metadata }: Ingress): boolean {
    const name = spec.ingressClassName ?? metadata.annotations?.[oldClassAnnotation];
    if (name !== undefined) return this.classes.get(name)?.spec.controller === ingressControllerName;
    return [...this.classes.values()].some(
      (one) => one.spec.controller === ingressControllerName && one.metadata.annotations?.[defaultClassAnnotation] === 'true',
    );
  }

  private publishLater(): void {
    this.clock.after(nameDelayMs, () => {
      for (const { metadata, status } of this.served()) {
        const wanted = this.address === undefined ? [] : [{ ip: this.address }];
        const current = status?.loadBalancer?.ingress ?? [];
        if (current.length === wanted.length && current[0]?.ip === wanted[0]?.ip) continue;
        this.client.resource('ingresses').modify(
          metadata.namespace ?? '',
          metadata.name ?? '',
          (draft) => {
            draft.status = { loadBalancer: wanted.length > 0 ? { ingress: wanted } : {} };
          },
          'status',
        );
      }
    });
  }
}

function matchesOf(ingress: Ingress, host: string, path: string): Candidate[] {
  const candidates: Candidate[] = [];
  for (const rule of ingress.spec.rules ?? []) {
    const hostRank = rankHost(rule.host ?? '', host);
    if (hostRank === undefined) continue;
    for (const { path: own = '/', pathType, backend } of rule.http?.paths ?? []) {
      const pathRank = rankPath(own, pathType, path);
      if (pathRank !== undefined) candidates.push({ ingress, backend, rank: [1, hostRank, ...pathRank] });
    }
  }
  const { defaultBackend } = ingress.spec;
  if (defaultBackend) candidates.push({ ingress, backend: defaultBackend, rank: [0] });
  return candidates;
}

/** An exact host beats one with a wildcard, and that beats none. A wildcard stands for exactly one label. */
function rankHost(pattern: string, host: string): number | undefined {
  if (pattern === '') return 0;
  if (pattern === host) return 2;
  if (!pattern.startsWith('*.')) return undefined;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === pattern.slice(1) ? 1 : undefined;
}

/** The longest path wins, and of equal ones the exact. Prefixes match by elements: /foo takes /foo/bar, not /foobar. */
function rankPath(own: string, type: string, path: string): readonly [number, number] | undefined {
  if (type === 'Exact') return own === path ? [own.length, 1] : undefined;
  const prefix = own.replace(/\/+$/, '');
  return path === prefix || path.startsWith(`${prefix}/`) ? [own.length, 0] : undefined;
}

function routeOf({ ingress, backend }: Candidate): IngressRoute | undefined {
  const { namespace = '', name } = ingress.metadata;
  const { service } = backend;
  if (!service) return undefined;
  return { namespace, service: service.name, port: service.port?.number ?? service.port?.name ?? 0, ingress: `${namespace}/${name}` };
}

function compareRanks(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Between equal rules the oldest ingress counts. */
function compareAges({ metadata: one }: Ingress, { metadata: other }: Ingress): number {
  const age = (one.creationTimestamp ?? '').localeCompare(other.creationTimestamp ?? '');
  return age || `${one.namespace}/${one.name}`.localeCompare(`${other.namespace}/${other.name}`);
}

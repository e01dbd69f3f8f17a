// The simulated cluster's API server: requests in, answers out, all in the caller's instant.
import { kinds, type ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { Client, KubernetesObject } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { Etcd } from './etcd.ts';
import { createClient } from './in-process-client.ts';
import type { KubeletConnection } from './kubelet-connection.ts';
import { ManagedFields } from './managed-fields.ts';
import { plainStrategy } from './plain-strategy.ts';
import { Store } from './store.ts';
import type { Strategy } from './strategy.ts';

export interface ApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The revision before the first write. */
  readonly firstRevision?: number;
  /** A bearer token that makes its bearer the administrator. */
  readonly adminToken?: string;
}

/** Who the cluster's own parts are to admission and audit. */
const loopback = { name: 'system:apiserver', groups: ['system:authenticated', 'system:masters'] };

export class ApiServer {
  readonly store: Store;
  /** Set when the kubelets are there. */
  kubelets: KubeletConnection | undefined;

  constructor(options: ApiServerOptions) {
    const { clock } = options;
    const random = options.random.fork('apiserver');
    const strategies = new Map<ResourceDefinition, Strategy>();
    const strategyOf = (definition: ResourceDefinition) => {
      let strategy = strategies.get(definition);
      if (!strategy) {
        strategy = definition.resource === 'pods' ? { ...plainStrategy(definition), graceful: podGrace } : plainStrategy(definition);
        strategies.set(definition, strategy);
      }
      return strategy;
    };
    const etcd = new Etcd(clock, options.firstRevision ?? 1);
    this.store = new Store({ clock, random, etcd, strategyOf, managedFields: new ManagedFields((_, entries) => entries) });
  }

  /** A client for a part of the cluster; the name is its field manager. */
  client(userAgent: string): Client {
    return createClient(this.store, userAgent, loopback);
  }

  /** What is served. */
  get kinds(): readonly ResourceDefinition[] {
    return kinds;
  }
}

function podGrace(object: KubernetesObject, requested: number | undefined): number {
  const pod = object as KubernetesObject & {
    spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
    status?: { phase?: string };
  };
  if (!pod.spec?.nodeName || pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') return 0;
  const period = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  return period < 0 ? 1 : period;
}

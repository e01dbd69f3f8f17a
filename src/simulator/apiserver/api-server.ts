// The simulated cluster's API server: requests in, answers out, all in the caller's instant.
import type { ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { Client } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { Authentication } from './authentication.ts';
import { discoveryAnswer } from './discovery.ts';
import { Etcd } from './etcd.ts';
import { expireEvents } from './event-expiry.ts';
import { ownersOfWrite } from './handlers/owners.ts';
import { createClient } from './in-process-client.ts';
import type { KubeletConnection } from './kubelet-connection.ts';
import { ManagedFields } from './managed-fields.ts';
import { openapiAnswer } from './openapi/openapi.ts';
import { openapiV2Answer } from './openapi/openapi-v2.ts';
import { plainStrategy } from './plain-strategy.ts';
import { Authorizer } from './rbac.ts';
import { strategies } from './registry/strategies.ts';
import type { ApiAnswer, ApiRequest, UserInfo } from './request.ts';
import { health, route, type ServerParts } from './router.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
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

/** Who the cluster's own parts are to admission. */
const loopback: UserInfo = { name: 'system:apiserver', groups: ['system:authenticated', 'system:masters'] };

export class ApiServer {
  /** Set when the kubelets are there. */
  kubelets: KubeletConnection | undefined;
  /** Tokens of service accounts, for kubelets that project them into pods. */
  readonly tokens: ServiceAccountTokens;
  private readonly store: Store;
  private readonly parts: ServerParts;

  constructor({ clock, random, firstRevision = 0, adminToken }: ApiServerOptions) {
    const own = random.fork('apiserver');
    const etcd = new Etcd(clock, firstRevision);
    this.store = new Store({
      clock,
      random: own,
      etcd,
      strategyOf: strategyTable(),
      managedFields: new ManagedFields(ownersOfWrite, clock),
    });
    expireEvents(etcd, clock);
    this.tokens = new ServiceAccountTokens(clock, own, this.store);
    const authorizer = new Authorizer(this.store);
    this.parts = {
      store: this.store,
      clock,
      tokens: this.tokens,
      authorizer,
      authentication: new Authentication(this.tokens, authorizer, adminToken),
      kubelets: () => this.kubelets,
      document: ({ path, query, headers }) =>
        health(path) ?? discoveryAnswer(path, headers) ?? openapiAnswer(path, query, headers) ?? openapiV2Answer(path, headers),
    };
  }

  /** The revision of the last change. */
  get revision(): number {
    return this.store.etcd.revision;
  }

  /** Answers a request. */
  handle(request: ApiRequest): ApiAnswer {
    return route(request, this.parts);
  }

  /** A client for a part of the cluster; the name is its field manager. */
  client(userAgent: string): Client {
    return createClient(this.store, userAgent, loopback);
  }
}

/** A kind's own rules, or none where it has no file in registry/. */
function strategyTable(): (definition: ResourceDefinition) => Strategy {
  const plain = new Map<ResourceDefinition, Strategy>();
  return (definition) => {
    let strategy = strategies.get(definition) ?? plain.get(definition);
    if (!strategy) {
      strategy = plainStrategy(definition);
      plain.set(definition, strategy);
    }
    return strategy;
  };
}

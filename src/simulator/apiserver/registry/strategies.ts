// The one table of strategies: a kind that is missing here is served without rules of its own.
import type { ResourceDefinition } from '../../../apimachinery/kinds.ts';
import type { Strategy } from '../strategy.ts';
import { configMapStrategy } from './configmap.ts';
import { controllerRevisionStrategy } from './controllerrevision.ts';
import { daemonSetStrategy } from './daemonset.ts';
import { deploymentStrategy } from './deployment.ts';
import { endpointsStrategy } from './endpoints.ts';
import { endpointSliceStrategy } from './endpointslice.ts';
import { eventStrategy } from './event.ts';
import { leaseStrategy } from './lease.ts';
import { namespaceStrategy } from './namespace.ts';
import { networkPolicyStrategy } from './networkpolicy.ts';
import { nodeStrategy } from './node.ts';
import { podStrategy } from './pod.ts';
import { priorityClassStrategy } from './priorityclass.ts';
import { replicaSetStrategy } from './replicaset.ts';
import { secretStrategy } from './secret.ts';
import { serviceStrategy } from './service.ts';
import { serviceAccountStrategy } from './serviceaccount.ts';
import { statefulSetStrategy } from './statefulset.ts';

const all: readonly Strategy[] = [
  namespaceStrategy,
  nodeStrategy,
  podStrategy,
  serviceStrategy,
  endpointsStrategy,
  endpointSliceStrategy,
  networkPolicyStrategy,
  configMapStrategy,
  secretStrategy,
  serviceAccountStrategy,
  eventStrategy,
  leaseStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  daemonSetStrategy,
  statefulSetStrategy,
  controllerRevisionStrategy,
  priorityClassStrategy,
];

/** By the definition of the stored kind. */
export const strategies: ReadonlyMap<ResourceDefinition, Strategy> = new Map(all.map((strategy) => [strategy.resource, strategy]));

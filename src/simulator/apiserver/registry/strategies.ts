// The one table of strategies: a kind that is missing here is served without rules of its own.
import type { ResourceDefinition } from '../../../apimachinery/kinds.ts';
import { admitQuota } from '../admission/resourcequota.ts';
import type { Strategy } from '../strategy.ts';
import { componentStatusStrategy } from './componentstatus.ts';
import { configMapStrategy } from './configmap.ts';
import { controllerRevisionStrategy } from './controllerrevision.ts';
import { cronJobStrategy } from './cronjob.ts';
import { daemonSetStrategy } from './daemonset.ts';
import { deploymentStrategy } from './deployment.ts';
import { endpointsStrategy } from './endpoints.ts';
import { endpointSliceStrategy } from './endpointslice.ts';
import { eventStrategy } from './event.ts';
import { horizontalPodAutoscalerStrategy } from './horizontalpodautoscaler.ts';
import { ingressStrategy } from './ingress.ts';
import { ingressClassStrategy } from './ingressclass.ts';
import { jobStrategy } from './job.ts';
import { leaseStrategy } from './lease.ts';
import { limitRangeStrategy } from './limitrange.ts';
import { namespaceStrategy } from './namespace.ts';
import { networkPolicyStrategy } from './networkpolicy.ts';
import { nodeStrategy } from './node.ts';
import { persistentVolumeStrategy } from './persistentvolume.ts';
import { persistentVolumeClaimStrategy } from './persistentvolumeclaim.ts';
import { podStrategy } from './pod.ts';
import { podDisruptionBudgetStrategy } from './poddisruptionbudget.ts';
import { priorityClassStrategy } from './priorityclass.ts';
import { replicaSetStrategy } from './replicaset.ts';
import { resourceQuotaStrategy } from './resourcequota.ts';
import { secretStrategy } from './secret.ts';
import { serviceStrategy } from './service.ts';
import { serviceAccountStrategy } from './serviceaccount.ts';
import { statefulSetStrategy } from './statefulset.ts';
import { storageClassStrategy } from './storageclass.ts';

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
  componentStatusStrategy,
  cronJobStrategy,
  horizontalPodAutoscalerStrategy,
  ingressStrategy,
  ingressClassStrategy,
  jobStrategy,
  limitRangeStrategy,
  persistentVolumeStrategy,
  persistentVolumeClaimStrategy,
  podDisruptionBudgetStrategy,
  resourceQuotaStrategy,
  storageClassStrategy,
];

/** By the definition of the stored kind. */
export const strategies: ReadonlyMap<ResourceDefinition, Strategy> = new Map(
  all.map((strategy) => [strategy.resource, strategy.resource.namespaced ? withinQuota(strategy) : strategy]),
);

/** Whatever is sound must still find room in its namespace. Quota comes last, as in Kubernetes: nothing is counted that was refused. */
function withinQuota(strategy: Strategy): Strategy {
  return {
    ...strategy,
    validate(object, context) {
      const errors = strategy.validate(object, context);
      if (errors.length === 0) admitQuota(strategy.resource, object, context);
      return errors;
    },
  };
}

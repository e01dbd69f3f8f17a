// Pods. kubernetes: pkg/registry/core/pod/strategy.go
import type { Pod } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { checkLimitRanges } from '../admission/limitrange.ts';
import { admitPod } from '../admission/pod.ts';
import { checkPodSecurity } from '../admission/pod-security.ts';
import type { Strategy } from '../strategy.ts';
import { podCells } from '../table/pod.ts';
import { kindFacts } from './kind-facts.ts';
import { defaultPod } from './pod-defaults.ts';
import { dropDisabledFields } from './pod-template.ts';
import { validateEphemeralContainersUpdate, validatePod, validatePodStatusUpdate, validatePodUpdate } from './pod-validation.ts';
import { podWarnings } from './pod-warnings.ts';
import { qosClass } from './qos-class.ts';

export const podStrategy: Strategy<Pod> = {
  ...kindFacts('v1', 'Pod'),
  hasGeneration: true,
  default: defaultPod,
  admit: admitPod,
  prepareForCreate(pod, context) {
    raiseNegativeGrace(pod);
    dropDisabledFields(pod.spec);
    pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec!) };
    if (!pod.spec?.schedulingGates?.length) return;
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastTransitionTime: context.timestamp,
      },
    ];
  },
  prepareForUpdate(pod, old, context) {
    dropDisabledFields(pod.spec);
    if (context.subresource !== 'ephemeralcontainers') {
      if (context.subresource === '') raiseNegativeGrace(pod);
      return;
    }
    // Nothing but ephemeral containers can be changed there.
    pod.spec = { ...old.spec!, ephemeralContainers: pod.spec?.ephemeralContainers };
  },
  prepareForStatusUpdate(pod, old) {
    pod.metadata.ownerReferences = old.metadata.ownerReferences;
    if (pod.status) pod.status.qosClass ??= old.status?.qosClass;
  },
  validate(pod, context) {
    const errors = validatePod(pod);
    if (errors.length > 0) return errors;
    checkLimitRanges(pod, context);
    checkPodSecurity(pod, context);
    return errors;
  },
  validateUpdate(pod, old, context): FieldError[] {
    switch (context.subresource) {
      case '':
        return validatePodUpdate(pod, old);
      case 'ephemeralcontainers': {
        const errors = validateEphemeralContainersUpdate(pod, old);
        if (errors.length === 0) checkPodSecurity(pod, context);
        return errors;
      }
      default:
        // Bindings and evictions are the server's own changes.
        return [];
    }
  },
  validateStatusUpdate: validatePodStatusUpdate,
  warnings: podWarnings,
  graceful(pod, requestedSeconds) {
    const isOver = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
    if (!pod.spec?.nodeName || isOver) return 0;
    const seconds = requestedSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 0;
    return seconds < 0 ? 1 : seconds;
  },
  deleteReturnsObject: true,
  cells: podCells,
  selectableFields: (pod) => ({
    'spec.nodeName': pod.spec?.nodeName ?? '',
    'spec.restartPolicy': pod.spec?.restartPolicy ?? '',
    'spec.schedulerName': pod.spec?.schedulerName ?? '',
    'spec.serviceAccountName': pod.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': String(pod.spec?.hostNetwork ?? false),
    'status.phase': pod.status?.phase ?? '',
    'status.podIP': pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '',
    'status.podIPs': pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '',
    'status.nominatedNodeName': pod.status?.nominatedNodeName ?? '',
  }),
};

/** A negative grace period counts as one second. */
function raiseNegativeGrace({ spec }: Pod): void {
  if (spec?.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1;
}

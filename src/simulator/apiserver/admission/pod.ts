// Admission of pods: what Kubernetes' mutating plugins add to a pod, in their order.
// kubernetes: pkg/kubeapiserver/options/plugins.go
import type { Pod } from '../../../apimachinery/objects.ts';
import type { WriteContext } from '../strategy.ts';
import { applyLimitRangeDefaults } from './limitrange.ts';
import { admitPriority } from './priority.ts';
import { admitServiceAccount } from './serviceaccount.ts';
import { addDefaultTolerations } from './toleration.ts';

export function admitPod(pod: Pod, old: Pod | undefined, context: WriteContext): void {
  if (!pod.spec) return;
  if (!old) {
    applyLimitRangeDefaults(pod, context);
    admitServiceAccount(pod, context);
  }
  admitPriority(pod, old, context);
  addDefaultTolerations(pod.spec);
}

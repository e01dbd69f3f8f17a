// The number behind a pod's priority class. kubernetes: plugin/pkg/admission/priority/admission.go
import type { Pod, PriorityClass } from '../../../apimachinery/objects.ts';
import { forbidden } from '../../../apimachinery/status-error.ts';
import { kindFacts } from '../registry/kind-facts.ts';
import type { WriteContext } from '../strategy.ts';

export function admitPriority(pod: Pod, old: Pod | undefined, context: WriteContext): void {
  const spec = pod.spec!;
  if (old) {
    spec.priority ??= old.spec?.priority;
    spec.preemptionPolicy ??= old.spec?.preemptionPolicy;
    return;
  }
  const refuse = (why: string): never => {
    throw forbidden(kindFacts('v1', 'Pod').resource, pod.metadata.name ?? '', why);
  };
  let found: PriorityClass | undefined;
  if (spec.priorityClassName) {
    found = context.reader.get('priorityclasses', '', spec.priorityClassName) as PriorityClass | undefined;
    if (!found) refuse(`no PriorityClass with name ${spec.priorityClassName} was found`);
  } else {
    found = defaultClass(context);
    if (found) spec.priorityClassName = found.metadata.name;
  }
  const priority = found?.value ?? 0;
  if (spec.priority !== undefined && spec.priority !== priority) {
    refuse(
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    );
  }
  const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    refuse(
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec.priority = priority;
  spec.preemptionPolicy = policy;
}

/** The global default with the lowest value. */
function defaultClass(context: WriteContext): PriorityClass | undefined {
  const all = context.reader.list('priorityclasses') as unknown as readonly PriorityClass[];
  return all.filter((each) => each.globalDefault).sort((one, other) => one.value - other.value)[0];
}

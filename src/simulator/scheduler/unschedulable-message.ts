// The sentence of FailedScheduling. kubernetes: pkg/scheduler/framework/types.go (FitError.Error), plugins/defaultpreemption
import type { Refusal } from './filter.ts';

/** What looking at all nodes came to. */
export interface Diagnosis {
  readonly nodeCount: number;
  /** Said before any node was looked at. */
  readonly refusal?: string;
  /** Node name → why not. */
  readonly nodes: ReadonlyMap<string, Refusal>;
  /** The rules that said no to some node: only what they look at can help. */
  readonly rules: ReadonlySet<string>;
}

/** What preemption came to: `victims` are on their way out now, `waiting`: they already were. */
export type PreemptionOutcome = 'victims' | 'waiting' | 'nothing' | 'forbidden';

/** `0/3 nodes are available: …` with everything that stands behind it. */
export function describeDiagnosis(diagnosis: Diagnosis, preemption: PreemptionOutcome): string {
  const { nodeCount, refusal, nodes } = diagnosis;
  const head = `0/${nodeCount} nodes are available:`;
  // The plugin before preemption finds no state of its own when the cycle ended early, and says so: "not found".
  if (refusal !== undefined) return `${head} ${refusal}. not found`;
  const reasons = histogram([...nodes.values()].flatMap((node) => node.reasons));
  const found = reasons ? `${head} ${reasons}.` : head;
  return preemption === 'victims'
    ? found
    : `${found} no new claims to deallocate, preemption: ${describePreemption(diagnosis, preemption)}`;
}

function describePreemption(diagnosis: Diagnosis, outcome: 'waiting' | 'nothing' | 'forbidden'): string {
  if (outcome === 'forbidden') return 'not eligible due to preemptionPolicy=Never.';
  if (outcome === 'waiting') return 'not eligible due to a terminating pod on the nominated node.';
  return notHelpful(diagnosis);
}

function notHelpful({ nodeCount, nodes }: Diagnosis): string {
  const reasons = [...nodes.values()].map((node) =>
    node.unresolvable ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
  );
  return `0/${nodeCount} nodes are available: ${histogram(reasons)}.`;
}

function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((one, other) => (one < other ? -1 : one > other ? 1 : 0))
    .join(', ');
}

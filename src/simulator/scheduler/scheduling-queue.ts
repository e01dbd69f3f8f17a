// Pods that wait for a node: those to be tried now, those that wait out their back-off, and those that wait for something to change.
// kubernetes: pkg/scheduler/backend/queue/scheduling_queue.go
import type { Pod } from '../../apimachinery/objects.ts';
import type { Clock } from '../clock.ts';

const firstBackoffMs = 1000;
const longestBackoffMs = 10_000;
/** After this long a pod is tried again though nothing has changed. */
const forgottenAfterMs = 300_000;

interface Waiting {
  pod: Pod;
  attempts: number;
  /** When it was last found to fit nowhere. */
  failedAt: number;
  /** It fits nowhere until something changes. */
  isParked: boolean;
  /** What refused it. */
  rules: ReadonlySet<string>;
  readonly sequence: number;
}

/** Pods by uid; the one with the highest priority is tried first, then the oldest. */
export class SchedulingQueue {
  private readonly clock: Clock;
  private readonly schedule: (pod: Pod) => void;
  private readonly waiting = new Map<string, Waiting>();
  private readonly active = new Set<Waiting>();
  private sequence = 0;
  private planned = false;

  constructor(clock: Clock, schedule: (pod: Pod) => void) {
    this.clock = clock;
    this.schedule = schedule;
  }

  /** A new pod, or one that may fit now that it has changed. */
  add(pod: Pod): void {
    const uid = pod.metadata.uid!;
    const known = this.waiting.get(uid);
    if (known) known.pod = pod;
    else this.waiting.set(uid, { pod, attempts: 0, failedAt: 0, isParked: false, rules: new Set(), sequence: this.sequence++ });
    this.activate(this.waiting.get(uid)!);
  }

  /** The pod as it is now; it stays where it is in the queue. */
  refresh(pod: Pod): void {
    const known = this.waiting.get(pod.metadata.uid!);
    if (known) known.pod = pod;
  }

  remove(uid: string): void {
    const known = this.waiting.get(uid);
    if (!known) return;
    this.waiting.delete(uid);
    this.active.delete(known);
  }

  /** The pod fits nowhere: it waits until something changes that these rules look at. */
  park(pod: Pod, rules: ReadonlySet<string>): void {
    const known = this.waiting.get(pod.metadata.uid!);
    if (!known) return;
    known.isParked = true;
    known.rules = rules;
    known.failedAt = this.clock.now;
    const { failedAt } = known;
    this.clock.after(forgottenAfterMs, () => {
      if (known.isParked && known.failedAt === failedAt) this.activate(known);
    });
  }

  /** Something has changed that may help: those that one of the rules refused (all, without rules) are tried again, each after its back-off. */
  wake(rules?: readonly string[]): void {
    for (const known of this.waiting.values()) {
      if (known.isParked && (!rules || rules.some((rule) => known.rules.has(rule)))) this.activate(known);
    }
  }

  private activate(known: Waiting): void {
    known.isParked = false;
    const backoffMs = known.attempts === 0 ? 0 : Math.min(longestBackoffMs, firstBackoffMs * 2 ** (known.attempts - 1));
    const waitMs = known.failedAt + backoffMs - this.clock.now;
    if (known.attempts > 0 && waitMs > 0) {
      this.clock.after(waitMs, () => this.push(known));
    } else this.push(known);
  }

  private push(known: Waiting): void {
    if (known.isParked || this.waiting.get(known.pod.metadata.uid!) !== known) return;
    this.active.add(known);
    if (this.planned) return;
    this.planned = true;
    this.clock.soon(this.work);
  }

  private readonly work = (): void => {
    this.planned = false;
    const batch = [...this.active].sort(
      (one, other) => (other.pod.spec.priority ?? 0) - (one.pod.spec.priority ?? 0) || one.sequence - other.sequence,
    );
    this.active.clear();
    for (const known of batch) {
      if (this.waiting.get(known.pod.metadata.uid!) !== known) continue;
      known.attempts++;
      this.schedule(known.pod);
    }
  };
}

// The probes of one run of a container: when they are tried, and what so many failures or successes mean. kubernetes: pkg/kubelet/prober/worker.go
import type { Probe } from '../../apimachinery/objects.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { ContainerRecord, Run } from './container-record.ts';
import { attemptProbe, type ProbeResult, type ProbeTarget } from './probe-attempt.ts';
import { firstProbeMs } from './timings.ts';

type ProbeKind = 'Startup' | 'Liveness' | 'Readiness';

export interface ProberOptions {
  readonly clock: Clock;
  readonly record: ContainerRecord;
  readonly run: Run;
  readonly target: ProbeTarget;
  /** An event about the container. */
  readonly warn: (message: string) => void;
  /** `isStarted` or `isReady` of the run changed. */
  readonly onChange: () => void;
  /** The run must be killed: its `condemned` says why. */
  readonly onCondemned: () => void;
}

export class Prober {
  private readonly options: ProberOptions;
  private readonly cancels = new Map<ProbeKind, Cancel>();
  private isStopped = false;

  /** Starts the probes that the container has. */
  constructor(options: ProberOptions) {
    this.options = options;
    const { startupProbe, livenessProbe, readinessProbe } = options.record.spec;
    if (startupProbe) this.begin('Startup', startupProbe);
    if (livenessProbe) this.begin('Liveness', livenessProbe);
    if (readinessProbe) this.begin('Readiness', readinessProbe);
  }

  stop(): void {
    this.isStopped = true;
    for (const cancel of this.cancels.values()) cancel();
    this.cancels.clear();
  }

  /** The pod is being taken down: nothing will be restarted any more, so only its readiness is still asked for. */
  keepReadiness(): void {
    for (const kind of ['Startup', 'Liveness'] as const) this.cancels.get(kind)?.();
  }

  private begin(kind: ProbeKind, probe: Probe): void {
    const { clock, run, target } = this.options;
    const periodMs = (probe.periodSeconds ?? 10) * 1000;
    const counter = { last: undefined as ProbeResult['outcome'] | undefined, times: 0 };
    const plan = (delayMs: number): void => {
      this.cancels.set(kind, clock.after(delayMs, tick));
    };
    const tick = (): void => {
      // The others wait until the container counts as started; a startup probe is over then.
      if (run.isStarted === (kind === 'Startup')) {
        if (kind !== 'Startup') plan(Math.min(periodMs, 250));
        return;
      }
      const dueAt = clock.now + periodMs;
      const cancel = attemptProbe(probe, target, (result) => {
        if (this.isStopped) return;
        const isFinal = this.judge(kind, probe, result, counter);
        if (!isFinal) plan(Math.max(0, dueAt - clock.now));
      });
      this.cancels.set(kind, cancel);
    };
    plan((probe.initialDelaySeconds ?? 0) * 1000 + firstProbeMs);
  }

  /** True when the probe is not to be tried again in this run. */
  private judge(
    kind: ProbeKind,
    probe: Probe,
    { outcome, output }: ProbeResult,
    counter: { last: string | undefined; times: number },
  ): boolean {
    const { run, warn, onChange, onCondemned, record } = this.options;
    if (outcome === 'error') {
      warn(`${kind} probe errored and resulted in unknown state: ${output}`);
      return false;
    }
    if (outcome === 'failure') warn(`${kind} probe failed: ${output}`);
    counter.times = counter.last === outcome ? counter.times + 1 : 1;
    counter.last = outcome;
    const needed = outcome === 'success' ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (counter.times < needed) return false;
    if (kind === 'Readiness') {
      if (run.isReady !== (outcome === 'success')) {
        run.isReady = outcome === 'success';
        onChange();
      }
      return false;
    }
    if (outcome === 'success') {
      if (kind === 'Liveness') return false;
      run.isStarted = true;
      onChange();
      return true;
    }
    const name = kind === 'Startup' ? 'startup' : 'liveness';
    run.condemned = { message: `Container ${record.name} failed ${name} probe`, graceSeconds: probe.terminationGracePeriodSeconds };
    onCondemned();
    return true;
  }
}

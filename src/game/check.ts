// Verdicts now, once: what `k8squest check` prints, whoever looks.
import type { ClusterClock } from '../cluster/cluster.ts';
import type { KubernetesApi } from '../cluster/kubernetes-api.ts';
import { Judge } from './judge.ts';
import type { Goal, Level } from './level.ts';
import { describeVerdict } from './messages.ts';
import type { Outcome } from './verdict.ts';

export interface CheckReport {
  readonly level: string;
  readonly title: string;
  readonly goals: readonly {
    readonly id: string;
    readonly title: string;
    readonly isGuard: boolean;
    readonly outcome: Outcome;
    readonly expected: string;
    readonly observed: string;
  }[];
}

/** Looks at every objective and guard once. */
export function checkLevel(level: Level, api: KubernetesApi, clock: ClusterClock): Promise<CheckReport> {
  return new Promise((resolve) => {
    const judge = new Judge({
      level,
      api,
      clock,
      onChange: () => {
        if (judge.states.some(({ verdict }) => !verdict)) return;
        judge.stop();
        resolve(report(level, judge));
      },
    });
    judge.start();
  });
}

function report(level: Level, judge: Judge): CheckReport {
  const goals: Goal[] = [...level.mission.objectives, ...level.mission.guards];
  return {
    level: level.id,
    title: level.mission.title,
    goals: judge.states.map(({ id, isGuard, verdict }) => {
      const { title } = goals.find((goal) => goal.id === id)!;
      return { id, title: title ?? id, isGuard, outcome: verdict!.outcome, ...describeVerdict(verdict!) };
    }),
  };
}

/** 1 if an objective or guard is unmet, else 2 if one could not be told, else 0. */
export function checkExitCode({ goals }: CheckReport): 0 | 1 | 2 {
  if (goals.some(({ outcome }) => outcome === 'unmet')) return 1;
  return goals.some(({ outcome }) => outcome === 'unknown') ? 2 : 0;
}

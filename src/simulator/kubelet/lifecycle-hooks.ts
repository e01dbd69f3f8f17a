// postStart and preStop: commands, requests and pauses around a container's life. kubernetes: pkg/kubelet/lifecycle/handlers.go
import type { LifecycleHandler } from '../../apimachinery/objects.ts';
import { type Blocking, park } from '../container/blocking.ts';
import type { Container } from '../container/container.ts';
import { ExecError } from '../container/start-error.ts';
import { attemptHttpHook, type ProbeTarget } from './probe-attempt.ts';
import { pause } from './routine.ts';

const longestRequestMs = 30_000;

/** Does what the hook says, for at most `limitMs`. True when that went well. */
export function* runHook(hook: LifecycleHandler, target: ProbeTarget, limitMs = Number.POSITIVE_INFINITY): Blocking<boolean> {
  if (hook.sleep) {
    yield* pause(target.clock, Math.min(hook.sleep.seconds * 1000, limitMs));
    return true;
  }
  if (hook.httpGet) {
    const { httpGet } = hook;
    return yield* park<boolean>((wake) => attemptHttpHook(httpGet, target, Math.min(longestRequestMs, limitMs), wake));
  }
  const command = hook.exec?.command ?? [];
  return yield* park<boolean>((wake) => execHook(command, target, limitMs, wake));
}

function execHook(
  command: readonly string[],
  target: { clock: ProbeTarget['clock']; container: Container },
  limitMs: number,
  done: (isGood: boolean) => void,
): () => void {
  const { clock, container } = target;
  try {
    const kill = container.run(command, (exitCode) => done(exitCode === 0));
    const cancelTimer = limitMs === Number.POSITIVE_INFINITY ? undefined : clock.after(limitMs, () => done(false));
    return () => {
      cancelTimer?.();
      kill();
    };
  } catch (thrown) {
    if (!(thrown instanceof ExecError)) throw thrown;
    return clock.after(0, () => done(false));
  }
}

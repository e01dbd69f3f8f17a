// Servers that have something to do between the signal that ends them and their end.
import { type Blocking, parkInterruptibly } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';

/** Waits until SIGTERM or SIGINT comes, which no longer end the process by themselves. */
export function* untilToldToEnd(process: Process): Blocking {
  let isTold = false;
  for (const signal of [signalNumbers.TERM, signalNumbers.INT]) {
    process.onSignal(signal, () => {
      isTold = true;
    });
  }
  while (!isTold) {
    try {
      yield* parkInterruptibly(() => undefined);
    } catch (error) {
      if (!(error instanceof Errno)) throw error; // EINTR
    }
  }
}

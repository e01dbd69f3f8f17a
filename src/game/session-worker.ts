// The session's thread: levels, cluster, validators and save live here, so that neither can make the screen stutter.
import { parentPort, workerData } from 'node:worker_threads';
import { openSession } from './open-session.ts';
import type { FromSession, SessionStart, ToSession } from './session-messages.ts';

const port = parentPort!;
const send = (message: FromSession) => port.postMessage(message);

try {
  const session = await openSession(workerData as SessionStart);
  session.subscribe(() => send({ type: 'view', view: session.view }));
  port.on('message', (message: ToSession) => {
    if (message.type === 'action') session.act(message.action);
    else void session.close().then(() => send({ type: 'closed' }));
  });
  send({ type: 'view', view: session.view });
} catch (error) {
  const { message, fix } = error as { message: string; fix?: string };
  if (fix === undefined) throw error; // a mistake of ours: it reaches the other thread with its stack
  send({ type: 'failed', message, fix });
}

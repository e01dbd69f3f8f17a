// The control socket of a running game or cluster: `k8squest check` in another process asks it for verdicts. One line of JSON each way.
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';

/** What can be asked. */
export interface ControlRequest {
  readonly ask: 'check';
  /** A level's id; undefined: the one being played. */
  readonly level?: string;
}

/** Answers a request with plain data; what it throws reaches the other side as its message. */
export type ControlHandler = (request: ControlRequest) => Promise<unknown>;

const lineBytesMax = 64 * 1024;

/** Listens on a Unix socket that only its owner can use (its folder is 0700). */
export function openControlSocket(path: string, handle: ControlHandler): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > lineBytesMax) socket.destroy();
      const end = text.indexOf('\n');
      if (end < 0) return;
      const line = text.slice(0, end);
      text = '';
      void answer(line, handle).then((reply) => socket.end(`${JSON.stringify(reply)}\n`));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

type Reply = { readonly result: unknown } | { readonly error: string };

async function answer(line: string, handle: ControlHandler): Promise<Reply> {
  try {
    return { result: await handle(JSON.parse(line) as ControlRequest) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Asks a running game. Rejects with what it answered, or that it doesn't within `timeoutMs`. */
export function askControlSocket(path: string, request: ControlRequest, timeoutMs = 30_000): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`the game did not answer within ${timeoutMs / 1000} s`)));
    socket.on('error', reject);
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => {
      try {
        const reply = JSON.parse(text) as Reply;
        if ('error' in reply) reject(new Error(reply.error));
        else resolve(reply.result);
      } catch {
        reject(new Error('the game ended before it answered'));
      }
    });
  });
}

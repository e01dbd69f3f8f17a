// The protocol that redis speaks: commands as arrays of strings, answers of five sorts.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process } from '../../process.ts';
import { byteLength, decode } from '../../text.ts';
import { binaryText } from '../network/binary-text.ts';
import type { Socket } from '../network/socket.ts';

/** What a command answers: text, a number, nothing, a list, or an error. */
export type Reply = string | number | null | readonly Reply[] | { readonly error: string } | { readonly status: string };

/** A command as an array of strings, or as one line. */
export function* readCommand(socket: Socket): Blocking<string[] | undefined> {
  const line = yield* socket.line();
  if (line === undefined) return undefined;
  if (!line.startsWith('*')) return line.trim().split(/\s+/);
  const words: string[] = [];
  for (let count = Number(line.slice(1)); count > 0; count--) {
    const head = yield* socket.line();
    if (head === undefined) return undefined;
    words.push(decode(yield* socket.take(Number(head.slice(1)))));
    yield* socket.line();
  }
  return words;
}

/** An answer as bytes on the wire. */
export function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${byteLength(reply)}\r\n${reply}\r\n`;
  if ('error' in reply) return `-${reply.error}\r\n`;
  if ('status' in reply) return `+${reply.status}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

/** Sends a command and gives its answer. */
export function* ask(socket: Socket, words: readonly string[]): Blocking<Reply> {
  yield* socket.write(`*${words.length}\r\n${words.map((word) => `$${byteLength(word)}\r\n${word}\r\n`).join('')}`);
  return yield* readReply(socket);
}

function* readReply(socket: Socket): Blocking<Reply> {
  const line = yield* socket.line();
  if (line === undefined) throw new Errno('EPIPE');
  const rest = line.slice(1);
  switch (line[0]) {
    case '+':
      return { status: rest };
    case '-':
      return { error: rest };
    case ':':
      return Number(rest);
    case '$': {
      if (rest === '-1') return null;
      const text = decode(yield* socket.take(Number(rest)));
      yield* socket.line();
      return text;
    }
    case '*': {
      const items: Reply[] = [];
      for (let count = Number(rest); count > 0; count--) items.push(yield* readReply(socket));
      return items;
    }
    default:
      throw new Errno('EIO', `Protocol error, got ${JSON.stringify(line[0] ?? '')} as reply type byte`);
  }
}

/** The version that the binary was built as. */
export function redisVersion(process: Process, argv: readonly string[]): string {
  return /redis (\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? ''))?.[1] ?? '7.4.5';
}

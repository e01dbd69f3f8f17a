// redis-cli. Its words: tests/recordings/network-tools.txt and network-timeouts.txt.
import { resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { connectTo, type Socket } from '../network/socket.ts';
import { ask, type Reply, redisVersion } from './redis-protocol.ts';

/** Measured: redis-cli waits this long for name servers that don't answer. */
const cliGiveUpMs = 80_000;

export const redisCli: Program = function* (process, argv) {
  let host = '127.0.0.1';
  let port = 6379;
  let password = process.environment.get('REDISCLI_AUTH');
  let index = 1;
  for (; index < argv.length && argv[index]!.startsWith('-'); index++) {
    const flag = argv[index]!;
    if (flag === '-h') host = argv[++index] ?? host;
    else if (flag === '-p') port = Number(argv[++index] ?? port);
    else if (flag === '-a' || flag === '--pass') password = argv[++index];
    else if (flag === '-n' || flag === '-r' || flag === '-i' || flag === '-u') index++;
    else if (flag === '--version' || flag === '-v') {
      yield* process.print(`redis-cli ${redisVersion(process, argv)}\n`);
      return 0;
    } else if (!['--raw', '--no-raw', '--no-auth-warning', '-x', '-e', '-3', '-2'].includes(flag)) {
      yield* process.complain(`Unrecognized option or bad number of args for: '${flag}'\n`);
      return 1;
    }
  }
  const fail = function* (why: string): Blocking<number> {
    yield* process.complain(`Could not connect to Redis at ${host}:${port}: ${why}\n`);
    return 1;
  };
  const found = yield* resolve(process, host, { giveUpMs: cliGiveUpMs });
  if (found.kind !== 'found')
    return yield* fail(found.kind === 'silent' ? 'Temporary failure in name resolution' : 'Name or service not known');
  let socket: Socket;
  try {
    socket = yield* connectTo(process, found.addresses[0]!, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return yield* fail(error.message);
  }
  try {
    if (password !== undefined) yield* ask(socket, ['AUTH', password]);
    const words = argv.slice(index);
    if (words.length > 0) return yield* show(process, yield* ask(socket, words));
    const lines = (yield* process.readText()).split('\n').filter((line) => line.trim() !== '');
    for (const line of lines) yield* show(process, yield* ask(socket, line.trim().split(/\s+/)));
    return 0;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`Error: ${error.code === 'EPIPE' ? 'Server closed the connection' : error.message}\n`);
    return 1;
  } finally {
    socket.close();
  }
};

/** Without a terminal answers are printed raw, one a line. */
function* show(process: Process, reply: Reply): Blocking<number> {
  const isTerminal = process.descriptors[1]?.terminal !== undefined;
  yield* process.print(`${isTerminal ? pretty(reply) : raw(reply)}\n`);
  return typeof reply === 'object' && reply !== null && 'error' in reply ? 1 : 0;
}

function raw(reply: Reply): string {
  if (reply === null) return '';
  if (typeof reply === 'string' || typeof reply === 'number') return String(reply);
  if ('error' in reply) return `${reply.error}\n`;
  if ('status' in reply) return reply.status;
  return reply.map(raw).join('\n');
}

function pretty(reply: Reply): string {
  if (reply === null) return '(nil)';
  if (typeof reply === 'string') return JSON.stringify(reply);
  if (typeof reply === 'number') return `(integer) ${reply}`;
  if ('error' in reply) return `(error) ${reply.error}`;
  if ('status' in reply) return reply.status;
  return reply.length === 0 ? '(empty array)' : reply.map((item, index) => `${index + 1}) ${pretty(item)}`).join('\n');
}

// redis-server: its start, its log and its connections.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { listenAt, serveConnections } from '../network/socket.ts';
import { encodeReply, readCommand, redisVersion } from './redis-protocol.ts';
import { RedisStore } from './redis-store.ts';

export const redisServer: Program = function* (process, argv) {
  const version = redisVersion(process, argv);
  const option = (name: string): string | undefined => {
    const index = argv.indexOf(`--${name}`);
    return index < 0 ? undefined : argv[index + 1];
  };
  if (argv.includes('--version') || argv.includes('-v')) {
    yield* process.print(`Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`);
    return 0;
  }
  const port = Number(option('port') ?? '6379');
  const password = option('requirepass');
  const say = (words: string, mark = '*'): Blocking => process.print(`${process.pid}:M ${redisDate(process.clock.now)} ${mark} ${words}\n`);
  yield* process.print(
    `${process.pid}:C ${redisDate(process.clock.now)} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n${process.pid}:C ${redisDate(process.clock.now)} * Redis version=${version}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started\n`,
  );
  let listener: ReturnType<typeof listenAt>;
  try {
    listener = listenAt(process, port, option('bind')?.split(' ')[0]);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* say(`Warning: Could not create server TCP listening socket *:${port}: bind: ${error.message}`, '#');
    yield* say('Failed listening on port '.concat(String(port), ' (tcp), aborting.'), '#');
    return 1;
  }
  yield* say(`Running mode=standalone, port=${port}.`);
  yield* say('Server initialized');
  yield* say('Ready to accept connections tcp');
  const store = new RedisStore(process, version, port);
  process.onSignal(signalNumbers.TERM, () => process.finish(0));
  process.onSignal(signalNumbers.INT, () => process.finish(0));
  return yield* serveConnections(process, listener, function* (socket) {
    let isKnown = password === undefined;
    for (;;) {
      const words = yield* readCommand(socket);
      if (!words) return;
      const name = (words[0] ?? '').toUpperCase();
      yield* process.work(20);
      if (name === 'QUIT') {
        yield* socket.write('+OK\r\n');
        return;
      }
      if (name === 'SHUTDOWN') process.finish(0);
      if (name === 'AUTH' && password !== undefined) {
        isKnown = words.at(-1) === password;
        yield* socket.write(isKnown ? '+OK\r\n' : '-WRONGPASS invalid username-password pair or user is disabled.\r\n');
        continue;
      }
      yield* socket.write(encodeReply(isKnown ? store.run(name, words.slice(1)) : { error: 'NOAUTH Authentication required.' }));
    }
  });
};

function redisDate(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().match(/, (\d\d) (\w+) (\d+) (\S+)/) ?? [];
  return `${day} ${month} ${year} ${time}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`;
}

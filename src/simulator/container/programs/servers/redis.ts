// redis: the server's commonest commands over its own protocol, and redis-cli. Words of the client: tests/recordings/network-tools.txt.
import { resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { byteLength, decode } from '../../text.ts';
import { binaryText } from '../network/binary-text.ts';
import { connectTo, listenAt, type Socket, serveConnections } from '../network/socket.ts';

/** What a command answers: text, a number, nothing, a list, or an error. */
type Reply = string | number | null | readonly Reply[] | { readonly error: string } | { readonly status: string };

interface Entry {
  value: string | string[] | Map<string, string> | Set<string>;
  expiresAt?: number;
}

/** Measured: redis-cli waits this long for name servers that don't answer. */
const cliGiveUpMs = 80_000;

export const redisServer: Program = function* (process, argv) {
  const version = versionOf(process, argv);
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

function versionOf(process: Process, argv: readonly string[]): string {
  return /redis (\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? ''))?.[1] ?? '7.4.5';
}

function redisDate(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().match(/, (\d\d) (\w+) (\d+) (\S+)/) ?? [];
  return `${day} ${month} ${year} ${time}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`;
}

/** A command as an array of strings, or as one line. */
function* readCommand(socket: Socket): Blocking<string[] | undefined> {
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

function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${byteLength(reply)}\r\n${reply}\r\n`;
  if ('error' in reply) return `-${reply.error}\r\n`;
  if ('status' in reply) return `+${reply.status}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

const ok: Reply = { status: 'OK' };

class RedisStore {
  private readonly process: Process;
  private readonly version: string;
  private readonly port: number;
  private readonly entries = new Map<string, Entry>();

  constructor(process: Process, version: string, port: number) {
    this.process = process;
    this.version = version;
    this.port = port;
  }

  run(name: string, args: readonly string[]): Reply {
    const [key = '', second = ''] = args;
    const need = minimum[name];
    if (need === undefined)
      return {
        error: `ERR unknown command '${name.toLowerCase()}', with args beginning with: ${args.map((word) => `'${word}' `).join('')}`,
      };
    if (args.length < need) return { error: `ERR wrong number of arguments for '${name.toLowerCase()}' command` };
    switch (name) {
      case 'PING':
        return args.length > 0 ? key : { status: 'PONG' };
      case 'ECHO':
        return key;
      case 'SELECT':
      case 'CLIENT':
      case 'AUTH':
        return ok;
      case 'COMMAND':
        return [];
      case 'TIME':
        return [String(Math.floor(this.process.clock.now / 1000)), '0'];
      case 'DBSIZE':
        return this.keys().length;
      case 'FLUSHALL':
      case 'FLUSHDB':
        this.entries.clear();
        return ok;
      case 'INFO':
        return `# Server\r\nredis_version:${this.version}\r\nredis_mode:standalone\r\ntcp_port:${this.port}\r\nuptime_in_seconds:${Math.floor((this.process.clock.now - this.process.startedAt) / 1000)}\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n# Keyspace\r\n${this.keys().length > 0 ? `db0:keys=${this.keys().length},expires=0,avg_ttl=0\r\n` : ''}`;
      case 'CONFIG':
        return key.toUpperCase() === 'GET' ? [second, ''] : ok;
      case 'SET':
        return this.set(key, args);
      case 'GET':
        return this.text(key);
      case 'GETDEL': {
        const value = this.text(key);
        this.entries.delete(key);
        return value;
      }
      case 'APPEND':
      case 'INCR':
      case 'DECR':
      case 'INCRBY':
      case 'DECRBY':
        return this.change(name, key, second);
      case 'DEL':
      case 'UNLINK':
        return args.filter((word) => this.entries.delete(word)).length;
      case 'EXISTS':
        return args.filter((word) => this.live(word)).length;
      case 'KEYS':
        return this.keys().filter((word) =>
          new RegExp(
            `^${key
              .replace(/[.+^$()|{}\\]/g, '\\$&')
              .replaceAll('*', '.*')
              .replaceAll('?', '.')}$`,
          ).test(word),
        );
      case 'TYPE':
        return { status: this.type(key) };
      case 'EXPIRE': {
        const entry = this.live(key);
        if (entry) entry.expiresAt = this.process.clock.now + Number(second) * 1000;
        return entry ? 1 : 0;
      }
      case 'TTL': {
        const entry = this.live(key);
        if (!entry) return -2;
        return entry.expiresAt === undefined ? -1 : Math.ceil((entry.expiresAt - this.process.clock.now) / 1000);
      }
      case 'MGET':
        return args.map((word) => this.text(word));
      case 'MSET':
        for (let index = 0; index + 1 < args.length; index += 2) this.entries.set(args[index]!, { value: args[index + 1]! });
        return ok;
      default:
        return this.collection(name, key, args.slice(1));
    }
  }

  private live(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry?.expiresAt !== undefined && entry.expiresAt <= this.process.clock.now) {
      this.entries.delete(key);
      return undefined;
    }
    return entry;
  }

  private keys(): string[] {
    return [...this.entries.keys()].filter((key) => this.live(key));
  }

  private type(key: string): string {
    const value = this.live(key)?.value;
    if (value === undefined) return 'none';
    return typeof value === 'string' ? 'string' : Array.isArray(value) ? 'list' : value instanceof Map ? 'hash' : 'set';
  }

  private text(key: string): Reply {
    const value = this.live(key)?.value;
    if (value === undefined) return null;
    return typeof value === 'string' ? value : wrongType;
  }

  private set(key: string, args: readonly string[]): Reply {
    const flags = args.slice(2).map((word) => word.toUpperCase());
    if (flags.includes('NX') && this.live(key)) return null;
    if (flags.includes('XX') && !this.live(key)) return null;
    const seconds = flags.indexOf('EX');
    this.entries.set(key, {
      value: args[1] ?? '',
      ...(seconds >= 0 && { expiresAt: this.process.clock.now + Number(args[2 + seconds + 1]) * 1000 }),
    });
    return ok;
  }

  private change(name: string, key: string, by: string): Reply {
    const current = this.live(key)?.value ?? (name === 'APPEND' ? '' : '0');
    if (typeof current !== 'string') return wrongType;
    if (name === 'APPEND') {
      this.entries.set(key, { value: current + by });
      return byteLength(current + by);
    }
    const step = name.endsWith('BY') ? Number(by) : 1;
    const next = Number(current) + (name.startsWith('DECR') ? -step : step);
    if (!Number.isInteger(next)) return { error: 'ERR value is not an integer or out of range' };
    this.entries.set(key, { ...this.live(key), value: String(next) });
    return next;
  }

  private collection(name: string, key: string, rest: readonly string[]): Reply {
    const make = (): Entry['value'] => (name.startsWith('H') ? new Map<string, string>() : name.startsWith('S') ? new Set<string>() : []);
    const value = this.live(key)?.value ?? make();
    const store = (): void => {
      this.entries.set(key, { value });
    };
    if (Array.isArray(value) && /^[LR]/.test(name)) {
      if (name === 'LPUSH' || name === 'RPUSH') {
        for (const word of rest) name === 'LPUSH' ? value.unshift(word) : value.push(word);
        store();
        return value.length;
      }
      if (name === 'LLEN') return value.length;
      if (name === 'LPOP' || name === 'RPOP') return (name === 'LPOP' ? value.shift() : value.pop()) ?? null;
      const place = (text: string | undefined): number => (Number(text) < 0 ? value.length + Number(text) : Number(text));
      return value.slice(place(rest[0]), place(rest[1]) + 1);
    }
    if (value instanceof Map && name.startsWith('H')) {
      if (name === 'HSET') {
        for (let index = 0; index + 1 < rest.length; index += 2) value.set(rest[index]!, rest[index + 1]!);
        store();
        return Math.floor(rest.length / 2);
      }
      if (name === 'HGET') return value.get(rest[0] ?? '') ?? null;
      if (name === 'HDEL') return rest.filter((word) => value.delete(word)).length;
      return [...value].flat();
    }
    if (value instanceof Set && name.startsWith('S')) {
      if (name === 'SADD') {
        const before = value.size;
        for (const word of rest) value.add(word);
        store();
        return value.size - before;
      }
      return name === 'SCARD' ? value.size : [...value];
    }
    return wrongType;
  }
}

const wrongType = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };

/** Command → how many arguments it needs at least. */
const minimum: Readonly<Record<string, number>> = {
  PING: 0,
  ECHO: 1,
  SELECT: 1,
  CLIENT: 1,
  AUTH: 1,
  COMMAND: 0,
  TIME: 0,
  DBSIZE: 0,
  FLUSHALL: 0,
  FLUSHDB: 0,
  INFO: 0,
  CONFIG: 2,
  SET: 2,
  GET: 1,
  GETDEL: 1,
  APPEND: 2,
  INCR: 1,
  DECR: 1,
  INCRBY: 2,
  DECRBY: 2,
  DEL: 1,
  UNLINK: 1,
  EXISTS: 1,
  KEYS: 1,
  TYPE: 1,
  EXPIRE: 2,
  TTL: 1,
  MGET: 1,
  MSET: 2,
  LPUSH: 2,
  RPUSH: 2,
  LPOP: 1,
  RPOP: 1,
  LLEN: 1,
  LRANGE: 3,
  HSET: 3,
  HGET: 2,
  HDEL: 2,
  HGETALL: 1,
  SADD: 2,
  SMEMBERS: 1,
  SCARD: 1,
};

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
      yield* process.print(`redis-cli ${versionOf(process, argv)}\n`);
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

function* ask(socket: Socket, words: readonly string[]): Blocking<Reply> {
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

// What a redis server keeps, and what its commonest commands do with it.
import type { Process } from '../../process.ts';
import { byteLength } from '../../text.ts';
import type { Reply } from './redis-protocol.ts';

interface Entry {
  value: string | string[] | Map<string, string> | Set<string>;
  expiresAt?: number;
}

const ok: Reply = { status: 'OK' };

export class RedisStore {
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

// Names on the client's side, as a libc resolves them: /etc/hosts, then the servers and search list of /etc/resolv.conf.
import type { Blocking } from '../container/blocking.ts';
import { Errno } from '../container/errno.ts';
import type { Process } from '../container/process.ts';
import { decode } from '../container/text.ts';
import { isAddress } from './address.ts';
import { nameGiveUpMs, nameQueryMs } from './delays.ts';
import type { DnsAnswer, RecordType } from './dns.ts';
import { networkOf } from './network-namespace.ts';

/** /etc/resolv.conf as a process reads it. */
export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

export type Resolution =
  /** `name` is the full name that was found, as getaddrinfo's canonical name. */
  | { readonly kind: 'found'; readonly addresses: readonly string[]; readonly name: string }
  /** Nobody knows the name (EAI_NONAME). */
  | { readonly kind: 'unknown' }
  /** No server answered (EAI_AGAIN). */
  | { readonly kind: 'silent' };

export function readResolverConfig(process: Process): ResolverConfig {
  const servers: string[] = [];
  let search: string[] = [];
  let ndots = 1;
  for (const line of readLines(process, '/etc/resolv.conf')) {
    const [word, ...rest] = line.split(/\s+/);
    if (word === 'nameserver' && rest[0]) servers.push(rest[0]);
    if (word === 'search' || word === 'domain') search = rest;
    if (word === 'options') ndots = Number(/(?:^|\s)ndots:(\d+)/.exec(rest.join(' '))?.[1] ?? ndots);
  }
  return { servers: servers.length > 0 ? servers : ['127.0.0.1'], search, ndots };
}

/** The names to try, in order: with few dots the search list first, else the name as it is. */
export function candidates(host: string, { search, ndots }: ResolverConfig): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const dots = host.split('.').length - 1;
  const longer = search.map((domain) => (domain === '.' ? host : `${host}.${domain}`));
  return dots >= ndots ? [host, ...longer] : [...longer, host];
}

/** The address that /etc/hosts gives a name, and the line's first name. */
export function lookUpHosts(process: Process, host: string): { address: string; name: string } | undefined {
  for (const line of readLines(process, '/etc/hosts')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isAddress(address) && names.includes(host)) return { address, name: names[0] ?? host };
  }
  return undefined;
}

/** Resolves a host name to IPv4 addresses, as getaddrinfo does. `giveUpMs` is what the caller's libc waits for servers that don't answer. */
export function* resolve(process: Process, host: string, options: { giveUpMs?: number } = {}): Blocking<Resolution> {
  if (isAddress(host)) return { kind: 'found', addresses: [host], name: host };
  const known = lookUpHosts(process, host);
  if (known) return { kind: 'found', addresses: [known.address], name: known.name };
  if (host === '' || host.length > 255 || /[^A-Za-z0-9._-]/.test(host)) return { kind: 'unknown' };
  const config = readResolverConfig(process);
  for (const name of candidates(host, config)) {
    const reply = yield* askServers(process, config.servers, name, 'A', options.giveUpMs ?? nameGiveUpMs);
    if (reply.kind !== 'answer') return { kind: 'silent' };
    const addresses = reply.answer.answers.filter((record) => record.type === 'A');
    if (addresses.length > 0) return { kind: 'found', addresses: addresses.map((record) => record.data), name: addresses[0]!.name };
  }
  return { kind: 'unknown' };
}

/** What came of asking the servers, and which one spoke last. */
export type ServersReply =
  | { readonly kind: 'answer'; readonly answer: DnsAnswer; readonly server: string }
  | { readonly kind: 'silent' | 'refused'; readonly server: string };

/** A libc asks again every five seconds. */
const tryAgainMs = 5000;

/** Asks the servers in turn until one answers, or for at most `giveUpMs`; a port that refuses is known at once. */
export function* askServers(
  process: Process,
  servers: readonly string[],
  name: string,
  type: RecordType,
  giveUpMs: number,
): Blocking<ServersReply> {
  const { clock } = process;
  const deadline = clock.now + giveUpMs;
  for (;;) {
    let refusals = 0;
    for (const server of servers) {
      const reply = networkOf(process).ask(server, name, type);
      if (reply.kind === 'answer') {
        yield* process.sleep(nameQueryMs);
        return { kind: 'answer', answer: reply.answer, server };
      }
      if (reply.kind === 'refused') {
        yield* process.sleep(nameQueryMs);
        if (++refusals === servers.length) return { kind: 'refused', server };
      } else {
        yield* process.sleep(Math.min(tryAgainMs, deadline - clock.now));
        if (clock.now >= deadline) return { kind: 'silent', server };
      }
    }
  }
}

function readLines(process: Process, path: string): string[] {
  try {
    return decode(process.readFile(path))
      .split('\n')
      .filter((line) => line.trim() && !line.startsWith('#'));
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

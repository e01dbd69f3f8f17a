// busybox nslookup: the "big" one of 1.29 and later, and the small one of 1.28. Words: tests/recordings/busybox-{1.36,1.28}-network.txt.
import { isAddress, reverseName } from '../../../network/address.ts';
import type { DnsAnswer, DnsRecord, RecordType } from '../../../network/dns.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import { askServers, candidates, lookUpHosts, readResolverConfig, resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import type { Process, Program } from '../../process.ts';
import { busyboxBanner } from './binary-text.ts';

const usage = `
Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Query DNS about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,srv,ptr,any
`;

/** Measured: it gives up after 5 s. */
const giveUpMs = 5000;

const queryTypes: readonly RecordType[] = ['SOA', 'NS', 'A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'PTR', 'ANY'];

export const nslookup: Program = function* (process, argv) {
  const types: RecordType[] = [];
  const words: string[] = [];
  for (const word of argv.slice(1)) {
    const wanted = /^-(?:q|query|type|querytype)=(.*)$/.exec(word)?.[1]?.toUpperCase();
    if (wanted !== undefined) {
      const type = queryTypes.find((candidate) => candidate === wanted);
      if (!type) {
        yield* process.complain(`nslookup: invalid query type "${wanted.toLowerCase()}"\n`);
        return 1;
      }
      types.push(type);
    } else if (!/^-(debug|port=|retry=|timeout=|stats)/.test(word)) words.push(word);
  }
  const host = words[0];
  if (host === undefined || words.length > 2) {
    yield* process.complain(`${busyboxBanner(process)}\n${usage}`);
    return 1;
  }
  const config = readResolverConfig(process);
  const server = words[1] === undefined ? config.servers[0]! : yield* addressOf(process, words[1]);
  if (server === undefined) {
    yield* process.complain(`nslookup: bad address '${words[1]}'\n`);
    return 1;
  }
  return yield* ask(process, questionsOf(host, types, process), server);
};

interface Question {
  readonly name: string;
  readonly type: RecordType;
}

/** An address is asked for backwards; a name with a dot as it is; a short one with each domain of the search list, first A, then AAAA. */
function questionsOf(host: string, types: readonly RecordType[], process: Process): Question[] {
  if (isAddress(host) && types.length === 0) return [{ name: reverseName(host), type: 'PTR' }];
  const config = readResolverConfig(process);
  const names =
    host.includes('.') || config.search.length === 0 ? [host.replace(/\.$/, '')] : config.search.map((domain) => `${host}.${domain}`);
  const wanted: readonly RecordType[] = types.length > 0 ? types : ['A', 'AAAA'];
  return wanted.flatMap((type) => names.map((name) => ({ name, type })));
}

function* ask(process: Process, questions: readonly Question[], server: string): Blocking<number> {
  let hasFailed = false;
  let hasHeader = false;
  let text = '';
  for (const { name, type } of questions) {
    if (networkOf(process).ask(server, name, type).kind === 'refused') {
      yield* process.complain(`nslookup: write to '${server}': Connection refused\n`);
      yield* process.print(';; connection timed out; no servers could be reached\n\n');
      return 1;
    }
    const reply = yield* askServers(process, [server], name, type, giveUpMs);
    if (reply.kind !== 'answer') {
      yield* process.print(';; connection timed out; no servers could be reached\n\n');
      return 1;
    }
    if (!hasHeader) text += `Server:\t\t${server}\nAddress:\t${server}:53\n\n`;
    hasHeader = true;
    if (reply.answer.code !== 'NOERROR') {
      hasFailed = true;
      text += `** server can't find ${name}: ${reply.answer.code}\n\n`;
      continue;
    }
    // An empty line ends each answer, also one without records.
    text += `${linesOf(reply.answer)}\n`;
  }
  yield* process.print(text);
  return hasFailed ? 1 : 0;
}

function linesOf({ answers, isAuthoritative }: DnsAnswer): string {
  const lines = answers.map((record) => lineOf(record)).join('');
  return answers.length > 0 && !isAuthoritative ? `Non-authoritative answer:\n${lines}` : lines;
}

function lineOf({ name, type, data }: DnsRecord): string {
  const bare = data.replace(/\.$/, '');
  switch (type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${data}\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${bare}\n`;
    case 'PTR':
      return `${name}\tname = ${bare}\n`;
    case 'SRV':
      return `${name}\tservice = ${bare}\n`;
    case 'TXT':
      return `${name}\ttext = ${data}\n`;
    case 'NS':
      return `${name}\tnameserver = ${bare}\n`;
    default:
      return `${name}\t${type.toLowerCase()} = ${bare}\n`;
  }
}

function* addressOf(process: Process, host: string): Blocking<string | undefined> {
  const found = yield* resolve(process, host);
  return found.kind === 'found' ? found.addresses[0] : undefined;
}

const oldUsage = `
Usage: nslookup [HOST] [SERVER]

Query the nameserver for the IP address of the given HOST
optionally using a specified DNS server
`;

/** Measured: 1.28 waits 30 s for a server that doesn't answer. */
const oldGiveUpMs = 30_000;

export const nslookup128: Program = function* (process, argv) {
  const words = argv.slice(1);
  if (words.length === 0 || words.length > 2 || words.some((word) => word.startsWith('-'))) {
    yield* process.complain(`${busyboxBanner(process)}\n${oldUsage}`);
    return 1;
  }
  const [host = '', given] = words;
  const server = given === undefined ? readResolverConfig(process).servers[0]! : yield* addressOf(process, given);
  if (server === undefined) {
    yield* process.complain(`nslookup: bad address '${given}'\n`);
    return 1;
  }
  yield* process.print(`Server:    ${server}\nAddress 1: ${server}${yield* nameOf(process, server, server)}\n\n`);
  const addresses = isAddress(host) ? [host] : yield* resolveAt(process, host, server);
  if (addresses.length === 0) {
    yield* process.complain(`nslookup: can't resolve '${host}'\n`);
    return 1;
  }
  let text = `Name:      ${host}\n`;
  for (const [index, address] of addresses.entries())
    text += `Address ${index + 1}: ${address}${yield* nameOf(process, address, server)}\n`;
  yield* process.print(text);
  return 0;
};

function* resolveAt(process: Process, host: string, server: string): Blocking<string[]> {
  const known = lookUpHosts(process, host);
  if (known) return [known.address];
  for (const name of candidates(host, readResolverConfig(process))) {
    const reply = yield* askServers(process, [server], name, 'A', oldGiveUpMs);
    if (reply.kind !== 'answer') return [];
    const found = reply.answer.answers.filter((record) => record.type === 'A').map((record) => record.data);
    if (found.length > 0) return found;
  }
  return [];
}

/** The name behind an address, as 1.28 adds it to each; nothing when there is none or nobody answers at once. */
function* nameOf(process: Process, address: string, server: string): Blocking<string> {
  const reply = networkOf(process).ask(server, reverseName(address), 'PTR');
  if (reply.kind !== 'answer') return '';
  yield* process.sleep(1);
  const name = reply.answer.answers[0]?.data.replace(/\.$/, '');
  return name === undefined ? '' : ` ${name}`;
}

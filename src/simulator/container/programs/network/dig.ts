// bind's tools, as netshoot brings them: dig, nslookup, host. Words: tests/recordings/network-tools.txt and the scenario dns.
import { isAddress, reverseName } from '../../../network/address.ts';
import type { DnsAnswer, DnsRecord, RecordType } from '../../../network/dns.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import { candidates, readResolverConfig, resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import type { Process, Program } from '../../process.ts';

const version = '9.18.27';
const types: readonly RecordType[] = ['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'SOA', 'NS', 'TXT', 'MX', 'ANY'];

type Reply =
  | { readonly kind: 'answer'; readonly answer: DnsAnswer; readonly tookMs: number }
  | { readonly kind: 'silent'; readonly complaints: string };

/** Asks one server, with bind's number of tries and its words for each that fails. */
function* query(
  process: Process,
  server: string,
  name: string,
  type: RecordType,
  given: { tries: number; timeoutMs: number },
): Blocking<Reply> {
  let complaints = '';
  for (let attempt = 0; attempt < given.tries; attempt++) {
    const reply = networkOf(process).ask(server, name, type);
    if (reply.kind === 'answer') {
      yield* process.sleep(0.6);
      return { kind: 'answer', answer: reply.answer, tookMs: process.random.below(3) };
    }
    yield* process.sleep(reply.kind === 'refused' ? 1 : given.timeoutMs);
    const why = reply.kind === 'refused' ? 'connection refused' : reply.kind === 'unreachable' ? 'host unreachable' : 'timed out';
    complaints += `;; communications error to ${server}#53: ${why}\n`;
  }
  return { kind: 'silent', complaints };
}

interface DigOptions {
  names: { name: string; type: RecordType }[];
  server: string;
  short: boolean;
  search: boolean;
  timeoutMs: number;
  tries: number;
  shows: { comments: boolean; question: boolean; answer: boolean; authority: boolean; additional: boolean; stats: boolean; cmd: boolean };
}

export const dig: Program = function* (process, argv) {
  const options = yield* readDig(process, argv.slice(1));
  if (typeof options === 'string') {
    yield* process.complain(options);
    return 1;
  }
  if (options.names.length === 0) options.names.push({ name: '.', type: 'NS' });
  let code = 0;
  for (const { name, type } of options.names) code = Math.max(code, yield* digOne(process, options, name, type, argv.slice(1)));
  return code;
};

function* readDig(process: Process, words: readonly string[]): Blocking<DigOptions | string> {
  const config = readResolverConfig(process);
  const shows = { comments: true, question: true, answer: true, authority: true, additional: true, stats: true, cmd: true };
  const options: DigOptions = { names: [], server: config.servers[0]!, short: false, search: false, timeoutMs: 5000, tries: 3, shows };
  let type: RecordType = 'A';
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const upper = word.toUpperCase() as RecordType;
    if (word.startsWith('@')) {
      const found = yield* resolve(process, word.slice(1));
      if (found.kind !== 'found') return `dig: couldn't get address for '${word.slice(1)}': not found\n`;
      options.server = found.addresses[0]!;
    } else if (word.startsWith('+')) {
      if (!readDigFlag(options, word.slice(1)))
        return `Invalid option: ${word}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n`;
    } else if (word === '-x') {
      const address = words[++index] ?? '';
      options.names.push({ name: isAddress(address) ? reverseName(address) : address, type: 'PTR' });
    } else if (word === '-t' || word === '-q') {
      const value = words[++index] ?? '';
      if (word === '-q') options.names.push({ name: value, type });
      else type = setType(options, value.toUpperCase() as RecordType);
    } else if (word === '-4' || word === '-6' || word === 'IN' || word === 'in') continue;
    else if (word === '-p') index++;
    else if (word.startsWith('-')) return `Invalid option: ${word}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n`;
    else if (types.includes(upper) && !(options.names.length === 0 && words.length === 1)) type = setType(options, upper);
    else options.names.push({ name: word, type });
  }
  return options;
}

/** A type counts for the name before it, or for those that follow. */
function setType(options: DigOptions, type: RecordType): RecordType {
  const last = options.names.pop();
  if (last) options.names.push({ name: last.name, type });
  return type;
}

function readDigFlag(options: DigOptions, flag: string): boolean {
  const isOn = !flag.startsWith('no');
  const [name = '', value] = (isOn ? flag : flag.slice(2)).split('=');
  switch (name) {
    case 'short':
      options.short = isOn;
      return true;
    case 'search':
    case 'defname':
      options.search = isOn;
      return true;
    case 'time':
    case 'timeout':
      options.timeoutMs = Number(value) * 1000;
      return true;
    case 'tries':
      options.tries = Math.max(1, Number(value));
      return true;
    case 'retry':
      options.tries = Number(value) + 1;
      return true;
    case 'all':
      for (const key of Object.keys(options.shows) as (keyof DigOptions['shows'])[]) options.shows[key] = isOn;
      return true;
    case 'comments':
    case 'question':
    case 'answer':
    case 'authority':
    case 'additional':
    case 'stats':
    case 'cmd':
      options.shows[name] = isOn;
      return true;
    default:
      return [
        'tcp',
        'vc',
        'recurse',
        'rec',
        'edns',
        'multiline',
        'ttlid',
        'identify',
        'dnssec',
        'aaflag',
        'cookie',
        'bufsize',
        'ndots',
        'onesoa',
        'yaml',
        'trace',
        'qr',
        'fail',
      ].includes(name);
  }
}

function* digOne(process: Process, options: DigOptions, name: string, type: RecordType, words: readonly string[]): Blocking<number> {
  const tried = options.search ? candidates(name, readResolverConfig(process)) : [name.replace(/\.$/, '') || '.'];
  const banner = `\n; <<>> DiG ${version} <<>> ${words.join(' ')}\n`;
  for (const [index, candidate] of tried.entries()) {
    const reply = yield* query(process, options.server, candidate, type, options);
    if (reply.kind === 'silent') {
      const head = options.short || !options.shows.cmd ? '' : `${banner.replace(/^\n/, '\n')};; global options: +cmd\n`;
      yield* process.print(options.short ? `${reply.complaints}${noServers}` : `${reply.complaints}${head}${noServers}`);
      return 9;
    }
    if (reply.answer.code === 'NXDOMAIN' && index < tried.length - 1) continue;
    if (options.short) yield* process.print(reply.answer.answers.map((record) => `${record.data}\n`).join(''));
    else yield* process.print(longAnswer(process, options, { name: candidate, type, banner }, reply));
    return 0;
  }
  return 0;
}

const noServers = ';; no servers could be reached\n';

function longAnswer(
  process: Process,
  options: DigOptions,
  question: { name: string; type: RecordType; banner: string },
  { answer, tookMs }: { answer: DnsAnswer; tookMs: number },
): string {
  const { shows } = options;
  const { name, type, banner } = question;
  const isLocal = name.endsWith('.local');
  let text = shows.cmd ? `${banner}${shows.comments ? ';; global options: +cmd\n' : ''}` : '';
  if (shows.comments) {
    const counts = `QUERY: 1, ANSWER: ${answer.answers.length}, AUTHORITY: ${answer.authority.length}, ADDITIONAL: ${answer.additional.length + 1}`;
    text += ';; Got answer:\n';
    if (isLocal)
      text +=
        ';; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n';
    text += `;; ->>HEADER<<- opcode: QUERY, status: ${answer.code}, id: ${1 + process.random.below(65535)}\n`;
    text += `;; flags: qr${answer.isAuthoritative ? ' aa' : ''} rd; ${counts}\n;; WARNING: recursion requested but not available\n\n`;
    text += ';; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n';
    text += `; COOKIE: ${process.random.hex(16)} (echoed)\n`;
  }
  if (shows.question) {
    text += `${shows.comments ? ';; QUESTION SECTION:\n' : ''}${inColumns([
      [0, `;${name}.`],
      [32, 'IN'],
      [40, type],
    ])}\n\n`;
  }
  const section = (title: string, records: readonly DnsRecord[]): string =>
    records.length === 0 ? '' : `${shows.comments ? `;; ${title} SECTION:\n` : ''}${records.map(recordLine).join('')}\n`;
  if (shows.answer) text += section('ANSWER', answer.answers);
  if (shows.authority) text += section('AUTHORITY', answer.authority);
  if (shows.additional) text += section('ADDITIONAL', answer.additional);
  if (shows.stats) {
    const when = new Date(process.clock.now).toUTCString().match(/^(\w+), (\d+) (\w+) (\d+) (\S+)/);
    const size = 40 + 2 * (name.length + 18) + answer.answers.length * 32 + answer.authority.length * 75;
    text += `;; Query time: ${tookMs} msec\n;; SERVER: ${options.server}#53(${options.server}) (UDP)\n;; WHEN: ${when?.[1]} ${when?.[3]} ${when?.[2]} ${when?.[5]} UTC ${when?.[4]}\n;; MSG SIZE  rcvd: ${size}\n\n`;
  }
  return text;
}

function recordLine({ name, ttl, type, data }: DnsRecord): string {
  return `${inColumns([
    [0, `${name}.`],
    [24, String(ttl)],
    [32, 'IN'],
    [40, type],
    [48, data],
  ])}\n`;
}

/** Puts words at columns, as bind does: tabs up to a word's column, or one space when it is already passed. bind: lib/dns/masterdump.c */
function inColumns(words: readonly (readonly [column: number, word: string])[]): string {
  let line = '';
  let column = 0;
  for (const [wanted, word] of words) {
    if (column > 0) {
      const tabs = Math.ceil((wanted - column) / 8);
      line += tabs > 0 ? '\t'.repeat(tabs) : ' ';
      column = tabs > 0 ? wanted : column + 1;
    }
    line += word;
    column += word.length;
  }
  return line;
}

/** CoreDNS answers for its own zone and does not recurse, which bind's nslookup remarks each time. */
const noRecursion = (server: string): string => `;; Got recursion not available from ${server}\n`;

/** Measured: three tries of 5 s. */
const patient = { tries: 3, timeoutMs: 5000 };

export const bindNslookup: Program = function* (process, argv) {
  let wanted: RecordType | undefined;
  const words: string[] = [];
  for (const word of argv.slice(1)) {
    const type = /^-(?:type|q|query|querytype)=(.*)$/.exec(word)?.[1];
    if (type !== undefined) wanted = types.find((candidate) => candidate === type.toUpperCase()) ?? wanted;
    else if (!word.startsWith('-')) words.push(word);
  }
  const [host, given] = words;
  if (host === undefined) {
    yield* process.complain('nslookup: interactive mode is not simulated in this cluster: name a host\n');
    return 1;
  }
  const config = readResolverConfig(process);
  let server = config.servers[0]!;
  if (given !== undefined) {
    const found = yield* resolve(process, given);
    if (found.kind !== 'found') {
      yield* process.print(`nslookup: couldn't get address for '${given}': not found\n`);
      return 1;
    }
    server = found.addresses[0]!;
  }
  return yield* lookUp(process, { host, server, wanted });
};

function* lookUp(
  process: Process,
  { host, server, wanted }: { host: string; server: string; wanted: RecordType | undefined },
): Blocking<number> {
  const isReverse = isAddress(host) && wanted === undefined;
  const type: RecordType = isReverse ? 'PTR' : (wanted ?? 'A');
  const tried = isReverse ? [reverseName(host)] : candidates(host, readResolverConfig(process));
  const header = `Server:\t\t${server}\nAddress:\t${server}#53\n\n`;
  let remarks = '';
  for (const name of tried) {
    const reply = yield* query(process, server, name, type, patient);
    if (reply.kind === 'silent') {
      yield* process.print(`${remarks}${reply.complaints}${noServers}\n`);
      return 1;
    }
    remarks += noRecursion(server);
    if (reply.answer.code !== 'NOERROR') continue;
    const found = reply.answer.answers;
    let text = `${remarks}${isReverse ? '' : header}`;
    if (found.length === 0 && type !== 'A') text += `*** Can't find ${host}: No answer\n`;
    text += found.map((record) => nslookupLine(record)).join('');
    if (type === 'A' && wanted === undefined) {
      const six = yield* query(process, server, name, 'AAAA', patient);
      if (six.kind === 'answer') text += noRecursion(server);
      if (found.length === 0) text += `*** Can't find ${host}: No answer\n`;
    }
    yield* process.print(`${text}\n`);
    return found.length > 0 ? 0 : 1;
  }
  yield* process.print(
    `${remarks}${isReverse ? `** server can't find ${reverseName(host)}: NXDOMAIN\n\n` : `${header}** server can't find ${host}: NXDOMAIN\n\n`}`,
  );
  return 1;
}

function nslookupLine({ name, type, data }: DnsRecord): string {
  switch (type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${data}\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${data}\n`;
    case 'PTR':
      return `${name}\tname = ${data}\n`;
    case 'SRV':
      return `${name}\tservice = ${data}\n`;
    default:
      return `${name}\t${type.toLowerCase()} = ${data}\n`;
  }
}

export const host: Program = function* (process, argv) {
  let type: RecordType | undefined;
  const words: string[] = [];
  for (let index = 1; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === '-t') type = (argv[++index] ?? '').toUpperCase() as RecordType;
    else if (word === '-W' || word === '-R' || word === '-N') index++;
    else if (!word.startsWith('-')) words.push(word);
  }
  const [name, given] = words;
  if (name === undefined) {
    yield* process.complain(
      'Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n',
    );
    return 1;
  }
  const server = given ?? readResolverConfig(process).servers[0]!;
  const tried = isAddress(name) ? [reverseName(name)] : candidates(name, readResolverConfig(process));
  const wanted = type ?? (isAddress(name) ? 'PTR' : 'A');
  for (const candidate of tried) {
    const reply = yield* query(process, server, candidate, wanted, patient);
    if (reply.kind === 'silent') {
      yield* process.print(`${reply.complaints}${noServers}`);
      return 1;
    }
    if (reply.answer.code !== 'NOERROR') continue;
    if (reply.answer.answers.length === 0) yield* process.print(`${candidate} has no ${wanted} record\n`);
    yield* process.print(reply.answer.answers.map((record) => hostLine(record)).join(''));
    return 0;
  }
  yield* process.print(`Host ${isAddress(name) ? `${reverseName(name)}.` : name} not found: 3(NXDOMAIN)\n`);
  return 1;
};

function hostLine({ name, type, data }: DnsRecord): string {
  switch (type) {
    case 'A':
      return `${name} has address ${data}\n`;
    case 'AAAA':
      return `${name} has IPv6 address ${data}\n`;
    case 'CNAME':
      return `${name} is an alias for ${data}\n`;
    case 'PTR':
      return `${name} domain name pointer ${data}\n`;
    case 'SRV':
      return `${name} has SRV record ${data}\n`;
    default:
      return `${name} ${type} ${data}\n`;
  }
}

export const getent: Program = function* (process, argv) {
  const [database, ...keys] = argv.slice(1);
  if (database === undefined) {
    yield* process.complain('Usage: getent [OPTION...] database [key ...]\n');
    return 1;
  }
  if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4')
    return yield* getentHosts(process, keys, database !== 'hosts');
  if (database !== 'passwd' && database !== 'group') {
    yield* process.complain(`Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`);
    return 1;
  }
  const lines = new TextDecoder()
    .decode(process.readFile(`/etc/${database}`))
    .split('\n')
    .filter(Boolean);
  const found =
    keys.length === 0 ? lines : keys.flatMap((key) => lines.filter((line) => line.split(':')[0] === key || line.split(':')[2] === key));
  yield* process.print(found.map((line) => `${line}\n`).join(''));
  return found.length >= keys.length ? 0 : 2;
};

function* getentHosts(process: Process, keys: readonly string[], isLong: boolean): Blocking<number> {
  let code = 0;
  for (const key of keys) {
    const found = yield* resolve(process, key);
    if (found.kind !== 'found') {
      code = 2;
      continue;
    }
    for (const [index, address] of found.addresses.entries()) {
      if (!isLong) yield* process.print(`${address.padEnd(15)} ${found.name}\n`);
      else
        for (const kind of ['STREAM', 'DGRAM', 'RAW'])
          yield* process.print(`${address.padEnd(15)} ${kind}${kind === 'STREAM' && index === 0 ? ` ${found.name}` : ''}\n`);
    }
  }
  return code;
}

// bind's dig, as netshoot brings it. Words: tests/recordings/network-tools.txt and the scenario dns.
import { isAddress, reverseName } from '../../../network/address.ts';
import type { DnsAnswer, DnsRecord, RecordType } from '../../../network/dns.ts';
import { candidates, readResolverConfig, resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import type { Process, Program } from '../../process.ts';
import { noServers, query, recordTypes } from './bind-query.ts';

const version = '9.18.27';
interface DigOptions {
  names: { name: string; type: RecordType }[];
  server: string;
  short: boolean;
  search: boolean;
  timeoutMs: number;
  tries: number;
  protocol: 'UDP' | 'TCP';
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
  const options: DigOptions = {
    names: [],
    server: config.servers[0]!,
    short: false,
    search: false,
    timeoutMs: 5000,
    tries: 3,
    protocol: 'UDP',
    shows,
  };
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
    else if (recordTypes.includes(upper) && !(options.names.length === 0 && words.length === 1)) type = setType(options, upper);
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
    case 'tcp':
    case 'vc':
      options.protocol = isOn ? 'TCP' : 'UDP';
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
    text += `;; Query time: ${tookMs} msec\n;; SERVER: ${options.server}#53(${options.server}) (${options.protocol})\n;; WHEN: ${when?.[1]} ${when?.[3]} ${when?.[2]} ${when?.[5]} UTC ${when?.[4]}\n;; MSG SIZE  rcvd: ${size}\n\n`;
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

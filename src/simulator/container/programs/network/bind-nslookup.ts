// bind's nslookup and host, as netshoot brings them. Words: tests/recordings/network-tools.txt and the scenario dns.
import { isAddress, reverseName } from '../../../network/address.ts';
import type { DnsRecord, RecordType } from '../../../network/dns.ts';
import { candidates, readResolverConfig, resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import type { Process, Program } from '../../process.ts';
import { noServers, patient, query, recordTypes } from './bind-query.ts';

/** CoreDNS answers for its own zone and does not recurse, which bind's nslookup remarks each time. */
const noRecursion = (server: string): string => `;; Got recursion not available from ${server}\n`;

export const bindNslookup: Program = function* (process, argv) {
  let wanted: RecordType | undefined;
  const words: string[] = [];
  for (const word of argv.slice(1)) {
    const type = /^-(?:type|q|query|querytype)=(.*)$/.exec(word)?.[1];
    if (type !== undefined) wanted = recordTypes.find((candidate) => candidate === type.toUpperCase()) ?? wanted;
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

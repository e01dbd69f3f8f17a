// ping, in two tongues: busybox's and iputils' (netshoot). Words: tests/recordings/busybox-1.36-network.txt and network-tools.txt.
import { networkOf } from '../../../network/network-namespace.ts';
import { resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import { hasCapability } from '../../credentials.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { busyboxBanner } from './binary-text.ts';
import { hasOption, optionValue, type ParsedOptions, parseOptions } from './options.ts';

const usage = `
Usage: ping [OPTIONS] HOST

Send ICMP ECHO_REQUESTs to HOST

	-4,-6		Force IP or IPv6 name resolution
	-c CNT		Send only CNT pings
	-s SIZE		Send SIZE data bytes in packets (default 56)
	-i SECS		Interval
	-A		Ping as soon as reply is received
	-t TTL		Set TTL
	-I IFACE/IP	Source interface or IP address
	-W SEC		Seconds to wait for the first response (default 10)
			(after all -c CNT packets are sent)
	-w SEC		Seconds until ping exits (default:infinite)
			(can exit earlier with -c CNT)
	-q		Quiet, only display output at start/finish
	-p HEXBYTE	Payload pattern
`;

/** What one run of ping counts. */
interface Tally {
  sent: number;
  received: number;
  readonly times: number[];
}

interface Plan {
  readonly address: string;
  readonly count: number;
  readonly intervalMs: number;
  readonly waitMs: number;
  readonly deadlineMs: number;
  reply(sequence: number, ms: number): string;
  unreachable?(sequence: number): string;
}

export const ping: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: '46Ac:s:t:w:W:I:i:np:q' });
  const [host] = parsed.operands;
  if (parsed.error !== undefined || host === undefined) {
    yield* process.complain(`${parsed.error === undefined ? '' : `ping: ${parsed.error}\n`}${busyboxBanner(process)}\n${usage}`);
    return 1;
  }
  const resolution = yield* resolve(process, host);
  if (resolution.kind !== 'found') {
    yield* process.complain(`ping: bad address '${host}'\n`);
    return 1;
  }
  if (!hasCapability(process.credentials, 'NET_RAW')) {
    yield* process.complain('ping: permission denied (are you root?)\n');
    return 1;
  }
  const address = resolution.addresses[0]!;
  const size = Number(optionValue(parsed, 's') ?? '56');
  const isQuiet = hasOption(parsed, 'q');
  yield* process.print(`PING ${host} (${address}): ${size} data bytes\n`);
  const tally: Tally = { sent: 0, received: 0, times: [] };
  const summary = (): string => {
    const { sent, received, times } = tally;
    const loss = sent > 0 ? Math.floor(((sent - received) * 100) / sent) : 0;
    const head = `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n`;
    return times.length === 0 ? head : `${head}round-trip min/avg/max = ${threeTimes(times)} ms\n`;
  };
  yield* send(process, tally, {
    ...plan(parsed, address, 10_000),
    reply: (sequence, ms) => (isQuiet ? '' : `${size + 8} bytes from ${address}: seq=${sequence} ttl=64 time=${ms.toFixed(3)} ms\n`),
  });
  yield* process.print(summary());
  return tally.received > 0 ? 0 : 1;
};

export const iputilsPing: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: '46AaBbc:DdfhI:i:Ll:M:m:nOp:Q:qRrS:s:t:UVvW:w:' });
  const [host] = parsed.operands;
  if (parsed.error !== undefined || host === undefined) {
    yield* process.complain(`ping: ${parsed.error ?? 'usage error: Destination address required'}\n`);
    return parsed.error === undefined ? 1 : 2;
  }
  const resolution = yield* resolve(process, host);
  if (resolution.kind !== 'found') {
    yield* process.complain(
      `ping: ${host}: ${resolution.kind === 'silent' ? 'Temporary failure in name resolution' : 'Name or service not known'}\n`,
    );
    return 2;
  }
  if (!hasCapability(process.credentials, 'NET_RAW')) {
    yield* process.complain(
      'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\nping: => missing cap_net_raw+p capability or setuid?\n',
    );
    return 2;
  }
  const address = resolution.addresses[0]!;
  const { name } = resolution;
  const size = Number(optionValue(parsed, 's') ?? '56');
  const own = networkOf(process).ip;
  yield* process.print(`PING ${name} (${address}) ${size}(${size + 28}) bytes of data.\n`);
  const tally: Tally = { sent: 0, received: 0, times: [] };
  const startedAt = process.clock.now;
  let errors = 0;
  const from = name === address ? address : `${address} (${address})`;
  yield* send(process, tally, {
    ...plan(parsed, address, 10_000),
    reply: (sequence, ms) => `${size + 8} bytes from ${from}: icmp_seq=${sequence + 1} ttl=64 time=${ms.toFixed(3)} ms\n`,
    unreachable: (sequence) => {
      errors++;
      return `From ${own} icmp_seq=${sequence + 1} Destination Host Unreachable\n`;
    },
  });
  const { sent, received, times } = tally;
  const loss = sent > 0 ? Math.floor(((sent - received) * 100) / sent) : 0;
  const took = Math.round(sent > 1 ? process.clock.now - startedAt : 0);
  const errorWords = errors > 0 ? `+${errors} errors, ` : '';
  const head = `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} received, ${errorWords}${loss}% packet loss, time ${took}ms\n`;
  yield* process.print(
    times.length === 0 ? `${head}\n` : `${head}rtt min/avg/max/mdev = ${threeTimes(times)}/${deviation(times).toFixed(3)} ms\n`,
  );
  return received > 0 ? 0 : 1;
};

function plan(parsed: ParsedOptions, address: string, defaultWaitMs: number): Omit<Plan, 'reply'> {
  const seconds = (name: string): number | undefined => {
    const value = optionValue(parsed, name);
    return value === undefined ? undefined : Number(value) * 1000;
  };
  return {
    address,
    count: Number(optionValue(parsed, 'c') ?? 'Infinity') || Number.POSITIVE_INFINITY,
    intervalMs: seconds('i') ?? 1000,
    waitMs: seconds('W') ?? defaultWaitMs,
    deadlineMs: seconds('w') ?? Number.POSITIVE_INFINITY,
  };
}

/** Sends echo requests until the count, the deadline or ^C; after the last one it waits for its answer. */
function* send(process: Process, tally: Tally, given: Plan): Blocking {
  const network = networkOf(process);
  const startedAt = process.clock.now;
  let isStopped = false;
  process.onSignal(signalNumbers.INT, () => {
    isStopped = true;
  });
  const left = (): number => startedAt + given.deadlineMs - process.clock.now;
  try {
    while (!isStopped && tally.sent < given.count && left() > 0) {
      const sequence = tally.sent++;
      const result = network.ping(given.address);
      if (result === 'reply') {
        const ms = 0.03 + process.random.next() * 0.08;
        yield* process.sleep(ms);
        tally.received++;
        tally.times.push(ms);
        yield* process.print(given.reply(sequence, ms));
      }
      const isLast = tally.sent >= given.count;
      if (result === 'unreachable' && given.unreachable) {
        yield* process.sleep(Math.min(left(), isLast ? given.waitMs : given.intervalMs));
        yield* process.print(given.unreachable(sequence));
      } else if (!isLast) yield* process.sleep(Math.min(left(), given.intervalMs));
      else if (result !== 'reply') yield* process.sleep(Math.min(left(), given.waitMs));
    }
  } catch (error) {
    if (!(error instanceof Errno) || error.code !== 'EINTR') throw error;
  }
}

function threeTimes(times: readonly number[]): string {
  const average = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return [Math.min(...times), average, Math.max(...times)].map((ms) => ms.toFixed(3)).join('/');
}

function deviation(times: readonly number[]): number {
  const average = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return Math.sqrt(times.reduce((sum, ms) => sum + (ms - average) ** 2, 0) / times.length);
}

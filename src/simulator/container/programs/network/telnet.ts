// busybox telnet and traceroute. Words: tests/recordings/busybox-1.36-network.txt.
import { networkOf } from '../../../network/network-namespace.ts';
import { resolve } from '../../../network/resolver.ts';
import { Errno } from '../../errno.ts';
import type { Program } from '../../process.ts';
import { busyboxBanner } from './binary-text.ts';
import { exchange } from './nc.ts';
import { optionValue, parseOptions } from './options.ts';
import { connectTo } from './socket.ts';

export const telnet: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: 'al:' });
  const [host, portText = '23'] = parsed.operands;
  if (parsed.error !== undefined || host === undefined) {
    const words = parsed.error === undefined ? '' : `telnet: ${parsed.error}\n`;
    yield* process.complain(
      `${words}${busyboxBanner(process)}\n\nUsage: telnet [-a] [-l USER] HOST [PORT]\n\nConnect to telnet server\n\n\t-a\tAutomatic login with $USER variable\n\t-l USER\tAutomatic login as USER\n`,
    );
    return 1;
  }
  const resolution = yield* resolve(process, host);
  if (resolution.kind !== 'found') {
    yield* process.complain(`telnet: bad address '${host}'\n`);
    return 1;
  }
  const address = resolution.addresses[0]!;
  try {
    const socket = yield* connectTo(process, address, Number(portText));
    yield* process.complain(`Connected to ${host}\n`);
    if (process.descriptors[1]?.terminal) yield* process.print("\r\nEntering character mode\r\nEscape character is '^]'.\r\n\r\n");
    yield* exchange(process, socket, 0);
    yield* process.complain('Connection closed by foreign host\n');
    return 1;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`telnet: can't connect to remote host (${address}): ${error.message}\n`);
    return 1;
  }
};

export const traceroute: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: '46IFlndvrp:m:q:s:t:w:f:i:z:g:' });
  const [host] = parsed.operands;
  if (parsed.error !== undefined || host === undefined) {
    yield* process.complain(
      `${parsed.error === undefined ? '' : `traceroute: ${parsed.error}\n`}${busyboxBanner(process)}\n\nUsage: traceroute [-46FIlnrv] [-f 1ST_TTL] [-m MAXTTL] [-q PROBES] [-p PORT]\n\t[-t TOS] [-w WAIT_SEC] [-s SRC_IP] [-i IFACE]\n\t[-z PAUSE_MSEC] HOST [BYTES]\n`,
    );
    return 1;
  }
  const resolution = yield* resolve(process, host);
  if (resolution.kind !== 'found') {
    yield* process.complain(`traceroute: bad address '${host}'\n`);
    return 1;
  }
  const address = resolution.addresses[0]!;
  const most = Number(optionValue(parsed, 'm') ?? '30');
  const probes = Number(optionValue(parsed, 'q') ?? '3');
  const waitMs = Number(optionValue(parsed, 'w') ?? '5') * 1000;
  const network = networkOf(process);
  yield* process.print(`traceroute to ${host} (${address}), ${most} hops max, 46 byte packets\n`);
  // Another pod of the node is one hop away, behind the node; the loopback none.
  const gateway = network.network.view.node(network.nodeName)?.ip;
  const hops = gateway && address !== network.ip && address !== gateway && !address.startsWith('127.') ? [gateway, address] : [address];
  for (let hop = 1; hop <= most; hop++) {
    const at = hops[Math.min(hop, hops.length) - 1]!;
    const answers = hop < hops.length || network.ping(address) === 'reply';
    let line = answers ? `${String(hop).padStart(2)}  ${at} (${at})` : `${String(hop).padStart(2)}`;
    for (let probe = 0; probe < probes; probe++) {
      if (!answers) yield* process.sleep(waitMs);
      line += answers ? `  ${(0.004 + process.random.below(20) / 1000).toFixed(3)} ms` : '  *';
    }
    yield* process.print(`${line}\n`);
    if (answers && hop >= hops.length) break;
  }
  return 0;
};

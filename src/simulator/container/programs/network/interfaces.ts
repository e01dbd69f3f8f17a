// What a pod's interfaces and sockets look like: ip, ifconfig, route, arp, netstat, ss.
import { type NetworkNamespace, networkOf } from '../../../network/network-namespace.ts';
import type { Blocking } from '../../blocking.ts';
import { hasCapability } from '../../credentials.ts';
import type { Process, Program } from '../../process.ts';
import { parseOptions } from './options.ts';

interface Interface {
  readonly index: number;
  /** `eth0@if7` as `ip` shows it. */
  readonly shown: string;
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  readonly prefix: number;
  readonly mtu: number;
}

const loopback: Interface = { index: 1, shown: 'lo', name: 'lo', mac: '00:00:00:00:00:00', address: '127.0.0.1', prefix: 8, mtu: 65536 };

/** kindnet's pods have one interface, a pair with the node's, and a network of their own node's /24. */
function interfacesOf(network: NetworkNamespace): Interface[] {
  const bytes = network.ip.split('.').map(Number);
  const mac = ['aa', '58', ...bytes.map((byte) => (byte || 0).toString(16).padStart(2, '0'))].join(':');
  const isNode = network.pod === undefined;
  const shown = isNode ? 'eth0' : `eth0@if${2 + (bytes[3] ?? 0)}`;
  return [loopback, { index: 2, shown, name: 'eth0', mac, address: network.ip, prefix: isNode ? 16 : 24, mtu: 1500 }];
}

function gatewayOf(network: NetworkNamespace): string {
  return network.pod === undefined ? '172.18.0.1' : network.ip.replace(/\.\d+$/, '.1');
}

/** busybox's ip. */
export const ip: Program = (process, argv) => runIp(process, argv, 'busybox');

/** iproute2's, as netshoot brings it. */
export const iproute2: Program = (process, argv) => runIp(process, argv, 'iproute2');

type Tongue = 'busybox' | 'iproute2';

function* runIp(process: Process, argv: readonly string[], tongue: Tongue): Blocking<number> {
  const words = argv.slice(1).filter((word) => !word.startsWith('-'));
  const isBrief = argv.some((word) => word === '-br' || word === '-brief');
  const family = argv.includes('-4') ? 'inet' : argv.includes('-6') ? 'inet6' : undefined;
  const network = networkOf(process);
  const [object = '', ...rest] = words;
  if (object !== '' && 'link'.startsWith(object) && (rest[0] === 'set' || rest[0] === 's'))
    return yield* setLink(process, rest.slice(1), tongue);
  const changes = ['add', 'del', 'delete', 'change', 'replace', 'flush', 'append'];
  if (rest[0] !== undefined && changes.includes(rest[0])) return yield* refuseIp(process, tongue);
  const name = rest.find((word) => !['show', 'list', 'ls', 'dev', 'get'].includes(word));
  const chosen = interfacesOf(network).filter((one) => name === undefined || one.name === name);
  const isAddress = object !== '' && ('address'.startsWith(object) || object === 'addr');
  if (isAddress || (object !== '' && 'link'.startsWith(object))) {
    if (chosen.length === 0) {
      yield* process.complain(tongue === 'busybox' ? `ip: can't find device '${name}'\n` : `Device "${name}" does not exist.\n`);
      return 1;
    }
    const isUp = (one: Interface): boolean => !network.downInterfaces.has(one.name);
    const lines = (one: Interface): string =>
      isBrief ? briefLine(one) : linkLines(one, tongue, isUp(one), family) + (isAddress ? addressLines(one, family) : '');
    // Who asks for one family sees only the interfaces that have it.
    const shown = family && isAddress ? chosen.filter((one) => addressLines(one, family) !== '') : chosen;
    yield* process.print(shown.map(lines).join(''));
    return 0;
  }
  if (object !== '' && 'route'.startsWith(object)) {
    const gateway = gatewayOf(network);
    const end = tongue === 'busybox' ? '' : `uid ${process.credentials.uid} \n    cache `;
    if (rest[0] === 'get' && rest[1]) yield* process.print(`${rest[1]} via ${gateway} dev eth0  src ${network.ip} ${end}\n`);
    else yield* process.print(routes(network));
    return 0;
  }
  if (object !== '' && ('neighbour'.startsWith(object) || object === 'neighbor')) {
    yield* process.print(`${gatewayOf(network)} dev eth0 lladdr ${interfacesOf(network)[1]!.mac.replace(/..$/, '01')} REACHABLE\n`);
    return 0;
  }
  yield* process.complain(
    object === '' ? 'Usage: ip [OPTIONS] address|route|link|neigh [ARGS]\n' : `Object "${object}" is unknown, try "ip help".\n`,
  );
  return 1;
}

/** `ip link set lo down`: whoever may, takes it down for the whole pod. */
function* setLink(process: Process, words: readonly string[], tongue: Tongue): Blocking<number> {
  const network = networkOf(process);
  const rest = words[0] === 'dev' ? words.slice(1) : words;
  const [name = '', state] = rest;
  if (!interfacesOf(network).some((one) => one.name === name)) {
    yield* process.complain(tongue === 'busybox' ? 'ip: SIOCGIFFLAGS: No such device\n' : `Cannot find device "${name}"\n`);
    return 1;
  }
  if (!hasCapability(process.credentials, 'NET_ADMIN')) {
    yield* process.complain(
      tongue === 'busybox' ? 'ip: SIOCSIFFLAGS: Operation not permitted\n' : 'RTNETLINK answers: Operation not permitted\n',
    );
    return 2;
  }
  if (state === 'down') network.downInterfaces.add(name);
  else if (state === 'up') network.downInterfaces.delete(name);
  else return yield* refuseIp(process, tongue);
  return 0;
}

function* refuseIp(process: Process, tongue: Tongue): Blocking<number> {
  const mayChange = hasCapability(process.credentials, 'NET_ADMIN');
  const why = mayChange ? 'this change is not simulated in this cluster' : 'Operation not permitted';
  yield* process.complain(tongue === 'busybox' ? `ip: RTNETLINK answers: ${why}\n` : `RTNETLINK answers: ${why}\n`);
  return 2;
}

type Family = 'inet' | 'inet6' | undefined;

/** The hardware's address is of no family. */
function linkLines({ index, shown, mac, mtu }: Interface, tongue: Tongue, isUp: boolean, family: Family): string {
  const isLoop = shown === 'lo';
  const kind = isLoop ? 'LOOPBACK' : 'BROADCAST,MULTICAST';
  const flags = isUp ? `${kind},UP,LOWER_UP${isLoop || tongue === 'iproute2' ? '' : ',M-DOWN'}` : kind;
  const state = !isUp ? 'DOWN' : isLoop ? 'UNKNOWN' : 'UP';
  const tail = tongue === 'busybox' ? 'qdisc noqueue qlen 1000' : `qdisc noqueue state ${state} group default qlen 1000`;
  const broadcast = isLoop ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const peer = isLoop || tongue === 'busybox' || !shown.includes('@') ? '' : ' link-netnsid 0';
  const head = `${index}: ${shown}: <${flags}> mtu ${mtu} ${tail}`;
  return family ? `${head}${peer}\n` : `${head}\n    link/${isLoop ? 'loopback' : 'ether'} ${mac} brd ${broadcast}${peer}\n`;
}

function addressLines({ name, address, prefix }: Interface, family: Family): string {
  const lifetime = '       valid_lft forever preferred_lft forever\n';
  const isLoop = name === 'lo';
  const inet6 = isLoop && family !== 'inet' ? `    inet6 ::1/128 scope host \n${lifetime}` : '';
  if (family === 'inet6') return inet6;
  if (isLoop) return `    inet 127.0.0.1/8 scope host lo\n${lifetime}${inet6}`;
  return `    inet ${address}/${prefix} brd ${address.replace(/\.\d+$/, '.255')} scope global ${name}\n${lifetime}`;
}

function briefLine({ shown, address, prefix }: Interface): string {
  return `${shown.padEnd(16)} ${(shown === 'lo' ? 'UNKNOWN' : 'UP').padEnd(14)} ${address}/${prefix} \n`;
}

function routes(network: NetworkNamespace): string {
  const gateway = gatewayOf(network);
  if (network.pod === undefined) return `default via ${gateway} dev eth0 \n172.18.0.0/16 dev eth0 scope link  src ${network.ip} \n`;
  const subnet = network.ip.replace(/\.\d+$/, '.0');
  return `default via ${gateway} dev eth0 \n${subnet}/24 via ${gateway} dev eth0  src ${network.ip} \n${gateway} dev eth0 scope link  src ${network.ip} \n`;
}

export const ifconfig: Program = function* (process, argv) {
  const [name] = argv.slice(1).filter((word) => !word.startsWith('-'));
  const all = [...interfacesOf(networkOf(process))].reverse();
  const chosen = name === undefined ? all : all.filter((one) => one.name === name);
  if (chosen.length === 0) {
    yield* process.complain(`ifconfig: ${name}: error fetching interface information: Device not found\n`);
    return 1;
  }
  yield* process.print(chosen.map(ifconfigBlock).join(''));
  return 0;
};

function ifconfigBlock({ name, mac, address, prefix, mtu }: Interface): string {
  const isLoop = name === 'lo';
  const mask = isLoop ? '255.0.0.0' : prefix === 24 ? '255.255.255.0' : '255.255.0.0';
  const first = isLoop ? 'lo        Link encap:Local Loopback  ' : `${name.padEnd(10)}Link encap:Ethernet  HWaddr ${mac.toUpperCase()}  `;
  const broadcast = isLoop ? '' : `  Bcast:${address.replace(/\.\d+$/, '.255')}`;
  const flags = isLoop ? 'UP LOOPBACK RUNNING' : 'UP BROADCAST RUNNING MULTICAST';
  return `${first}
          inet addr:${address}${broadcast}  Mask:${mask}
          ${flags}  MTU:${mtu}  Metric:1
          RX packets:0 errors:0 dropped:0 overruns:0 frame:0
          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:1000 
          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)

`;
}

export const route: Program = function* (process) {
  const network = networkOf(process);
  const gateway = gatewayOf(network);
  const line = (to: string, via: string, mask: string, flags: string): string =>
    `${to.padEnd(16)}${via.padEnd(16)}${mask.padEnd(16)}${flags.padEnd(6)}0      0        0 eth0\n`;
  const subnet = network.ip.replace(/\.\d+$/, '.0');
  yield* process.print(
    `Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n${line('default', gateway, '0.0.0.0', 'UG')}${line(subnet, gateway, '255.255.255.0', 'UG')}${line(gateway, '*', '255.255.255.255', 'UH')}`,
  );
  return 0;
};

export const arp: Program = function* (process) {
  const network = networkOf(process);
  yield* process.print(`? (${gatewayOf(network)}) at ${interfacesOf(network)[1]!.mac.replace(/..$/, '01')} [ether]  on eth0\n`);
  return 0;
};

interface SocketLine {
  readonly protocol: 'tcp' | 'udp';
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly owner: string;
}

function socketLines(network: NetworkNamespace, process: Process): SocketLine[] {
  const lines: SocketLine[] = [];
  for (const { address, port, owner } of network.allListeners()) {
    const isOurs = owner !== undefined && process.kernel.visibleProcesses.get(owner.pid) === owner;
    lines.push({
      protocol: 'tcp',
      local: `${address}:${port}`,
      remote: address.includes(':') ? ':::*' : '0.0.0.0:*',
      state: 'LISTEN',
      owner: isOurs ? `${owner.pid}/${programName(owner)}` : '-',
    });
  }
  for (const port of network.namePorts())
    lines.push({ protocol: 'udp', local: `0.0.0.0:${port}`, remote: '0.0.0.0:*', state: '', owner: '-' });
  for (const { local, remote } of network.openConnections()) {
    lines.push({
      protocol: 'tcp',
      local: `${local.ip}:${local.port}`,
      remote: `${remote.ip}:${remote.port}`,
      state: 'ESTABLISHED',
      owner: '-',
    });
  }
  return lines;
}

function programName({ argv }: Process): string {
  return (argv[0] ?? '').replace(/:.*/, ':').split('/').at(-1) ?? '';
}

export const netstat: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: 'laentuwxrWp46' });
  if (parsed.error !== undefined) {
    yield* process.complain(`netstat: ${parsed.error}\n`);
    return 1;
  }
  const has = (name: string): boolean => parsed.options.some(([candidate]) => candidate === name);
  if (has('r')) return yield* route(process, argv);
  const isChosen = ({ protocol, state }: SocketLine): boolean =>
    (!(has('t') || has('u')) || has(protocol[0]!)) && (has('a') || (has('l') ? state !== 'ESTABLISHED' : state === 'ESTABLISHED'));
  const what = has('a') ? 'servers and established' : has('l') ? 'only servers' : 'w/o servers';
  let text = `Active Internet connections (${what})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${has('p') ? 'PID/Program name    ' : ''}\n`;
  for (const line of socketLines(networkOf(process), process).filter(isChosen)) {
    text += `${line.protocol.padEnd(5)}      0      0 ${line.local.padEnd(23)} ${line.remote.padEnd(23)} ${line.state.padEnd(11)} ${has('p') ? line.owner : ''}\n`;
  }
  yield* process.print(text);
  return 0;
};

export const ss: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: 'hVnraloempiKsEbHtuxw46NT0O' });
  if (parsed.error !== undefined) {
    yield* process.complain(`ss: ${parsed.error}\n`);
    return 1;
  }
  const has = (name: string): boolean => parsed.options.some(([candidate]) => candidate === name);
  const isChosen = ({ protocol, state }: SocketLine): boolean =>
    (!(has('t') || has('u')) || has(protocol[0]!)) && (has('a') || (has('l') ? state !== 'ESTABLISHED' : state === 'ESTABLISHED'));
  const withNetwork = !has('t') || has('u');
  const column = (text: string, width: number): string => text.padEnd(width);
  let text = has('H')
    ? ''
    : `${withNetwork ? column('Netid', 6) : ''}${column('State', 10)}${column('Recv-Q', 7)}${column('Send-Q', 7)}${'Local Address:Port'.padStart(22)} ${'Peer Address:Port'.padStart(22)}${has('p') ? ' Process' : ''}\n`;
  for (const line of socketLines(networkOf(process), process).filter(isChosen)) {
    const state = line.state === 'LISTEN' ? 'LISTEN' : line.state === '' ? 'UNCONN' : 'ESTAB';
    const [pid, name] = line.owner.split('/');
    const owner = has('p') && name ? ` users:(("${name}",pid=${pid},fd=3))` : '';
    text += `${withNetwork ? column(line.protocol, 6) : ''}${column(state, 10)}${column('0', 7)}${column(state === 'LISTEN' ? '511' : '0', 7)}${line.local.replace(/^:::/, '*:').padStart(22)} ${line.remote.replace(/^:::/, '*:').padStart(22)}${owner}\n`;
  }
  yield* process.print(text);
  return 0;
};

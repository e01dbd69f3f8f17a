// nc, in two tongues: busybox's and OpenBSD's (netshoot, Debian). Words: tests/recordings/busybox-1.36-network.txt and network-tools.txt.
import { isAddress } from '../../../network/address.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import { resolve } from '../../../network/resolver.ts';
import { type Blocking, tooLate, within } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { busyboxBanner, busyboxVersion } from './binary-text.ts';
import { hasOption, optionValue, type ParsedOptions, parseOptions } from './options.ts';
import { connectTo, listenAt, Socket } from './socket.ts';

const usage = (hasBroadcast: boolean): string => `
Usage: nc [OPTIONS] HOST PORT  - connect
nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen

	-e PROG	Run PROG after connect (must be last)
	-l	Listen mode, for inbound connects
	-lk	With -e, provides persistent server
	-p PORT	Local port
	-s ADDR	Local address
	-w SEC	Timeout for connects and final net reads
	-i SEC	Delay interval for lines sent
	-n	Don't do DNS resolution
	-u	UDP mode
${hasBroadcast ? '	-b	Allow broadcasts\n' : ''}	-v	Verbose
	-o FILE	Hex dump traffic
	-z	Zero-I/O mode (scanning)
`;

export const nc: Program = function* (process, argv) {
  const { args, command } = cutCommand(argv.slice(1));
  const parsed = parseOptions(args, { short: 'hnuvw:zi:o:lkp:s:b' });
  const showUsage = function* (complaint: string): Blocking<number> {
    const [, minor = 36] = busyboxVersion(process);
    yield* process.complain(`${complaint}${busyboxBanner(process)}\n${usage(minor >= 29)}`);
    return 1;
  };
  if (parsed.error !== undefined) return yield* showUsage(`nc: ${parsed.error}\n`);
  if (hasOption(parsed, 'l')) return yield* serve(process, parsed, command);
  const [host, portText] = parsed.operands;
  if (host === undefined || portText === undefined) return yield* showUsage('');
  const port = portNumber(portText);
  if (port === undefined) {
    yield* process.complain(`nc: bad port '${portText}'\n`);
    return 1;
  }
  const resolution = yield* resolve(process, host);
  if (resolution.kind !== 'found') {
    yield* process.complain(`nc: bad address '${host}'\n`);
    return 1;
  }
  const address = resolution.addresses[0]!;
  if (hasOption(parsed, 'u'))
    return networkOf(process).ask(address, '', 'A', { port }).kind === 'refused' ? 1 : hasOption(parsed, 'z') ? 1 : 0;
  const peer = `${host} (${address}:${port})`;
  const waitSeconds = Number(optionValue(parsed, 'w') ?? '0');
  const verbosity = parsed.options.filter(([name]) => name === 'v').length;
  const traffic: Traffic = { sent: 0, received: 0 };
  const end = function* (code: number): Blocking<number> {
    if (verbosity > 1) yield* process.complain(`sent ${traffic.sent}, rcvd ${traffic.received}\n`);
    return code;
  };
  let socket: Socket;
  try {
    socket = yield* connectTo(process, address, port, { timeoutMs: waitSeconds > 0 ? waitSeconds * 1000 : undefined });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    // Of a refused connection it speaks at the second -v only, of others at the first.
    if (verbosity > (error.code === 'ECONNREFUSED' ? 1 : 0)) yield* process.complain(`nc: ${peer}: ${error.message}\n`);
    return yield* end(1);
  }
  if (verbosity > 0) yield* process.complain(`${peer} open\n`);
  if (hasOption(parsed, 'z')) return yield* end(0);
  if (command) return yield* runOn(process, socket, command);
  return yield* end(yield* exchange(process, socket, waitSeconds, traffic));
};

/** What went over a connection, in bytes. */
interface Traffic {
  sent: number;
  received: number;
}

/** `-e PROG ARGS…` takes the rest of the line. */
function cutCommand(args: readonly string[]): { args: readonly string[]; command: readonly string[] | undefined } {
  const index = args.findIndex((word) => /^-[a-z]*e$/.test(word));
  if (index < 0) return { args, command: undefined };
  const flags = args[index]!.slice(1, -1);
  return { args: [...args.slice(0, index), ...(flags ? [`-${flags}`] : [])], command: args.slice(index + 1) };
}

function portNumber(text: string): number | undefined {
  const known: Readonly<Record<string, number>> = {
    http: 80,
    https: 443,
    ssh: 22,
    domain: 53,
    postgresql: 5432,
    redis: 6379,
    mysql: 3306,
    smtp: 25,
  };
  const port = known[text] ?? (/^\d+$/.test(text) ? Number(text) : Number.NaN);
  return port >= 0 && port <= 65535 ? port : undefined;
}

function* serve(process: Process, parsed: ParsedOptions, command: readonly string[] | undefined): Blocking<number> {
  const portText = optionValue(parsed, 'p') ?? parsed.operands.find((word) => /^\d+$/.test(word)) ?? '0';
  try {
    const listener = listenAt(process, Number(portText), optionValue(parsed, 's'));
    const isVerbose = hasOption(parsed, 'v');
    if (isVerbose) yield* process.complain(`listening on [::]:${listener.port} ...\n`);
    for (;;) {
      const connection = yield* listener.accept();
      const socket = new Socket(process, connection);
      const { ip, port } = connection.remote;
      if (isVerbose)
        yield* process.complain(
          `connect to [::ffff:${connection.local.ip}]:${connection.local.port} from [::ffff:${ip}]:${port} ([::ffff:${ip}]:${port})\n`,
        );
      if (!hasOption(parsed, 'k')) {
        listener.close();
        return command ? yield* runOn(process, socket, command) : yield* exchange(process, socket, Number(optionValue(parsed, 'w') ?? '0'));
      }
      if (command) yield* spawnOn(process, socket, command);
      else {
        yield* exchange(process, socket, 0);
        socket.close();
      }
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`nc: bind: ${error.message}\n`);
    return 1;
  }
}

/** Becomes the program, with the connection as its input and output. */
function* runOn(process: Process, socket: Socket, command: readonly string[]): Blocking<number> {
  for (const number of [0, 1]) process.setDescriptor(number, socket.connection);
  socket.close();
  return yield* execute(process, command);
}

function* spawnOn(process: Process, socket: Socket, command: readonly string[]): Blocking {
  const child = process.fork(command);
  for (const number of [0, 1]) child.setDescriptor(number, socket.connection);
  child.run(execute(child, command));
  socket.close();
}

function* execute(process: Process, command: readonly string[]): Blocking<number> {
  try {
    return yield* process.execute(command);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`nc: can't execute '${command[0] ?? ''}': ${error.message}\n`);
    return 1;
  }
}

/** Copies stdin to the connection and the connection to stdout, until the other side ends. */
export function* exchange(
  process: Process,
  socket: Socket,
  waitSeconds: number,
  traffic: Traffic = { sent: 0, received: 0 },
): Blocking<number> {
  const sender = process.startThread(sendInput(process, socket, traffic));
  try {
    for (;;) {
      const reading = socket.read();
      const bytes = waitSeconds > 0 ? yield* within(process.clock, waitSeconds * 1000, reading) : yield* reading;
      if (bytes === tooLate || bytes === undefined) return 0;
      traffic.received += bytes.length;
      yield* process.print(bytes);
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return 1;
  } finally {
    sender.kill();
    socket.close();
  }
}

function* sendInput(process: Process, socket: Socket, traffic: Traffic): Blocking {
  try {
    for (;;) {
      const bytes = yield* process.read(0);
      if (!bytes) break;
      yield* socket.write(bytes);
      traffic.sent += bytes.length;
    }
    socket.connection.shutdown();
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

/** Names that OpenBSD's nc shows for ports, from /etc/services. */
const services: Readonly<Record<number, string>> = {
  22: 'ssh',
  25: 'smtp',
  53: 'domain',
  80: 'http',
  443: 'https',
  3306: 'mysql',
  5432: 'postgresql',
  6379: 'redis',
  8080: 'http-alt',
};

export const ncOpenBsd: Program = function* (process, argv) {
  const name = argv[0]?.split('/').at(-1) ?? 'nc';
  const parsed = parseOptions(argv.slice(1), { short: '46CDdFhklNnrStUuvZzb:e:I:i:M:m:O:P:p:q:R:s:T:V:W:w:X:x:' });
  if (parsed.error !== undefined) {
    yield* process.complain(`${name}: ${parsed.error}\nusage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n`);
    return 1;
  }
  if (hasOption(parsed, 'l')) return yield* serveOpenBsd(process, name, parsed);
  const [host, portText] = parsed.operands;
  if (host === undefined || portText === undefined) {
    yield* process.complain('usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n');
    return 1;
  }
  const resolution = yield* resolve(process, host);
  const [first = 0, last = first] = portText.split('-').map((text) => portNumber(text) ?? 0);
  if (resolution.kind !== 'found') {
    const why = resolution.kind === 'silent' ? 'Temporary failure in name resolution' : 'Name or service not known';
    yield* process.complain(`${name}: getaddrinfo for host "${host}" port ${first}: ${why}\n`);
    return 1;
  }
  let code = 1;
  for (let port = first; port <= last; port++)
    code = (yield* tryPort(process, name, parsed, { host, address: resolution.addresses[0]!, port })) ?? code;
  return code;
};

function* tryPort(
  process: Process,
  name: string,
  parsed: ParsedOptions,
  to: { host: string; address: string; port: number },
): Blocking<number | undefined> {
  const { host, address, port } = to;
  const waitSeconds = Number(optionValue(parsed, 'w') ?? '0');
  const isVerbose = hasOption(parsed, 'v');
  const who = isAddress(host) ? host : `${host} (${address})`;
  try {
    const socket = yield* connectTo(process, address, port, { timeoutMs: waitSeconds > 0 ? waitSeconds * 1000 : undefined });
    if (isVerbose) yield* process.complain(`Connection to ${who} ${port} port [tcp/${services[port] ?? '*'}] succeeded!\n`);
    if (!hasOption(parsed, 'z')) return yield* exchange(process, socket, waitSeconds);
    socket.close();
    return 0;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const isOurs = error.code === 'ETIMEDOUT' && waitSeconds > 0;
    const why = isOurs ? 'timed out: Operation now in progress' : `failed: ${error.message}`;
    if (isVerbose) yield* process.complain(`${name}: connect to ${who} port ${port} (tcp) ${why}\n`);
    return undefined;
  }
}

function* serveOpenBsd(process: Process, name: string, parsed: ParsedOptions): Blocking<number> {
  const portText = optionValue(parsed, 'p') ?? parsed.operands.at(-1) ?? '';
  const port = portNumber(portText);
  if (port === undefined) {
    yield* process.complain(`${name}: missing port number\n`);
    return 1;
  }
  try {
    const listener = listenAt(process, port);
    if (hasOption(parsed, 'v')) yield* process.complain(`Listening on 0.0.0.0 ${port}\n`);
    for (;;) {
      const connection = yield* listener.accept();
      if (hasOption(parsed, 'v')) yield* process.complain(`Connection received on ${connection.remote.ip} ${connection.remote.port}\n`);
      const code = yield* exchange(process, new Socket(process, connection), 0);
      if (!hasOption(parsed, 'k')) return code;
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`${name}: ${error.message}\n`);
    return 1;
  }
}

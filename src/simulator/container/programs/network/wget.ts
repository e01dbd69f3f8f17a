// busybox wget. Its words: tests/recordings/busybox-1.36-wget.txt.
import { resolve } from '../../../network/resolver.ts';
import { type Blocking, tooLate, within } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { OpenFile } from '../../open-file.ts';
import { release, retain } from '../../open-file.ts';
import { Exit, type Process, type Program } from '../../process.ts';
import { encode } from '../../text.ts';
import { busyboxBanner, busyboxVersion } from './binary-text.ts';
import { type Head, header, parseUrl, readBody, readHead, type Target } from './http-message.ts';
import { hasOption, optionValue, optionValues, type ParsedOptions, parseOptions } from './options.ts';
import { connectTo, type Socket } from './socket.ts';

const usage = `
Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...

Retrieve files via HTTP or FTP

	--spider	Only check URL existence: $? is 0 if exists
	--header STR	Add STR (of form 'header: value') to headers
	--post-data STR	Send STR using POST method
	--post-file FILE	Send FILE using POST method
	--no-check-certificate	Don't validate the server's certificate
	-c		Continue retrieval of aborted transfer
	-q		Quiet
	-P DIR		Save to DIR (default .)
	-S    		Show server response
	-T SEC		Network read timeout is SEC seconds
	-O FILE		Save to FILE ('-' for stdout)
	-o LOGFILE	Log messages to FILE
	-U STR		Use STR for User-Agent header
	-Y on/off	Use proxy
`;

const spec = {
  short: 'cqSO:o:P:U:T:Y:t:n:',
  long: {
    continue: { name: 'c' },
    quiet: { name: 'q' },
    'server-response': { name: 'S' },
    'output-document': { name: 'O', takesValue: true },
    'output-file': { name: 'o', takesValue: true },
    'directory-prefix': { name: 'P', takesValue: true },
    proxy: { name: 'Y', takesValue: true },
    'user-agent': { name: 'U', takesValue: true },
    timeout: { name: 'T', takesValue: true },
    tries: { name: 't', takesValue: true },
    header: { takesValue: true },
    'post-data': { takesValue: true },
    'post-file': { takesValue: true },
    spider: {},
    'no-check-certificate': {},
    'no-parent': {},
    'no-verbose': { name: 'q' },
    'passive-ftp': {},
  },
} as const;

const maxRedirections = 5;

export const wget: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), spec);
  if (parsed.error !== undefined || parsed.operands.length === 0) {
    const complaint = parsed.error === undefined ? '' : `wget: ${parsed.error}\n`;
    yield* process.complain(`${complaint}${busyboxBanner(process)}\n${usage}`);
    return 1;
  }
  for (const url of parsed.operands) yield* new Download(process, parsed).run(url);
  return 0;
};

/** One URL. It ends the process with 1 at the first failure, as wget does. */
class Download {
  private readonly process: Process;
  private readonly options: ParsedOptions;
  private readonly isQuiet: boolean;
  private readonly timeoutMs: number | undefined;
  private readonly isTalkative: boolean;

  constructor(process: Process, options: ParsedOptions) {
    this.process = process;
    this.options = options;
    this.isQuiet = hasOption(options, 'q');
    const seconds = Number(optionValue(options, 'T') ?? '0');
    // Since 1.29 an unanswered connection ends after 900 s; the kernel gives up before that.
    this.timeoutMs = seconds > 0 ? seconds * 1000 : undefined;
    const [major = 1, minor = 36] = busyboxVersion(process);
    this.isTalkative = major > 1 || minor >= 30;
  }

  *run(url: string): Blocking {
    let target = yield* this.read(url);
    let address = yield* this.look(target);
    yield* this.say(`Connecting to ${target.host}:${target.port} (${address}:${target.port})\n`);
    for (let redirections = 0; ; redirections++) {
      const socket = yield* this.connect(address, target.port);
      const head = yield* this.request(socket, target);
      const location = yield* this.judge(head);
      if (location === undefined) {
        yield* this.save(socket, head, target);
        socket.close();
        return;
      }
      socket.close();
      if (redirections >= maxRedirections) yield* this.fail('too many redirections');
      if (location.startsWith('/')) target = { ...target, path: location };
      else {
        target = yield* this.read(location);
        address = yield* this.look(target);
        yield* this.say(`Connecting to ${target.host}:${target.port} (${address}:${target.port})\n`);
      }
    }
  }

  private *read(url: string): Blocking<Target> {
    const target = parseUrl(url);
    if (!target) return yield* this.fail(`bad address '${url}'`);
    if (target.badPort !== undefined) return yield* this.fail(`bad port '${target.badPort}'`);
    if (!['http', 'https'].includes(target.scheme)) return yield* this.fail(`not an http or ftp url: ${url}`);
    return target;
  }

  private *look({ host, port, hasPort }: Target): Blocking<string> {
    const resolution = yield* resolve(this.process, host);
    if (resolution.kind !== 'found') return yield* this.fail(`bad address '${host}${hasPort ? `:${port}` : ''}'`);
    return resolution.addresses[0]!;
  }

  private *connect(address: string, port: number): Blocking<Socket> {
    try {
      return yield* this.inTime(connectTo(this.process, address, port));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return yield* this.fail(`can't connect to remote host (${address}): ${error.message}`);
    }
  }

  private *request(socket: Socket, target: Target): Blocking<Head> {
    const { options } = this;
    const postFile = optionValue(options, 'post-file');
    const postData = optionValue(options, 'post-data') ?? (postFile === undefined ? undefined : this.readPostFile(postFile));
    const own = optionValues(options, 'header');
    const isGiven = (name: string): boolean => own.some((line) => line.toLowerCase().startsWith(`${name}:`));
    const lines = [
      `${postData === undefined ? (hasOption(options, 'spider') ? 'HEAD' : 'GET') : 'POST'} ${target.path} HTTP/1.1`,
      ...(isGiven('host') ? [] : [`Host: ${target.host}${target.hasPort ? `:${target.port}` : ''}`]),
      ...(isGiven('user-agent') ? [] : [`User-Agent: ${optionValue(options, 'U') ?? 'Wget'}`]),
      'Connection: close',
      ...own,
      ...(postData === undefined
        ? []
        : [
            ...(isGiven('content-type') ? [] : ['Content-Type: application/x-www-form-urlencoded']),
            `Content-Length: ${encode(postData).length}`,
          ]),
    ];
    try {
      // Speaking TLS to a server that doesn't know it ends in a reset.
      if (target.scheme === 'https' && !socket.connection.startTls()) yield* this.failTls(socket);
      if (target.scheme === 'https' && !hasOption(options, 'no-check-certificate')) {
        yield* this.say('wget: note: TLS certificate validation not implemented\n');
      }
      yield* socket.write(`${lines.join('\r\n')}\r\n\r\n${postData ?? ''}`);
      const head = yield* this.inTime(readHead(socket));
      if (!head || !/^HTTP\/1\.\d/.test(head.line)) return yield* this.fail('error getting response');
      if (hasOption(options, 'S')) {
        const shown = [head.line, ...head.headers.map(([name, value]) => `${name}: ${value}`), ''];
        yield* this.process.complain(shown.map((line) => `  ${line}\n`).join(''));
      }
      return head;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return yield* this.fail(`error getting response: ${error.code === 'EPIPE' ? new Errno('ECONNRESET').message : error.message}`);
    }
  }

  private *failTls(socket: Socket): Blocking<never> {
    yield* socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03, 0x0a));
    yield* this.inTime(socket.read());
    throw new Errno('ECONNRESET');
  }

  private readPostFile(path: string): string {
    try {
      return new TextDecoder().decode(this.process.readFile(path));
    } catch (error) {
      if (error instanceof Errno) return '';
      throw error;
    }
  }

  /** A redirection's location, or undefined when the body is to be taken. */
  private *judge(head: Head): Blocking<string | undefined> {
    const status = Number(head.line.split(' ')[1]);
    if (status >= 200 && status < 300) return undefined;
    const location = header(head.headers, 'location');
    if ([300, 301, 302, 303, 307, 308].includes(status) && location !== undefined) return location;
    return yield* this.fail(`server returned error: ${head.line}`);
  }

  private *save(socket: Socket, head: Head, target: Target): Blocking {
    if (hasOption(this.options, 'spider')) {
      if (this.isTalkative) yield* this.say('remote file exists\n');
      return;
    }
    const path = target.path.replace(/[?#].*/, '');
    const name = optionValue(this.options, 'O') ?? this.inFolder(path.slice(path.lastIndexOf('/') + 1) || 'index.html');
    const output = yield* this.openOutput(name);
    const isStdout = name === '-';
    if (this.isTalkative) yield* this.say(isStdout ? 'writing to stdout\n' : `saving to '${name}'\n`);
    let size = 0;
    const { process } = this;
    try {
      const isWhole = yield* this.inTime(
        readBody(socket, head.headers, function* (bytes) {
          size += bytes.length;
          yield* output.write!(process, bytes);
        }),
      );
      if (!isWhole) yield* this.fail('connection closed prematurely');
    } finally {
      release(output);
    }
    yield* this.say(progressLine(isStdout ? '-' : name, size));
    if (this.isTalkative) yield* this.say(isStdout ? 'written to stdout\n' : `'${name}' saved\n`);
  }

  private inFolder(name: string): string {
    const folder = optionValue(this.options, 'P');
    return folder === undefined ? name : `${folder.replace(/\/$/, '')}/${name}`;
  }

  private *openOutput(name: string): Blocking<OpenFile> {
    if (name === '-') return retain(this.process.file(1));
    const isGiven = optionValue(this.options, 'O') !== undefined;
    try {
      return retain(this.process.open(name, { write: true, create: true, ...(isGiven ? { truncate: true } : { exclusive: true }) }));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return yield* this.fail(`can't open '${name}': ${error.message}`);
    }
  }

  /** Runs one step within -T. */
  private *inTime<T>(step: Blocking<T>): Blocking<T> {
    if (this.timeoutMs === undefined) return yield* step;
    const result = yield* within(this.process.clock, this.timeoutMs, step);
    return result === tooLate ? yield* this.fail('download timed out') : result;
  }

  private *say(text: string): Blocking {
    if (!this.isQuiet) yield* this.process.complain(text);
  }

  private *fail(why: string): Blocking<never> {
    yield* this.process.complain(`wget: ${why}\n`);
    throw new Exit(1);
  }
}

/** `-                    100% |********************************|    19  0:00:00 ETA` */
function progressLine(name: string, size: number): string {
  const short = (name.slice(name.lastIndexOf('/') + 1) || name).slice(0, 20).padEnd(20);
  const amount = size < 100_000 ? String(size) : `${Math.floor(size / 1024)}k`;
  return `${short} 100% |********************************| ${amount.padStart(5)}  0:00:00 ETA\n`;
}

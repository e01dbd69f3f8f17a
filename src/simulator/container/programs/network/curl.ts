// curl, as far as people use it against a cluster. Words: tests/recordings/curl-7.88.txt; what changed in 8.x is said where it did.
import { isAddress } from '../../../network/address.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import { resolve } from '../../../network/resolver.ts';
import { type Blocking, tooLate, within } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import { forWriting } from '../../filesystem.ts';
import { type OpenFile, release, retain } from '../../open-file.ts';
import type { Process, Program } from '../../process.ts';
import { concatenate, encode } from '../../text.ts';
import { binaryText } from './binary-text.ts';
import { CurlMeter } from './curl-meter.ts';
import { type CurlOptions, readCurlOptions } from './curl-options.ts';
import { expandWriteOut, type TransferFacts } from './curl-write-out.ts';
import { type Head, header, parseUrl, readBody, readHead, type Target } from './http-message.ts';
import { connectTo, type Socket } from './socket.ts';

export const curl: Program = function* (process, argv) {
  const version = /curl\/(\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? 'curl'))?.[1] ?? '8.14.1';
  const options = readCurlOptions(argv.slice(1), (path) => readText(process, path));
  if (typeof options === 'string') {
    yield* process.complain(`curl: ${options}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  if (options.showsVersion) {
    yield* process.print(
      `curl ${version} (x86_64-pc-linux-gnu) libcurl/${version}\nRelease-Date: [unreleased]\nProtocols: file http https\nFeatures: IPv6 SSL\n`,
    );
    return 0;
  }
  if (options.urls.length === 0) {
    yield* process.complain("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  let code = 0;
  for (const [index, url] of options.urls.entries()) code = yield* transferWithRetries(process, options, version, { url, index });
  return code;
};

/** `--retry`: tries again after one second, then two, four … up to ten minutes, as long as the failure may pass. */
function* transferWithRetries(
  process: Process,
  options: CurlOptions,
  version: string,
  what: { url: string; index: number },
): Blocking<number> {
  let waitMs = 1000;
  for (let left = options.retries; ; left--) {
    const transfer = new Transfer(process, options, version, what.index);
    const failure = yield* transfer.attempt(what.url);
    const problem = left > 0 ? transfer.passingProblem(failure) : undefined;
    if (problem === undefined) return yield* transfer.finish(failure);
    const seconds = (options.retryDelayMs ?? waitMs) / 1000;
    const words = `Problem: ${problem}. Will retry in ${seconds} second${seconds === 1 ? '' : 's'}. ${left} retr${left === 1 ? 'y' : 'ies'} left.`;
    if (!options.isSilent) yield* process.complain(`Warning: ${words}\n`);
    yield* process.sleep(seconds * 1000);
    waitMs = Math.min(waitMs * 2, 600_000);
  }
}

function readText(process: Process, path: string): Uint8Array | undefined {
  try {
    return process.readFile(path);
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

/** A transfer that failed: curl's exit code and its words. */
class CurlError {
  readonly code: number;
  readonly message: string;

  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

const untrusted = `SSL certificate problem: unable to get local issuer certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`;

/** Names in the API server's certificate, as kubeadm makes it: no other server here has one. */
const apiServerNames =
  /^(kubernetes(\.default(\.svc(\.cluster\.local)?)?)?|localhost|10\.96\.0\.1|172\.18\.0\.2|127\.0\.0\.1|[\w-]+-control-plane)$/;

class Transfer {
  private readonly process: Process;
  private readonly options: CurlOptions;
  private readonly number: number;
  private readonly isNew: boolean;
  private readonly isNewest: boolean;
  private readonly version: string;
  private readonly meter: CurlMeter;
  private readonly startedAt: number;
  private readonly facts: TransferFacts = {
    httpCode: 0,
    contentType: '',
    size: 0,
    remoteIp: '',
    remotePort: 0,
    localIp: '',
    localPort: 0,
    lookupMs: 0,
    connectMs: 0,
    firstByteMs: 0,
    redirects: 0,
    redirectUrl: '',
    headerSize: 0,
    requestSize: 0,
    effectiveUrl: '',
    httpVersion: '0',
  };
  /** Where the time of -m was spent when it ran out. */
  private stage: 'resolve' | 'connect' | 'transfer' = 'resolve';
  private target: Target | undefined;

  constructor(process: Process, options: CurlOptions, version: string, number: number) {
    this.process = process;
    this.options = options;
    this.version = version;
    this.number = number;
    this.isNew = this.isAtLeast(8, 0);
    this.isNewest = this.isAtLeast(8, 11);
    this.startedAt = process.clock.now;
    const isToTerminal = options.output(number) === undefined && process.descriptors[1]?.terminal !== undefined;
    this.meter = new CurlMeter(process, !options.isSilent && !options.hidesMeter && !isToTerminal);
  }

  /** Does it, and gives what went wrong. */
  *attempt(url: string): Blocking<CurlError | undefined> {
    const { options } = this;
    this.facts.effectiveUrl = url;
    let failure: CurlError | undefined;
    try {
      if (!/^https?:\/\//i.test(url) && /^[a-z]+:\/\//i.test(url)) {
        if (/^file:\/\//i.test(url)) yield* this.readLocalFile(url);
        else
          throw new CurlError(
            1,
            `Protocol "${url.split(':')[0]}" ${this.isNew ? '' : 'not supported or '}disabled${this.isNew ? '' : ' in libcurl'}`,
          );
      } else {
        yield* this.meter.begin();
        const work = this.follow(url);
        const result = options.maxTimeMs === undefined ? yield* work : yield* within(this.process.clock, options.maxTimeMs, work);
        if (result === tooLate) throw yield* this.outOfTime();
      }
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      failure = error;
    }
    yield* this.meter.end(
      failure !== undefined && failure.code !== 6 && failure.code !== 3 ? 'failed' : failure ? 'silent' : 'done',
      this.facts.size,
      this.elapsed(),
    );
    return failure;
  }

  /** Why it may be worth to try again, in curl's words. */
  passingProblem(failure: CurlError | undefined): string | undefined {
    const { options, facts } = this;
    if (failure?.code === 28) return 'timeout';
    if (failure?.code === 7 && (options.retriesRefused || options.retriesAll)) return 'connection refused';
    if ([408, 429, 500, 502, 503, 504].includes(facts.httpCode)) return 'HTTP error';
    return failure && options.retriesAll ? '(retrying all errors)' : undefined;
  }

  /** Says what is to be said in the end, and gives the exit code. */
  *finish(failure: CurlError | undefined): Blocking<number> {
    const { options } = this;
    if (failure) yield* this.verbose(failure.code === 28 || failure.code === 7 || failure.code === 6 ? '* Closing connection 0' : '', true);
    if (failure && (!options.isSilent || options.showsErrors)) yield* this.process.complain(`curl: (${failure.code}) ${failure.message}\n`);
    if (options.writeOut !== undefined)
      yield* this.process.print(
        expandWriteOut(options.writeOut, this.facts, {
          totalMs: this.elapsed(),
          uploadSize: options.body?.length ?? 0,
          method: options.method,
          isNew: this.isNew,
          failure,
        }),
      );
    return failure?.code ?? 0;
  }

  private isAtLeast(wantedMajor: number, wantedMinor: number): boolean {
    const [major = 8, minor = 0] = this.version.split('.').map(Number);
    return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  }

  private elapsed(): number {
    return this.process.clock.now - this.startedAt;
  }

  private *outOfTime(): Blocking<CurlError> {
    const ms = Math.round(this.elapsed()) + this.process.random.below(3);
    switch (this.stage) {
      case 'resolve':
        return new CurlError(28, `Resolving timed out after ${ms} milliseconds`);
      case 'connect': {
        const words = `Connection timed out after ${ms} milliseconds`;
        yield* this.verbose(`* ${words}`);
        return new CurlError(28, words);
      }
      case 'transfer':
        return new CurlError(28, `Operation timed out after ${ms} milliseconds with ${this.facts.size} bytes received`);
    }
  }

  private *follow(url: string): Blocking {
    let current = url;
    let method = this.options.method;
    let body = this.options.body;
    for (;;) {
      const target = this.readTarget(current);
      this.target = target;
      const { head, socket } = yield* this.exchange(target, method, body);
      const location = header(head.headers, 'location');
      const status = this.facts.httpCode;
      this.facts.redirectUrl = location === undefined ? '' : absolute(location, target);
      if (this.options.follows && location !== undefined && status >= 300 && status < 400) {
        yield* this.discard(socket, head);
        if (++this.facts.redirects > this.options.maxRedirects)
          throw new CurlError(47, `Maximum (${this.options.maxRedirects}) redirects followed`);
        current = absolute(location, target);
        yield* this.verbose(`* Issue another request to this URL: '${current}'`);
        if (status === 303 || ((status === 301 || status === 302) && method === 'POST')) {
          method = 'GET';
          body = undefined;
        }
        this.facts.effectiveUrl = current;
        continue;
      }
      if (this.options.fails && status >= 400) {
        socket.close();
        throw new CurlError(22, `The requested URL returned error: ${status}`);
      }
      yield* this.receive(socket, head, target, method);
      return;
    }
  }

  private readTarget(url: string): Target {
    // A scheme may be followed by one slash to three. curl: lib/urlapi.c
    const target = parseUrl(url.replace(/^([a-z][a-z0-9+.-]*):\/{1,3}(?=[^/])/i, '$1://'));
    if (!target || target.badPort !== undefined) {
      throw new CurlError(
        3,
        this.isNew
          ? `URL rejected: ${target?.badPort === undefined ? 'No host part in the URL' : 'Port number was not a decimal number between 0 and 65535'}`
          : 'URL using bad/illegal format or missing URL',
      );
    }
    return target;
  }

  private *look(target: Target): Blocking<string> {
    this.stage = 'resolve';
    const fixed = this.options.resolved.get(`${target.host}:${target.port}`);
    if (fixed !== undefined) return fixed;
    const resolution = yield* resolve(this.process, target.host);
    this.facts.lookupMs = this.elapsed();
    if (resolution.kind !== 'found') {
      const words = `Could not resolve host: ${target.host}`;
      yield* this.verbose(`* ${words}`);
      throw new CurlError(6, words);
    }
    if (this.isAtLeast(8, 6) && !isAddress(target.host)) {
      yield* this.verbose(`* Host ${target.host}:${target.port} was resolved.\n* IPv6: (none)\n* IPv4: ${resolution.addresses.join(', ')}`);
    }
    return resolution.addresses[0]!;
  }

  private *connect(target: Target, address: string): Blocking<Socket> {
    this.stage = 'connect';
    const { port } = target;
    yield* this.verbose(`*   Trying ${address}:${port}...`);
    const startedAt = this.process.clock.now;
    try {
      const socket = yield* this.meter.during(
        connectTo(this.process, address, port, { timeoutMs: this.options.connectTimeoutMs }),
        this.facts,
      );
      this.facts.connectMs = this.elapsed();
      this.facts.remoteIp = address;
      this.facts.remotePort = port;
      this.facts.localIp = socket.connection.local.ip;
      this.facts.localPort = socket.connection.local.port;
      yield* this.verbose(`* Connected to ${target.host} (${address}) port ${port}${this.isNew ? '' : ' (#0)'}`);
      return socket;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const ms = Math.max(1, Math.round(this.process.clock.now - startedAt));
      const isOurs = error.code === 'ETIMEDOUT' && this.options.connectTimeoutMs !== undefined && ms >= this.options.connectTimeoutMs;
      const couldNot = this.isNewest ? 'Could not connect to server' : "Couldn't connect to server";
      const words = `Failed to connect to ${target.host} port ${port} after ${ms} ms: ${isOurs ? 'Timeout was reached' : couldNot}`;
      const own = networkOf(this.process).freshEnd(address);
      const from = this.isAtLeast(8, 6) ? ` from ${own.ip} port ${own.port}` : '';
      if (!isOurs) yield* this.verbose(`* connect to ${address} port ${port}${from} failed: ${error.message}`);
      yield* this.verbose(`* ${words}`);
      throw new CurlError(error.code === 'ETIMEDOUT' ? 28 : 7, words);
    }
  }

  private *exchange(target: Target, method: string, body: Uint8Array | undefined): Blocking<{ head: Head; socket: Socket }> {
    const address = yield* this.look(target);
    const socket = yield* this.connect(target, address);
    this.stage = 'transfer';
    if (target.scheme === 'https') yield* this.startTls(socket, target);
    const lines = this.requestLines(target, method, body);
    const request = concatenate([encode(`${lines.join('\r\n')}\r\n\r\n`), body ?? new Uint8Array(0)]);
    this.facts.requestSize = request.length;
    try {
      yield* this.verbose([...lines, ''].map((line) => `> ${line}\r`).join('\n'));
      yield* socket.write(request);
      if (this.isAtLeast(8, 5)) yield* this.verbose('* Request completely sent off');
      const head = yield* this.meter.during(this.readAnswer(socket), this.facts);
      return { head, socket };
    } catch (error) {
      socket.close();
      if (error instanceof Errno) throw new CurlError(56, `Recv failure: ${new Errno('ECONNRESET').message}`);
      throw error;
    }
  }

  private *readAnswer(socket: Socket): Blocking<Head> {
    for (;;) {
      const head = yield* readHead(socket);
      if (!head) throw new CurlError(52, 'Empty reply from server');
      const status = /^HTTP\/(\d(?:\.\d)?) (\d{3})/.exec(head.line);
      if (!status) throw new CurlError(1, 'Received HTTP/0.9 when not allowed');
      const shown = [head.line, ...head.headers.map(([name, value]) => `${name}: ${value}`)];
      this.facts.headerSize += shown.reduce((sum, line) => sum + line.length + 2, 2);
      yield* this.verbose([...shown, ''].map((line) => `< ${line}\r`).join('\n'));
      if (status[2] === '100') continue;
      this.facts.httpCode = Number(status[2]);
      this.facts.httpVersion = status[1] ?? '1.1';
      this.facts.firstByteMs = this.elapsed();
      this.facts.contentType = header(head.headers, 'content-type') ?? '';
      return head;
    }
  }

  /** Checks what a handshake would: does the server speak TLS, and is its certificate one that this client trusts for this name? */
  private *startTls(socket: Socket, target: Target): Blocking {
    if (!socket.connection.startTls()) yield* this.failTls(socket);
    if (this.options.isInsecure) return;
    const fail = function* (code: number, words: string): Blocking<never> {
      socket.close();
      throw new CurlError(code, words);
    };
    const path = this.options.caFile;
    const bundle = path === undefined ? undefined : readText(this.process, path);
    if (path !== undefined && !bundle) yield* fail(77, `error setting certificate file: ${path}`);
    if (!bundle || !new TextDecoder('latin1').decode(bundle).includes('CERTIFICATE')) yield* fail(60, untrusted);
    if (!apiServerNames.test(target.host))
      yield* fail(60, `SSL: no alternative certificate subject name matches target host${this.isNewest ? '' : ' name'} '${target.host}'`);
  }

  /** A server without TLS: what answers the greeting is plain HTTP, or nothing. */
  private *failTls(socket: Socket): Blocking<never> {
    try {
      yield* socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03, 0x0a));
      const answer = yield* socket.read();
      if (answer === undefined) throw new Errno('ECONNRESET');
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new CurlError(
        35,
        this.isNew
          ? 'TLS connect error: unexpected eof while reading'
          : `OpenSSL SSL_connect: Connection reset by peer in connection to ${this.target?.host}:${this.target?.port} `,
      );
    } finally {
      socket.close();
    }
    throw new CurlError(
      35,
      this.isNewest
        ? 'TLS connect error: error:0A0000C6:SSL routines::packet length too long'
        : 'OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number',
    );
  }

  private requestLines(target: Target, method: string, body: Uint8Array | undefined): string[] {
    const { options } = this;
    const isGiven = (name: string): boolean =>
      options.headers.some((line) => line.toLowerCase().startsWith(`${name}:`) || line.toLowerCase() === `${name};`);
    const authority = `${target.host}${target.hasPort && target.port !== (target.scheme === 'https' ? 443 : 80) ? `:${target.port}` : ''}`;
    const user = options.user ?? target.userInfo;
    // One that is given stands where curl's own would: the first of all.
    const givenHost = options.headers.find((line) => /^host:/i.test(line))?.slice('host:'.length);
    return [
      `${method} ${target.path} HTTP/${options.httpVersion}`,
      ...(givenHost === undefined ? [`Host: ${authority}`] : givenHost.trim() === '' ? [] : [`Host:${givenHost}`]),
      ...(user === undefined || isGiven('authorization') ? [] : [`Authorization: Basic ${base64(encode(user))}`]),
      ...(isGiven('user-agent') ? [] : [`User-Agent: ${options.userAgent ?? `curl/${this.version}`}`]),
      ...(isGiven('accept') ? [] : ['Accept: */*']),
      ...(options.referer === undefined ? [] : [`Referer: ${options.referer}`]),
      ...(options.cookie === undefined ? [] : [`Cookie: ${options.cookie}`]),
      ...options.headers.filter((line) => !/^[^:]+:\s*$|^host:/i.test(line)).map((line) => line.replace(/;$/, ':')),
      ...(body === undefined
        ? []
        : [
            `Content-Length: ${body.length}`,
            ...(isGiven('content-type') || options.isUpload ? [] : ['Content-Type: application/x-www-form-urlencoded']),
          ]),
    ];
  }

  private *discard(socket: Socket, head: Head): Blocking {
    if (this.options.showsHeaders || this.options.isHead) yield* this.process.print(headText(head));
    yield* readBody(socket, head.headers, function* () {});
    socket.close();
  }

  private *receive(socket: Socket, head: Head, target: Target, method: string): Blocking {
    const { options, process, facts, meter } = this;
    const name = options.output(this.number);
    const isRemoteName = options.usesRemoteName(this.number);
    const path = isRemoteName ? target.path.replace(/\?.*/, '').split('/').at(-1) || undefined : name;
    if (isRemoteName && path === undefined) throw new CurlError(23, 'Failed to extract a filename to use for storage');
    const output = this.openOutput(path);
    try {
      const write = function* (bytes: Uint8Array): Blocking {
        yield* output.write!(process, bytes);
      };
      if (options.headerFile !== undefined) yield* this.dumpHeaders(options.headerFile, head);
      if (options.showsHeaders || options.isHead) yield* write(encode(headText(head)));
      if (!options.isHead && method !== 'HEAD') {
        let isFirst = true;
        const transfer = this;
        const isWhole = yield* meter.during(
          readBody(socket, head.headers, function* (bytes) {
            if (isFirst) yield* transfer.verbose(meter.isShown ? `{ [${wireLength(head, bytes.length)} bytes data]` : '');
            isFirst = false;
            facts.size += bytes.length;
            yield* write(bytes);
          }),
          facts,
        );
        if (!isWhole) {
          const expected = header(head.headers, 'content-length');
          throw new CurlError(
            18,
            expected === undefined
              ? 'transfer closed with outstanding read data remaining'
              : `end of response with ${Number(expected) - facts.size} bytes missing`,
          );
        }
      }
      const stays = (header(head.headers, 'connection') ?? '').toLowerCase() !== 'close';
      meter.afterwards(this.verboseText(stays ? `* Connection #0 to host ${target.host} left intact` : '* Closing connection'));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw error.code === 'EPIPE' || error.code === 'ENOSPC'
        ? new CurlError(23, 'Failure writing output to destination')
        : new CurlError(56, `Recv failure: ${error.message}`);
    } finally {
      release(output);
      socket.close();
    }
  }

  private openOutput(path: string | undefined): OpenFile {
    if (path === undefined || path === '-') return retain(this.process.file(1));
    try {
      return retain(this.process.open(path, forWriting));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new CurlError(23, this.isNew ? `client returned ERROR on write, 0 bytes` : 'Failure writing output to destination');
    }
  }

  private *dumpHeaders(path: string, head: Head): Blocking {
    if (path === '-') yield* this.process.print(headText(head));
    else this.process.writeFile(path, encode(headText(head)));
  }

  private *readLocalFile(url: string): Blocking {
    const path = url.replace(/^file:\/\/[^/]*/i, '');
    const bytes = readText(this.process, path);
    if (bytes === undefined) throw new CurlError(37, `Couldn't open file ${path}`);
    yield* this.process.print(bytes);
    this.facts.size = bytes.length;
  }

  private verboseText(text: string): string {
    return this.options.isVerbose && text !== '' ? `${text}\n` : '';
  }

  private *verbose(text: string, isLast = false): Blocking {
    const words = isLast && this.isNew ? text.replace(/connection 0$/, 'connection') : text;
    const shown = this.verboseText(words);
    if (shown !== '') yield* this.process.complain(shown);
  }
}

/** As many bytes as a body takes on the wire: chunks have a frame. */
function wireLength({ headers }: Head, length: number): number {
  const isChunked = /\bchunked\b/i.test(header(headers, 'transfer-encoding') ?? '');
  return isChunked ? length + length.toString(16).length + 9 : length;
}

function headText({ line, headers }: Head): string {
  return `${[line, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`;
}

function absolute(location: string, target: Target): string {
  if (/^[a-z]+:\/\//i.test(location)) return location;
  const origin = `${target.scheme}://${target.host}${target.hasPort ? `:${target.port}` : ''}`;
  if (location.startsWith('/')) return origin + location;
  return `${origin}${target.path.replace(/\?.*/, '').replace(/[^/]*$/, '')}${location}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

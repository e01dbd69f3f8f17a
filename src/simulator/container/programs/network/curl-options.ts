// curl's command line: the options that people use, by their short and long names.
import { concatenate, decode, encode } from '../../text.ts';

export interface CurlOptions {
  readonly urls: readonly string[];
  readonly isSilent: boolean;
  readonly showsErrors: boolean;
  readonly hidesMeter: boolean;
  readonly isVerbose: boolean;
  readonly showsVersion: boolean;
  readonly isHead: boolean;
  readonly showsHeaders: boolean;
  readonly follows: boolean;
  readonly fails: boolean;
  readonly isUpload: boolean;
  /** -k: any certificate will do. */
  readonly isInsecure: boolean;
  readonly caFile: string | undefined;
  readonly maxRedirects: number;
  readonly retries: number;
  readonly retryDelayMs: number | undefined;
  readonly retriesRefused: boolean;
  readonly retriesAll: boolean;
  readonly maxTimeMs: number | undefined;
  readonly connectTimeoutMs: number | undefined;
  readonly method: string;
  readonly body: Uint8Array | undefined;
  readonly headers: readonly string[];
  readonly user: string | undefined;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
  readonly cookie: string | undefined;
  readonly writeOut: string | undefined;
  readonly headerFile: string | undefined;
  readonly httpVersion: '1.0' | '1.1';
  /** host:port → address. */
  readonly resolved: ReadonlyMap<string, string>;
  /** Where the answer to the nth URL goes; undefined: stdout. */
  output(number: number): string | undefined;
  usesRemoteName(number: number): boolean;
}

/** Long name → does it take a value. */
const known: Readonly<Record<string, boolean>> = {
  silent: false,
  'show-error': false,
  'no-progress-meter': false,
  verbose: false,
  version: false,
  head: false,
  include: false,
  'show-headers': false,
  location: false,
  'location-trusted': false,
  fail: false,
  'fail-with-body': false,
  insecure: false,
  get: false,
  ipv4: false,
  ipv6: false,
  'http1.0': false,
  'http1.1': false,
  http2: false,
  globoff: false,
  'progress-bar': false,
  compressed: false,
  'remote-name': false,
  'no-buffer': false,
  'retry-connrefused': false,
  'retry-all-errors': false,
  'path-as-is': false,
  parallel: false,
  netrc: false,
  'disable-epsv': false,
  'tcp-nodelay': false,
  'max-time': true,
  'connect-timeout': true,
  'max-redirs': true,
  output: true,
  'write-out': true,
  header: true,
  data: true,
  'data-ascii': true,
  'data-raw': true,
  'data-binary': true,
  'data-urlencode': true,
  json: true,
  request: true,
  user: true,
  'user-agent': true,
  referer: true,
  cookie: true,
  'cookie-jar': true,
  resolve: true,
  'dump-header': true,
  url: true,
  retry: true,
  'retry-delay': true,
  'retry-max-time': true,
  cacert: true,
  cert: true,
  key: true,
  proxy: true,
  noproxy: true,
  interface: true,
  'connect-to': true,
  'upload-file': true,
  'limit-rate': true,
  range: true,
  form: true,
  'keepalive-time': true,
  'speed-limit': true,
  'speed-time': true,
};

const shortNames: Readonly<Record<string, string>> = {
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  V: 'version',
  I: 'head',
  i: 'include',
  L: 'location',
  f: 'fail',
  k: 'insecure',
  G: 'get',
  '4': 'ipv4',
  '6': 'ipv6',
  '0': 'http1.0',
  g: 'globoff',
  '#': 'progress-bar',
  O: 'remote-name',
  N: 'no-buffer',
  Z: 'parallel',
  n: 'netrc',
  m: 'max-time',
  o: 'output',
  w: 'write-out',
  H: 'header',
  d: 'data',
  X: 'request',
  u: 'user',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  c: 'cookie-jar',
  D: 'dump-header',
  E: 'cert',
  x: 'proxy',
  T: 'upload-file',
  r: 'range',
  F: 'form',
};

/** Options that would change what happens, and that we don't simulate. */
const refused = new Set(['proxy', 'form', 'range', 'http2', 'interface', 'connect-to', 'cookie-jar', 'cert', 'key', 'limit-rate']);

/** Reads a command line, or gives curl's words for what is wrong with it. `readFile` is for `-d @file`. */
export function readCurlOptions(args: readonly string[], readFile: (path: string) => Uint8Array | undefined): CurlOptions | string {
  const found: [string, string][] = [];
  const urls: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    if (word === '-' || !word.startsWith('-')) {
      urls.push(word);
      continue;
    }
    const pairs = word.startsWith('--') ? longOption(word.slice(2), args[index + 1]) : shortOptions(word.slice(1), args[index + 1]);
    if (typeof pairs === 'string') return pairs.replace('%s', word);
    found.push(...pairs.options);
    if (pairs.usedNext) index++;
  }
  const wrong = found.find(([name]) => refused.has(name));
  if (wrong) return `option --${wrong[0]}: is not simulated in this cluster`;
  return assemble(found, urls, readFile);
}

type Pairs = { readonly options: readonly [string, string][]; readonly usedNext: boolean };

function longOption(text: string, next: string | undefined): Pairs | string {
  const name = text.startsWith('no-') && known[text] === undefined ? text.slice(3) : text;
  const takesValue = known[name];
  if (takesValue === undefined) return 'option %s: is unknown';
  if (!takesValue) return { options: text === name ? [[name, '']] : [], usedNext: false };
  return next === undefined ? 'option %s: requires parameter' : { options: [[name, next]], usedNext: true };
}

function shortOptions(cluster: string, next: string | undefined): Pairs | string {
  const options: [string, string][] = [];
  for (let index = 0; index < cluster.length; index++) {
    const name = shortNames[cluster[index]!];
    if (name === undefined) return 'option %s: is unknown';
    if (!known[name]) {
      options.push([name, '']);
      continue;
    }
    const rest = cluster.slice(index + 1);
    if (rest !== '') return { options: [...options, [name, rest]], usedNext: false };
    if (next === undefined) return 'option %s: requires parameter';
    return { options: [...options, [name, next]], usedNext: true };
  }
  return { options, usedNext: false };
}

function assemble(
  found: readonly [string, string][],
  urls: readonly string[],
  readFile: (path: string) => Uint8Array | undefined,
): CurlOptions | string {
  const has = (...names: string[]): boolean => found.some(([name]) => names.includes(name));
  const value = (name: string): string | undefined => found.findLast(([candidate]) => candidate === name)?.[1];
  const all = (name: string): string[] => found.filter(([candidate]) => candidate === name).map(([, text]) => text);
  const seconds = (name: string): number | undefined => {
    const text = value(name);
    return text === undefined ? undefined : Number(text) > 0 ? Number(text) * 1000 : undefined;
  };
  for (const name of ['max-time', 'connect-timeout']) {
    const text = value(name);
    if (text !== undefined && !(Number(text) >= 0))
      return `option ${name === 'max-time' ? '-m' : `--${name}`}: expected a proper numerical parameter`;
  }
  const body = bodyOf(found, readFile);
  const isGet = has('get');
  const json = has('json') ? ['Content-Type: application/json', 'Accept: application/json'] : [];
  const query = isGet && body ? decode(body) : undefined;
  const targets = [...urls, ...all('url')].map((url) => (query === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`));
  const outputs = found.filter(([name]) => name === 'output' || name === 'remote-name');
  return {
    urls: targets,
    isSilent: has('silent'),
    showsErrors: has('show-error'),
    hidesMeter: has('no-progress-meter', 'progress-bar'),
    isVerbose: has('verbose'),
    showsVersion: has('version'),
    isHead: has('head'),
    showsHeaders: has('include', 'show-headers'),
    follows: has('location', 'location-trusted'),
    fails: has('fail'),
    isUpload: has('upload-file'),
    isInsecure: has('insecure'),
    caFile: value('cacert'),
    maxRedirects: Number(value('max-redirs') ?? '50'),
    retries: Number(value('retry') ?? '0'),
    retryDelayMs: seconds('retry-delay'),
    retriesRefused: has('retry-connrefused'),
    retriesAll: has('retry-all-errors'),
    maxTimeMs: seconds('max-time'),
    connectTimeoutMs: seconds('connect-timeout'),
    method: value('request') ?? (has('head') ? 'HEAD' : has('upload-file') ? 'PUT' : body && !isGet ? 'POST' : 'GET'),
    body: isGet ? undefined : body,
    headers: [...json, ...all('header')],
    user: value('user'),
    userAgent: value('user-agent'),
    referer: value('referer'),
    cookie: value('cookie'),
    writeOut: writeOutOf(value('write-out'), readFile),
    headerFile: value('dump-header'),
    httpVersion: has('http1.0') ? '1.0' : '1.1',
    resolved: new Map(all('resolve').map((text) => [text.split(':').slice(0, 2).join(':').replace(/^\+/, ''), text.split(':')[2] ?? ''])),
    output: (number) => (outputs[number]?.[0] === 'output' ? outputs[number]![1] : undefined),
    usesRemoteName: (number) => outputs[number]?.[0] === 'remote-name',
  };
}

function writeOutOf(text: string | undefined, readFile: (path: string) => Uint8Array | undefined): string | undefined {
  if (text === undefined || !text.startsWith('@')) return text;
  return decode(readFile(text.slice(1)) ?? new Uint8Array(0));
}

function bodyOf(found: readonly [string, string][], readFile: (path: string) => Uint8Array | undefined): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  for (const [name, text] of found) {
    if (!name.startsWith('data') && name !== 'json' && name !== 'upload-file') continue;
    if (pieces.length > 0 && name !== 'json') pieces.push(encode('&'));
    const isFile = name === 'upload-file' || (text.startsWith('@') && name !== 'data-raw');
    const bytes = isFile
      ? (readFile(text.replace(/^@/, '')) ?? new Uint8Array(0))
      : encode(name === 'data-urlencode' ? urlEncode(text) : text);
    pieces.push(isFile && (name === 'data' || name === 'data-ascii') ? bytes.filter((byte) => byte !== 10 && byte !== 13) : bytes);
  }
  return pieces.length > 0 ? concatenate(pieces) : undefined;
}

function urlEncode(text: string): string {
  const equals = text.indexOf('=');
  return equals < 0
    ? encodeURIComponent(text)
    : `${text.slice(0, equals + 1).replace(/^=/, '')}${encodeURIComponent(text.slice(equals + 1))}`;
}

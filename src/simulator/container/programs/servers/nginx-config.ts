// nginx's configuration language, and what our nginx takes from it.
import { Errno } from '../../errno.ts';
import type { Process } from '../../process.ts';
import { decode } from '../../text.ts';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

/** A configuration that nginx refuses; the words stand behind `[emerg] `. */
export class NginxConfigError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly line: number;
}

/** Reads a configuration file and all that it includes. */
export function readNginxConfig(process: Process, path: string): Directive[] {
  let text: string;
  try {
    text = decode(process.readFile(path));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const number = error.code === 'ENOENT' ? 2 : error.code === 'EACCES' ? 13 : 21;
    throw new NginxConfigError(`open() "${path}" failed (${number}: ${error.message})`);
  }
  const tokens = tokenize(text, path);
  const position = { index: 0 };
  const directives = readBlock(process, tokens, position, path, true);
  return directives;
}

/** Reads directives given on the command line (`-g`). */
export function readNginxDirectives(process: Process, text: string): Directive[] {
  return readBlock(process, tokenize(text, 'command line'), { index: 0 }, 'command line', true);
}

/** What stands for a control character in quoted text. */
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  const pattern =
    /(\n)|([ \t\r]+)|#[^\n]*|([;{}])|"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|((?:\\[\s\S]|\$\{[^}]*\}|[^\s;{}"'\\])(?:\\[\s\S]|\$\{[^}]*\}|[^\s;{}\\])*)/gy;
  let match = pattern.exec(text);
  let end = 0;
  while (match) {
    const [whole, newline, , symbol, double, single, word] = match;
    end = pattern.lastIndex;
    if (symbol !== undefined) tokens.push({ text: symbol, isQuoted: false, line });
    const quoted = double ?? single;
    if (quoted !== undefined)
      tokens.push({ text: quoted.replace(/\\(["'\\ntr])/g, (_whole, letter: string) => escapes[letter] ?? letter), isQuoted: true, line });
    if (word !== undefined) tokens.push({ text: word, isQuoted: false, line });
    line += newline === undefined ? whole.split('\n').length - 1 : 1;
    match = pattern.exec(text);
  }
  if (end < text.length) throw new NginxConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
  return tokens;
}

function readBlock(process: Process, tokens: readonly Token[], position: { index: number }, file: string, isTop: boolean): Directive[] {
  const directives: Directive[] = [];
  let words: Token[] = [];
  const lastLine = tokens.at(-1)?.line ?? 1;
  for (;;) {
    const token = tokens[position.index++];
    if (!token) {
      if (words.length > 0 || !isTop)
        throw new NginxConfigError(
          `unexpected end of file, expecting ${words.length > 0 ? '";" or "}"' : '"}"'} in ${file}:${lastLine + 1}`,
        );
      return directives;
    }
    const isSymbol = !token.isQuoted && (token.text === ';' || token.text === '{' || token.text === '}');
    if (!isSymbol) {
      words.push(token);
      continue;
    }
    if (token.text === '}') {
      if (words.length > 0 || isTop) throw new NginxConfigError(`unexpected "}" in ${file}:${token.line}`);
      return directives;
    }
    const [first, ...rest] = words;
    if (!first) throw new NginxConfigError(`unexpected "${token.text}" in ${file}:${token.line}`);
    const args = rest.map(({ text }) => text);
    words = [];
    if (token.text === '{')
      directives.push({ name: first.text, args, block: readBlock(process, tokens, position, file, false), file, line: first.line });
    else if (first.text === 'include') directives.push(...includeFiles(process, args[0] ?? ''));
    else directives.push({ name: first.text, args, file, line: token.line });
  }
}

/** `include conf.d/*.conf`: relative to /etc/nginx; a pattern may match nothing, a plain name must be there. */
function includeFiles(process: Process, pattern: string): Directive[] {
  const path = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
  if (!/[*?[]/.test(path)) return readNginxConfig(process, path);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const matcher = new RegExp(
    `^${name
      .replace(/[.+^$()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  let names: string[];
  try {
    names = process.kernel.files
      .readDirectory(process, folder)
      .filter((candidate) => matcher.test(candidate) && !candidate.startsWith('.'));
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
  return names.flatMap((candidate) => readNginxConfig(process, `${folder}/${candidate}`));
}

export interface NginxLocation {
  readonly modifier: '' | '=' | '^~' | '~' | '~*';
  readonly path: string;
  readonly directives: readonly Directive[];
}

export interface NginxServer {
  readonly listens: readonly { readonly address: string; readonly port: number; readonly isDefault: boolean }[];
  readonly names: readonly string[];
  readonly locations: readonly NginxLocation[];
  readonly directives: readonly Directive[];
}

export interface NginxConfig {
  readonly main: readonly Directive[];
  readonly http: readonly Directive[];
  readonly servers: readonly NginxServer[];
}

/** Directives that our nginx does something with, or may pass over because nothing here depends on them. */
const simulated = new Set(
  (
    'user worker_processes error_log pid events http daemon master_process worker_connections include default_type log_format access_log sendfile ' +
    'tcp_nopush tcp_nodelay keepalive_timeout keepalive_requests gzip gzip_types gzip_min_length gzip_vary gzip_proxied gzip_comp_level server listen ' +
    'server_name location root alias index return error_page try_files add_header autoindex types types_hash_max_size server_tokens stub_status ' +
    'client_max_body_size client_body_temp_path proxy_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path charset expires etag internal ' +
    'absolute_redirect port_in_redirect client_header_timeout client_body_timeout send_timeout reset_timedout_connection large_client_header_buffers ' +
    'client_body_buffer_size client_header_buffer_size server_names_hash_bucket_size multi_accept use worker_rlimit_nofile worker_shutdown_timeout ' +
    'proxy_pass proxy_set_header proxy_http_version proxy_connect_timeout proxy_read_timeout proxy_send_timeout proxy_buffering proxy_redirect upstream ' +
    'resolver set map allow deny limit_req limit_req_zone ssi open_file_cache log_not_found load_module env working_directory pcre_jit thread_pool'
  ).split(' '),
);

/** Directives that need a block, and those that mustn't have one. */
const blocks = new Set([
  'http',
  'events',
  'server',
  'location',
  'types',
  'upstream',
  'map',
  'if',
  'limit_except',
  'stream',
  'mail',
  'geo',
  'split_clients',
]);

/** Turns directives into what is served. Throws for what nginx refuses, and for what our nginx doesn't simulate. */
export function interpretNginxConfig(main: readonly Directive[]): NginxConfig {
  for (const directive of main) check(directive);
  if (!main.some(({ name }) => name === 'events')) throw new NginxConfigError(`no "events" section in configuration`);
  const http = main.filter(({ name }) => name === 'http').flatMap(({ block }) => block ?? []);
  const servers = http.filter(({ name }) => name === 'server').map(({ block }) => serverOf(block ?? []));
  return { main, http, servers };
}

function check(directive: Directive): void {
  const { name, block, file, line } = directive;
  if (blocks.has(name) && !block) throw new NginxConfigError(`directive "${name}" has no opening "{" in ${file}:${line}`);
  if (!simulated.has(name) && !blocks.has(name)) throw new NginxConfigError(`unknown directive "${name}" in ${file}:${line}`);
  if (name === 'types' || name === 'map' || name === 'upstream') return;
  for (const inner of block ?? []) check(inner);
}

function serverOf(directives: readonly Directive[]): NginxServer {
  const listens = directives
    .filter(({ name }) => name === 'listen')
    .map(({ args, file, line }) => {
      const text = (args[0] ?? '').replace(/^\[::\]/, '*');
      const [, address = '', port = text] = /^(.*):(\d+)$/.exec(text) ?? [];
      if (!/^\d+$/.test(port) && address === '' && !/^[\w.*-]+$/.test(text))
        throw new NginxConfigError(`invalid parameter "${args[0]}" in ${file}:${line}`);
      const number = /^\d+$/.test(port) ? Number(port) : 80;
      if (number < 1 || number > 65535)
        throw new NginxConfigError(`invalid port in "${args[0]}" of the "listen" directive in ${file}:${line}`);
      return { address: address === '' || address === '*' ? '0.0.0.0' : address, port: number, isDefault: args.includes('default_server') };
    });
  const seen = new Set<string>();
  return {
    // IPv6 has the same ports here.
    listens: (listens.length > 0 ? listens : [{ address: '0.0.0.0', port: 80, isDefault: false }]).filter(({ address, port }) => {
      const key = `${address}:${port}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    }),
    names: directives.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    locations: directives.filter(({ name }) => name === 'location').map(locationOf),
    directives,
  };
}

function locationOf({ args, block = [], file, line }: Directive): NginxLocation {
  const [first = '', second] = args;
  if (second === undefined) return { modifier: '', path: first, directives: block };
  if (first !== '=' && first !== '^~' && first !== '~' && first !== '~*')
    throw new NginxConfigError(`invalid location modifier "${first}" in ${file}:${line}`);
  return { modifier: first, path: second, directives: block };
}

/** The location that a path falls into: exact, then the longest prefix with ^~, then the first pattern, then the longest prefix. */
export function chooseLocation(locations: readonly NginxLocation[], path: string): NginxLocation | undefined {
  const exact = locations.find(({ modifier, path: own }) => modifier === '=' && own === path);
  if (exact) return exact;
  const prefixes = locations.filter(({ modifier, path: own }) => (modifier === '' || modifier === '^~') && path.startsWith(own));
  const longest = prefixes.sort((one, other) => other.path.length - one.path.length)[0];
  if (longest?.modifier === '^~') return longest;
  const pattern = locations.find(
    ({ modifier, path: own }) => modifier.startsWith('~') && new RegExp(own, modifier === '~*' ? 'i' : '').test(path),
  );
  return pattern ?? longest;
}

// PostgreSQL as levels meet it: an entry point that insists on a password, a server that accepts connections, pg_isready and psql.
// Words of the clients: tests/recordings/network-tools.txt and network-timeouts.txt. What the server can't do it refuses by name.
import { resolve } from '../../../network/resolver.ts';
import { type Blocking, tooLate, within } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { concatenate, decode, encode } from '../../text.ts';
import { hasOption, optionValue, optionValues, parseOptions } from '../network/options.ts';
import { connectTo, listenAt, type Socket, serveConnections } from '../network/socket.ts';

const missingPassword = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;

const initdb = (data: string): string => `The files belonging to this database system will be owned by user "postgres".
This user must also own the server process.

The database cluster will be initialized with locale "en_US.utf8".
The default database encoding has accordingly been set to "UTF8".
The default text search configuration will be set to "english".

Data page checksums are disabled.

fixing permissions on existing directory ${data} ... ok
creating subdirectories ... ok
selecting dynamic shared memory implementation ... posix
selecting default "max_connections" ... 100
selecting default "shared_buffers" ... 128MB
selecting default time zone ... Etc/UTC
creating configuration files ... ok
running bootstrap script ... ok
performing post-bootstrap initialization ... ok
syncing data to disk ... ok


Success. You can now start the database server using:

    pg_ctl -D ${data} -l logfile start

`;

/** What initdb and the first start take. */
const initializeMs = 2500;
const startMs = 300;
const port = 5432;
const socketFolder = '/var/run/postgresql';

export const postgresEntrypoint: Program = function* (process, argv) {
  const words = argv.slice(argv[0]?.endsWith('docker-entrypoint.sh') ? 1 : 2);
  const command = words[0]?.startsWith('-') ? ['postgres', ...words] : words;
  if (command[0] !== 'postgres') {
    try {
      return yield* process.execute(command);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* process.complain(`/usr/local/bin/docker-entrypoint.sh: exec: line 353: ${command[0]}: not found\n`);
      return 127;
    }
  }
  const environment = (name: string): string => process.environment.get(name) ?? '';
  const data = environment('PGDATA') || '/var/lib/postgresql/data';
  const { files } = process.kernel;
  const isThere = files.lookUp(process, `${data}/PG_VERSION`) !== undefined;
  if (!isThere) {
    if (environment('POSTGRES_PASSWORD') === '' && environment('POSTGRES_HOST_AUTH_METHOD') !== 'trust') {
      yield* process.complain(missingPassword);
      return 1;
    }
    const problem = makeFolders(process, data);
    if (problem !== undefined) {
      yield* process.complain(problem);
      return 1;
    }
    yield* process.print(initdb(data));
    yield* process.sleep(initializeMs);
    const user = environment('POSTGRES_USER') || 'postgres';
    const settings = {
      user,
      password: environment('POSTGRES_PASSWORD'),
      database: environment('POSTGRES_DB') || user,
      isTrusted: environment('POSTGRES_HOST_AUTH_METHOD') === 'trust',
    };
    process.writeFile(`${data}/PG_VERSION`, encode(`${environment('PG_MAJOR')}\n`));
    process.writeFile(`${data}/global.json`, encode(`${JSON.stringify(settings)}\n`));
    yield* process.print('\nPostgreSQL init process complete; ready for start up.\n\n');
  } else yield* process.print('\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n');
  return yield* serve(process, data);
};

function makeFolders(process: Process, data: string): string | undefined {
  let made = '';
  try {
    for (const name of data.split('/').filter(Boolean)) {
      made += `/${name}`;
      if (!process.kernel.files.lookUp(process, made)) process.kernel.files.makeDirectory(process, made, 0o700);
    }
    const names = process.kernel.files.readDirectory(process, data);
    if (names.length > 0) {
      const hint = names.includes('lost+found')
        ? 'initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\ninitdb: hint: Using a mount point directly as the data directory is not recommended.\nCreate a subdirectory under the mount point.\n'
        : `initdb: hint: If you want to create a new database system, either remove or empty the directory "${data}" or run initdb with an argument other than "${data}".\n`;
      return `initdb: error: directory "${data}" exists but is not empty\n${hint}`;
    }
    process.writeFile(`${data}/postgresql.conf`, encode("listen_addresses = '*'\n"));
    return undefined;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return `mkdir: cannot create directory ‘${made}’: ${error.message}\n`;
  }
}

interface Settings {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly isTrusted: boolean;
}

function* serve(process: Process, data: string): Blocking<number> {
  const version = process.environment.get('PG_VERSION')?.replace(/-.*/, '') ?? '16.10';
  const log = (words: string): Blocking => process.complain(`${stamp(process)} UTC [${process.pid}] LOG:  ${words}\n`);
  let settings: Settings;
  try {
    settings = JSON.parse(decode(process.readFile(`${data}/global.json`))) as Settings;
  } catch (error) {
    if (!(error instanceof Errno) && !(error instanceof SyntaxError)) throw error;
    yield* process.complain(`${stamp(process)} UTC [${process.pid}] FATAL:  could not read control file "${data}/global/pg_control"\n`);
    return 1;
  }
  yield* log(
    `starting PostgreSQL ${version} (Debian ${version}-1.pgdg13+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0-19) 14.2.0, 64-bit`,
  );
  let listener: ReturnType<typeof listenAt>;
  try {
    listener = listenAt(process, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* log(`could not bind IPv4 address "0.0.0.0": ${error.message}`);
    yield* process.complain(`${stamp(process)} UTC [${process.pid}] FATAL:  could not create any TCP/IP sockets\n`);
    return 1;
  }
  yield* log('listening on IPv4 address "0.0.0.0", port 5432');
  yield* log('listening on IPv6 address "::", port 5432');
  yield* log(`listening on Unix socket "${socketFolder}/.s.PGSQL.5432"`);
  const isReady = { value: false };
  process.startThread(serveConnections(process, listener, (socket) => talk(process, socket, settings, isReady, version)));
  yield* process.sleep(startMs);
  yield* log('database system is ready to accept connections');
  isReady.value = true;
  const orders: number[] = [];
  for (const signal of [signalNumbers.TERM, signalNumbers.INT, signalNumbers.QUIT]) process.onSignal(signal, () => orders.push(signal));
  while (orders.length === 0) {
    try {
      yield* process.sleep(3_600_000);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  yield* log(orders[0] === signalNumbers.TERM ? 'received smart shutdown request' : 'received fast shutdown request');
  yield* log('shutting down');
  yield* log('database system is shut down');
  return 0;
}

function stamp(process: Process): string {
  return new Date(process.clock.now).toISOString().slice(0, 23).replace('T', ' ');
}

// The protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html

const sslRequest = 80_877_103;
const gssRequest = 80_877_104;

function int32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function int16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 255, value & 255);
}

function text(value: string): Uint8Array {
  return encode(`${value}\0`);
}

function message(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatenate([...parts, new Uint8Array(0)]);
  return concatenate([encode(type), int32(body.length + 4), body]);
}

function number(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function failure(severity: 'FATAL' | 'ERROR', code: string, words: string): Uint8Array {
  return message('E', encode(`S${severity}\0V${severity}\0C${code}\0M${words}\0`), Uint8Array.of(0));
}

function* talk(process: Process, socket: Socket, settings: Settings, isReady: { readonly value: boolean }, version: string): Blocking {
  const parameters = yield* readStartup(socket);
  if (!parameters) return;
  if (!isReady.value) {
    yield* socket.write(failure('FATAL', '57P03', 'the database system is starting up'));
    return;
  }
  const user = parameters.get('user') ?? '';
  const database = parameters.get('database') ?? user;
  const isLocal = socket.connection.remote.ip === '127.0.0.1';
  if (!settings.isTrusted && !isLocal) {
    yield* socket.write(message('R', int32(3)));
    const answer = yield* readMessage(socket);
    if (!answer) return;
    if (user !== settings.user || answer.body.replace(/\0$/, '') !== settings.password) {
      const words = `password authentication failed for user "${user}"`;
      yield* process.complain(`${stamp(process)} UTC [${process.pid}] FATAL:  ${words}\n`);
      yield* socket.write(failure('FATAL', '28P01', words));
      return;
    }
  } else if (user !== settings.user) {
    yield* socket.write(failure('FATAL', '28000', `role "${user}" does not exist`));
    return;
  }
  if (database !== settings.database && database !== 'postgres') {
    yield* socket.write(failure('FATAL', '3D000', `database "${database}" does not exist`));
    return;
  }
  yield* socket.write(message('R', int32(0)));
  for (const [name, value] of [
    ['server_version', version],
    ['client_encoding', 'UTF8'],
    ['server_encoding', 'UTF8'],
    ['standard_conforming_strings', 'on'],
    ['DateStyle', 'ISO, MDY'],
  ]) {
    yield* socket.write(message('S', text(name!), text(value!)));
  }
  yield* socket.write(message('K', int32(process.pid), int32(1)));
  yield* socket.write(message('Z', encode('I')));
  for (;;) {
    const question = yield* readMessage(socket);
    if (!question || question.type === 'X') return;
    yield* process.work(100);
    if (question.type === 'Q') yield* socket.write(answerQuery(process, question.body.replace(/\0$/, ''), { user, database, version }));
    else yield* socket.write(failure('ERROR', '0A000', 'the extended query protocol is not simulated in this cluster'));
    yield* socket.write(message('Z', encode('I')));
  }
}

function* readStartup(socket: Socket): Blocking<Map<string, string> | undefined> {
  for (;;) {
    const head = yield* socket.take(8);
    if (head.length < 8) return undefined;
    const length = number(head.subarray(0, 4));
    const code = number(head.subarray(4));
    if (code === sslRequest || code === gssRequest) {
      yield* socket.write('N');
      continue;
    }
    if (length < 8 || length > 10_000 || code >>> 16 !== 3) {
      yield* socket.write(failure('FATAL', '08P01', 'invalid length of startup packet'));
      return undefined;
    }
    const words = decode(yield* socket.take(length - 8)).split('\0');
    const parameters = new Map<string, string>();
    for (let index = 0; index + 1 < words.length && words[index] !== ''; index += 2) parameters.set(words[index]!, words[index + 1]!);
    return parameters;
  }
}

function* readMessage(socket: Socket): Blocking<{ type: string; body: string } | undefined> {
  const head = yield* socket.take(5);
  if (head.length < 5) return undefined;
  return { type: decode(head.subarray(0, 1)), body: decode(yield* socket.take(Math.min(number(head.subarray(1)) - 4, 1_000_000))) };
}

/** The few queries that a look from outside makes; the rest is refused. */
function answerQuery(
  process: Process,
  query: string,
  { user, database, version }: { user: string; database: string; version: string },
): Uint8Array {
  const statement = query.trim().replace(/;$/, '').trim();
  const single = (name: string, value: string, tag = 'SELECT 1'): Uint8Array => {
    const field = concatenate([text(name), int32(0), int16(0), int32(25), int16(65535), int32(-1), int16(0)]);
    const bytes = encode(value);
    return concatenate([message('T', int16(1), field), message('D', int16(1), int32(bytes.length), bytes), message('C', text(tag))]);
  };
  if (statement === '') return message('I');
  const literal = /^select\s+(?:(-?\d+(?:\.\d+)?)|'([^']*)')$/i.exec(statement);
  if (literal) return single('?column?', literal[1] ?? literal[2] ?? '');
  if (/^select\s+version\(\)$/i.test(statement))
    return single('version', `PostgreSQL ${version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit`);
  if (/^select\s+now\(\)$/i.test(statement)) return single('now', `${stamp(process)}+00`);
  if (/^select\s+current_user$/i.test(statement)) return single('current_user', user);
  if (/^select\s+current_database\(\)$/i.test(statement)) return single('current_database', database);
  if (/^show\s+server_version$/i.test(statement)) return single('server_version', version, 'SHOW');
  return failure('ERROR', '0A000', 'this statement is not simulated in this cluster');
}

/** Nobody waits longer than this for an answer; -t says otherwise. */
const readinessMs = 3000;

/** libpq takes no shorter time than this. */
const leastSeconds = 2;

export const pgIsReady: Program = function* (process, argv) {
  const { host, portText, parsed } = readConnection(process, argv);
  if (parsed.error !== undefined) {
    yield* process.complain(`pg_isready: ${parsed.error}\npg_isready: hint: Try "pg_isready --help" for more information.\n`);
    return 3;
  }
  const name = host ?? socketFolder;
  const say = function* (words: string, code: number): Blocking<number> {
    if (!hasOption(parsed, 'q')) yield* process.print(`${name}:${portText} - ${words}\n`);
    return code;
  };
  const seconds = Number(optionValue(parsed, 't') ?? readinessMs / 1000);
  const limitMs = seconds > 0 ? Math.max(leastSeconds, seconds) * 1000 : 0;
  const address = yield* addressOf(process, host);
  if (address === undefined) return yield* say('no response', 2);
  const result = yield* within(process.clock, limitMs > 0 ? limitMs : 300_000, probe(process, address, Number(portText)));
  if (result === tooLate || result === 'nothing') return yield* say('no response', 2);
  return result === 'rejects' ? yield* say('rejecting connections', 1) : yield* say('accepting connections', 0);
};

/** Asks to log in, and looks at how the answer begins: any refusal but "starting up" is from a server that is there. */
function* probe(process: Process, address: string, at: number): Blocking<'accepts' | 'rejects' | 'nothing'> {
  try {
    const socket = yield* connectTo(process, address, at);
    yield* socket.write(startupPacket('postgres', 'postgres'));
    const type = decode(yield* socket.take(1));
    const rest = type === 'E' ? decode((yield* socket.read()) ?? new Uint8Array(0)) : '';
    socket.close();
    if (type === 'R') return 'accepts';
    if (type !== 'E') return 'nothing';
    return rest.includes('C57P03') ? 'rejects' : 'accepts';
  } catch (error) {
    if (error instanceof Errno) return 'nothing';
    throw error;
  }
}

function startupPacket(user: string, database: string): Uint8Array {
  const body = concatenate([int32(196_608), text('user'), text(user), text('database'), text(database), Uint8Array.of(0)]);
  return concatenate([int32(body.length + 4), body]);
}

function readConnection(
  process: Process,
  argv: readonly string[],
): { host: string | undefined; portText: string; parsed: ReturnType<typeof parseOptions> } {
  const value = (name: string) => ({ name, takesValue: true });
  const parsed = parseOptions(argv.slice(1), {
    short: 'h:p:U:d:c:t:qAtXWwf:v:o:P:F:R:lE1naebs',
    long: {
      host: value('h'),
      port: value('p'),
      username: value('U'),
      dbname: value('d'),
      command: value('c'),
      timeout: value('t'),
      quiet: { name: 'q' },
      'tuples-only': { name: 'T' },
      'no-align': { name: 'A' },
      'no-password': { name: 'w' },
      version: { name: 'V' },
      list: { name: 'l' },
    },
  });
  return {
    host: optionValue(parsed, 'h') ?? process.environment.get('PGHOST'),
    portText: optionValue(parsed, 'p') ?? process.environment.get('PGPORT') ?? String(port),
    parsed,
  };
}

/** No host means the local socket: it is there when a server of this very container listens. */
function* addressOf(process: Process, host: string | undefined): Blocking<string | undefined> {
  if (host === undefined || host.startsWith('/')) return isServerHere(process) ? '127.0.0.1' : undefined;
  const found = yield* resolve(process, host);
  return found.kind === 'found' ? found.addresses[0] : undefined;
}

function isServerHere(process: Process): boolean {
  return [...process.kernel.processes.values()].some(
    ({ argv }) => /(^|\/)postgres$|docker-entrypoint\.sh$/.test(argv[0] ?? '') && argv.includes('postgres'),
  );
}

export const psql: Program = function* (process, argv) {
  // psql's -t takes no value, pg_isready's does.
  const { host, portText, parsed } = readConnection(
    process,
    argv.map((word) => (word === '-t' ? '--tuples-only' : word.replace(/^-(A?)t(A?)$/, '-A'))),
  );
  const fail = function* (words: string): Blocking<number> {
    yield* process.complain(`psql: error: ${words}\n`);
    return 2;
  };
  if (parsed.error !== undefined) return yield* fail(parsed.error);
  if (hasOption(parsed, 'V')) {
    yield* process.print(`psql (PostgreSQL) ${process.environment.get('PG_VERSION')?.replace(/-.*/, '') ?? '16.10'}\n`);
    return 0;
  }
  const user = optionValue(parsed, 'U') ?? process.environment.get('PGUSER') ?? 'postgres';
  const database = optionValue(parsed, 'd') ?? parsed.operands[0] ?? process.environment.get('PGDATABASE') ?? user;
  let address = '127.0.0.1';
  if (host === undefined || host.startsWith('/')) {
    if (!isServerHere(process)) {
      return yield* fail(
        `connection to server on socket "${host ?? socketFolder}/.s.PGSQL.${portText}" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?`,
      );
    }
  } else {
    const found = yield* resolve(process, host);
    if (found.kind !== 'found') {
      const why = found.kind === 'silent' ? 'Temporary failure in name resolution' : 'Name or service not known';
      return yield* fail(`could not translate host name "${host}" to address: ${why}`);
    }
    address = found.addresses[0]!;
  }
  const where =
    host === undefined
      ? `connection to server on socket "${socketFolder}/.s.PGSQL.${portText}" failed`
      : `connection to server at "${host}" (${address}), port ${portText} failed`;
  let socket: Socket;
  try {
    socket = yield* connectTo(process, address, Number(portText));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return yield* fail(`${where}: ${error.message}\n\tIs the server running on that host and accepting TCP/IP connections?`);
  }
  try {
    const refusal = yield* logIn(process, socket, user, database);
    if (refusal !== undefined) return yield* fail(`${where}: ${refusal}`);
    const commands = optionValues(parsed, 'c');
    const queries =
      commands.length > 0
        ? commands
        : (yield* process.readText())
            .split(';')
            .map((part) => part.trim())
            .filter(Boolean);
    const isPlain = hasOption(parsed, 'A') || hasOption(parsed, 'T');
    let code = 0;
    for (const query of queries) code = yield* runQuery(process, socket, query, isPlain);
    yield* socket.write(message('X'));
    return code;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return yield* fail(`${where}: ${closed}`);
  }
};

const closed = `server closed the connection unexpectedly
	This probably means the server terminated abnormally
	before or while processing the request.`;

/** Why the server says no, or undefined when it lets us in. */
function* logIn(process: Process, socket: Socket, user: string, database: string): Blocking<string | undefined> {
  yield* socket.write(startupPacket(user, database));
  for (;;) {
    const answer = yield* readMessage(socket);
    if (!answer) return closed;
    if (answer.type === 'E') return `FATAL:  ${/M([^\0]*)/.exec(answer.body)?.[1] ?? ''}`;
    if (answer.type === 'Z') return undefined;
    if (answer.type === 'R' && answer.body.charCodeAt(3) === 3) {
      const password = process.environment.get('PGPASSWORD');
      if (password === undefined) return 'fe_sendauth: no password supplied';
      yield* socket.write(message('p', text(password)));
    }
  }
}

function* runQuery(process: Process, socket: Socket, query: string, isPlain: boolean): Blocking<number> {
  yield* socket.write(message('Q', text(query)));
  let column = '';
  const rows: string[] = [];
  let code = 0;
  for (;;) {
    const answer = yield* readMessage(socket);
    if (!answer) throw new Errno('ECONNRESET');
    if (answer.type === 'T') column = answer.body.slice(2).split('\0')[0] ?? '';
    if (answer.type === 'D') rows.push(answer.body.slice(6));
    if (answer.type === 'E') {
      yield* process.complain(`ERROR:  ${/M([^\0]*)/.exec(answer.body)?.[1] ?? ''}\n`);
      code = 1;
    }
    if (answer.type === 'C') yield* process.print(isPlain ? rows.map((row) => `${row}\n`).join('') : tableOf(column, rows));
    if (answer.type === 'Z') return code;
  }
}

function tableOf(column: string, rows: readonly string[]): string {
  const width = Math.max(column.length, ...rows.map((row) => row.length)) + 2;
  const left = Math.floor((width - column.length) / 2);
  const isNumeric = rows.every((row) => /^-?\d+(\.\d+)?$/.test(row));
  const line = (row: string): string => (isNumeric ? `${row.padStart(width - 1)}\n` : ` ${row}\n`);
  return `${`${' '.repeat(left)}${column}`.padEnd(width)}\n${'-'.repeat(width)}\n${rows.map(line).join('')}(${rows.length} row${rows.length === 1 ? '' : 's'})\n\n`;
}

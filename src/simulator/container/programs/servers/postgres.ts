// PostgreSQL as levels meet it: an entry point that insists on a password, and a server that accepts connections. What it can't do it refuses by name.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { concatenate, decode, encode } from '../../text.ts';
import { listenAt, type Socket, serveConnections } from '../network/socket.ts';
import { failure, int16, int32, message, readMessage, readStartup, text } from './postgres-protocol.ts';

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
  const settings = initialSettings(process);
  if (typeof settings === 'string') {
    yield* process.complain(settings);
    return 1;
  }
  const { files } = process.kernel;
  const isThere = files.lookUp(process, `${data}/PG_VERSION`) !== undefined;
  if (!isThere) {
    if (settings.password === '' && !settings.isTrusted) {
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
    process.writeFile(`${data}/PG_VERSION`, encode(`${environment('PG_MAJOR')}\n`));
    process.writeFile(`${data}/global.json`, encode(`${JSON.stringify(settings)}\n`));
    yield* process.print('\nPostgreSQL init process complete; ready for start up.\n\n');
  } else yield* process.print('\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n');
  return yield* serve(process, data);
};

/** What the first start is told, or why the entry point refuses it: each setting comes from its variable, or from the file that NAME_FILE names. */
function initialSettings(process: Process): Settings | string {
  const read = (name: string): string => {
    const value = process.environment.get(name) ?? '';
    const path = process.environment.get(`${name}_FILE`) ?? '';
    if (path === '') return value;
    if (value !== '') throw new SettingError(`error: both ${name} and ${name}_FILE are set (but are exclusive)\n`);
    try {
      return decode(process.readFile(path)).replace(/\n+$/, '');
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new SettingError(`/usr/local/bin/docker-entrypoint.sh: line 21: ${path}: ${error.message}\n`);
    }
  };
  try {
    const password = read('POSTGRES_PASSWORD');
    const user = read('POSTGRES_USER') || 'postgres';
    const isTrusted = process.environment.get('POSTGRES_HOST_AUTH_METHOD') === 'trust';
    return { user, password, database: read('POSTGRES_DB') || user, isTrusted };
  } catch (error) {
    if (error instanceof SettingError) return error.words;
    throw error;
  }
}

/** A setting that the entry point refuses, in its words. */
class SettingError {
  readonly words: string;

  constructor(words: string) {
    this.words = words;
  }
}

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

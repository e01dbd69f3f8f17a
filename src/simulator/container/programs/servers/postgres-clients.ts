// psql and pg_isready. Their words: tests/recordings/network-tools.txt and network-timeouts.txt.
import { resolve } from '../../../network/resolver.ts';
import { type Blocking, tooLate, within } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { decode } from '../../text.ts';
import { hasOption, optionValue, optionValues, parseOptions } from '../network/options.ts';
import { connectTo, type Socket } from '../network/socket.ts';
import { message, readMessage, startupPacket, text } from './postgres-protocol.ts';

const defaultPort = 5432;
const socketFolder = '/var/run/postgresql';

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
    portText: optionValue(parsed, 'p') ?? process.environment.get('PGPORT') ?? String(defaultPort),
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

// Programs of a few lines each.
import type { Blocking } from '../blocking.ts';
import { parkInterruptibly } from '../blocking.ts';
import type { Process, Program } from '../process.ts';
import { whichFile } from '../program-lookup.ts';
import { evaluateTest } from '../shell/test-command.ts';
import { echo } from './echo.ts';
import { busyboxBanner } from './network/binary-text.ts';
import { complainOfUsage, parseOptions } from './options.ts';
import { printf } from './printf.ts';
import { parseDuration } from './sizes.ts';
import { failedCall, lastName, programName, worded } from './wording.ts';

export const smallPrograms: Readonly<Record<string, Program>> = {
  *true() {
    return 0;
  },
  *false() {
    return 1;
  },
  echo: (process, argv) => echo(process, argv),
  printf,
  *test(process, argv) {
    return yield* runTest(process, argv.slice(1), 'test');
  },
  *'['(process, argv) {
    if (argv.at(-1) === ']') return yield* runTest(process, argv.slice(1, -1), '[');
    yield* process.complain('[: missing ]\n');
    return 2;
  },
  *sleep(process, argv) {
    if (argv.length < 2) return yield* complainOfUsage(process, argv, undefined, '[N]...');
    let totalMs = 0;
    for (const word of argv.slice(1)) {
      const ms = parseDuration(word);
      if (ms === undefined) {
        const words = { busybox: `invalid number '${word}'`, gnu: `invalid time interval '${word}'` };
        yield* process.complain(`sleep: ${worded(process, words)}\n`);
        return 1;
      }
      totalMs += ms;
    }
    yield* process.sleep(totalMs);
    return 0;
  },
  *usleep(process, argv) {
    yield* process.sleep(Number(argv[1] ?? 0) / 1000);
    return 0;
  },
  *pause(process) {
    process.exitOn([15, 2], 0);
    for (;;) yield* parkInterruptibly(() => undefined);
  },
  *pwd(process) {
    yield* process.print(`${process.workingDirectory}\n`);
    return 0;
  },
  *yes(process, argv) {
    const line = `${argv.slice(1).join(' ') || 'y'}\n`;
    const text = line.repeat(Math.max(1, Math.floor(1024 / line.length)));
    for (;;) {
      yield* process.work(100);
      yield* process.print(text);
    }
  },
  *seq(process, argv) {
    const options = parseOptions(
      argv.map((word) => (/^-[\d.]/.test(word) ? ` ${word}` : word)),
      'ws:',
    );
    const numbers = options.operands.map(Number);
    const separator = options.values.get('s')?.at(-1) ?? '\n';
    const [first, step, last] =
      numbers.length === 1
        ? [1, 1, numbers[0]!]
        : numbers.length === 2
          ? [numbers[0]!, 1, numbers[1]!]
          : [numbers[0]!, numbers[1]!, numbers[2]!];
    if (numbers.length === 0 || numbers.some(Number.isNaN) || step === 0)
      return yield* complainOfUsage(process, argv, undefined, '[-w] [-s SEP] [FIRST [INC]] LAST');
    const places = Math.max(...options.operands.map((word) => (word.split('.')[1] ?? '').length));
    const width = options.flags.has('w') ? Math.max(first.toFixed(places).length, last.toFixed(places).length) : 0;
    let text = '';
    let isFirst = true;
    for (let index = 0; ; index++) {
      const value = first + index * step;
      if (step > 0 ? value > last + 1e-9 : value < last - 1e-9) break;
      text += `${isFirst ? '' : separator}${value.toFixed(places).padStart(width, '0')}`;
      isFirst = false;
      if (text.length < 4096) continue;
      yield* process.work(200);
      yield* process.print(text);
      text = '';
    }
    if (!isFirst) yield* process.print(`${text}\n`);
    return 0;
  },
  *basename(process, argv) {
    if (argv.length < 2) return yield* complainOfUsage(process, argv, undefined, 'FILE [SUFFIX]');
    const name = lastName(argv[1]!);
    const suffix = argv[2];
    yield* process.print(`${suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
    return 0;
  },
  *dirname(process, argv) {
    if (argv.length < 2) return yield* complainOfUsage(process, argv, undefined, 'FILENAME');
    const path = argv[1]!.replace(/\/+$/, '') || '/';
    const slash = path.lastIndexOf('/');
    yield* process.print(`${slash < 0 ? '.' : path.slice(0, slash).replace(/\/+$/, '') || '/'}\n`);
    return 0;
  },
  *which(process, argv) {
    let status = 0;
    for (const name of argv.slice(1)) {
      const file = whichFile(process, name, process.environment.get('PATH') ?? '');
      if (file !== undefined) yield* process.print(`${file}\n`);
      else status = 1;
    }
    return status;
  },
  *printenv(process, argv) {
    if (argv.length === 1) for (const [name, value] of process.environment) yield* process.print(`${name}=${value}\n`);
    let status = 0;
    for (const name of argv.slice(1)) {
      const value = process.environment.get(name);
      if (value === undefined) status = 1;
      else yield* process.print(`${value}\n`);
    }
    return status;
  },
  *clear(process) {
    yield* process.print('\x1b[H\x1b[J');
    return 0;
  },
  *reset() {
    return 0;
  },
  *sync() {
    return 0;
  },
  *tty(process) {
    const isTerminal = process.descriptors[0]?.terminal !== undefined;
    yield* process.print(isTerminal ? '/dev/pts/0\n' : 'not a tty\n');
    return isTerminal ? 0 : 1;
  },
  *stty(process, argv) {
    const terminal = process.descriptors[0]?.terminal;
    if (!terminal) {
      yield* process.complain('stty: standard input: Not a tty\n');
      return 1;
    }
    if (argv[1] === 'size') yield* process.print(`${terminal.rows} ${terminal.columns}\n`);
    return 0;
  },
  *nproc(process) {
    yield* process.print('4\n');
    return 0;
  },
  *nohup(process, argv) {
    process.onSignal(1, 'ignore');
    return yield* runCommand(process, argv.slice(1), programName(argv));
  },
  *nice(process, argv) {
    const start = argv[1] === '-n' ? 3 : 1;
    if (argv.length === 1) {
      yield* process.print('0\n');
      return 0;
    }
    return yield* runCommand(process, argv.slice(start), programName(argv));
  },
  *setsid(process, argv) {
    process.group = process.pid;
    return yield* runCommand(process, argv.slice(1), programName(argv));
  },
  *busybox(process, argv) {
    const [, applet] = argv;
    if (applet === undefined || applet === '--help') {
      yield* process.print(`${busyboxBanner(process)}\n`);
      return 0;
    }
    const path = process.environment.get('PATH') ?? '/bin';
    if (whichFile(process, applet, path) === undefined) {
      yield* process.complain(`${applet}: applet not found\n`);
      return 127;
    }
    return yield* process.execute(argv.slice(1), path);
  },
};

function* runTest(process: Process, words: readonly string[], name: string): Blocking<number> {
  const { status, problem } = evaluateTest(process, words);
  if (problem !== undefined) yield* process.complain(`${name}: ${problem}\n`);
  return status;
}

/** Becomes another command, or says that there is none. */
export function* runCommand(process: Process, argv: readonly string[], name: string): Blocking<number> {
  const command = argv[0];
  if (command === undefined) return yield* complainOfUsage(process, [name], undefined, 'PROG ARGS');
  // The C library's own path, for a process without PATH.
  const path = process.environment.get('PATH') ?? '/bin:/usr/bin';
  try {
    process.kernel.findProgram(process, command, path);
  } catch (thrown) {
    const failure = failedCall(thrown);
    const words = { busybox: `can't execute '${command}': ${failure.message}`, gnu: `‘${command}’: ${failure.message}` };
    yield* process.complain(`${name}: ${worded(process, words)}\n`);
    return failure.code === 'ENOENT' ? 127 : 126;
  }
  return yield* process.execute(argv, path);
}

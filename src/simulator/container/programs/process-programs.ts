// env, kill and its kin, timeout, time, watch, xargs.
import type { Blocking } from '../blocking.ts';
import { openNull } from '../open-file.ts';
import type { Process, Program } from '../process.ts';
import { killProcesses } from '../shell/builtins/jobs.ts';
import { parseSignal } from '../signals.ts';
import { decode } from '../text.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { commandOf, ps, top } from './process-listing.ts';
import { posixRegExp } from './regular-expression.ts';
import { parseDuration } from './sizes.ts';
import { runCommand } from './small-programs.ts';
import { formatTime } from './time-format.ts';
import { programName, worded } from './wording.ts';

export const processPrograms: Readonly<Record<string, Program>> = {
  env,
  ps,
  top,
  *kill(process, argv) {
    return yield* killProcesses(process, argv, 'kill');
  },
  *killall(process, argv) {
    return yield* killByName(process, argv, (target, word) => commandOf(target) === word);
  },
  *pkill(process, argv) {
    return yield* killByName(process, argv, (target, word) =>
      processPattern(word).test(argv.includes('-f') ? target.argv.join(' ') : commandOf(target)),
    );
  },
  *pgrep(process, argv) {
    const options = parseOptions(argv, 'flnovxa');
    const [word = ''] = options.operands;
    const expression = processPattern(options.flags.has('x') ? `^(${word})$` : word);
    const found = others(process).filter((target) => expression.test(options.flags.has('f') ? target.argv.join(' ') : commandOf(target)));
    for (const target of found) {
      const rest = options.flags.has('l') ? ` ${commandOf(target)}` : options.flags.has('a') ? ` ${target.argv.join(' ')}` : '';
      yield* process.print(`${target.pid}${rest}\n`);
    }
    return found.length > 0 ? 0 : 1;
  },
  *pidof(process, argv) {
    const found = others(process).filter((target) => argv.slice(1).includes(commandOf(target)));
    if (found.length === 0) return 1;
    yield* process.print(
      `${found
        .map(({ pid }) => pid)
        .reverse()
        .join(' ')}\n`,
    );
    return 0;
  },
  timeout,
  *time(process, argv) {
    const words = argv.slice(1).filter((word, index) => !(index === 0 && word === '-p'));
    const startedAt = process.clock.now;
    const child = process.fork(words);
    child.run(runCommand(child, words, 'time'));
    const status = yield* process.wait(child);
    const elapsed = (process.clock.now - startedAt) / 1000;
    const cpu = child.cpuMicroseconds / 1e6;
    const show = (seconds: number): string => `${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s`;
    yield* process.complain(`real\t${show(elapsed)}\nuser\t${show(cpu)}\nsys\t0m 0.00s\n`);
    return status;
  },
  watch,
  xargs,
};

/** What is no regular expression means no process. */
function processPattern(word: string): RegExp {
  try {
    return posixRegExp(word, 'extended');
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return /[^\s\S]/;
    throw thrown;
  }
}

function others(process: Process): Process[] {
  return [...process.kernel.visibleProcesses.values()].filter((target) => target !== process);
}

function* killByName(process: Process, argv: readonly string[], isMeant: (target: Process, word: string) => boolean): Blocking<number> {
  let signal = 15;
  let isQuiet = false;
  const words: string[] = [];
  for (const word of argv.slice(1)) {
    const parsed = word.startsWith('-') ? parseSignal(word.slice(1)) : undefined;
    if (parsed !== undefined) signal = parsed;
    else if (word === '-q') isQuiet = true;
    else if (!word.startsWith('-')) words.push(word);
  }
  const name = programName(argv);
  let status = 0;
  for (const word of words) {
    const targets = others(process).filter((target) => isMeant(target, word));
    for (const target of targets) target.signal(signal);
    if (targets.length > 0) continue;
    if (name === 'killall' && !isQuiet) yield* process.complain(`killall: ${word}: no process killed\n`);
    status = 1;
  }
  yield* process.sleep(0);
  return status;
}

function* env(process: Process, argv: readonly string[]): Blocking<number> {
  let index = 1;
  for (; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === '-i' || word === '-' || word === '--ignore-environment') process.environment = new Map();
    else if (word === '-u' || word === '--unset') process.environment.delete(argv[++index] ?? '');
    else if (word === '-0' || word === '--') continue;
    else if (word.includes('=')) process.environment.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else break;
  }
  if (index < argv.length) return yield* runCommand(process, argv.slice(index), 'env');
  for (const [name, value] of process.environment) yield* process.print(`${name}=${value}\n`);
  return 0;
}

function* timeout(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 's:k:pt:', {
    stops: true,
    long: { signal: 's', 'kill-after': 'k', foreground: 'p', 'preserve-status': 'p' },
  });
  const words = [...options.operands];
  const word = optionValue(options, 't') ?? words.shift() ?? '';
  const limitMs = parseDuration(word);
  if (options.problem || limitMs === undefined || words.length === 0) {
    const isBadNumber = word !== '' && limitMs === undefined;
    return yield* complainOfUsage(
      process,
      argv,
      options.problem ?? (isBadNumber ? `invalid number '${word}'` : undefined),
      '[-s SIG] [-k KILL_SECS] SECS PROG ARGS',
    );
  }
  const signal = parseSignal(optionValue(options, 's') ?? 'TERM') ?? 15;
  const killAfter = parseDuration(optionValue(options, 'k') ?? '');
  const isGnuStyle = worded(process, { busybox: '', gnu: 'gnu' }) !== '';
  if (!isGnuStyle) {
    // As busybox does: the command takes this process's place, and a watcher signals it.
    process.startThread(endLater(process, limitMs, signal, killAfter));
    return yield* runCommand(process, words, 'timeout');
  }
  const child = process.fork(words);
  child.run(runCommand(child, words, 'timeout'));
  process.startThread(endLater(child, limitMs, signal, killAfter, process));
  const status = yield* process.wait(child);
  return child.killedBy === undefined || options.flags.has('p') ? status : child.killedBy === 9 ? 137 : 124;
}

function* endLater(target: Process, limitMs: number, signal: number, killAfterMs: number | undefined, owner: Process = target): Blocking {
  yield* owner.sleep(limitMs);
  target.signal(signal);
  if (killAfterMs === undefined) return;
  yield* owner.sleep(killAfterMs);
  target.signal(9);
}

function* watch(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'tn:d', { stops: true });
  if (options.operands.length === 0) return yield* complainOfUsage(process, argv, options.problem, '[-n SEC] [-t] PROG ARGS');
  const everyMs = parseDuration(optionValue(options, 'n') ?? '2') ?? 2000;
  const command = options.operands.join(' ');
  for (;;) {
    const title = options.flags.has('t')
      ? ''
      : `Every ${(everyMs / 1000).toFixed(1)}s: ${command}${' '.repeat(8)}${formatTime('%Y-%m-%d %H:%M:%S', process.clock.now)}\n\n`;
    yield* process.print(`\x1b[H\x1b[J${title}`);
    const words = ['sh', '-c', command];
    const child = process.fork(words);
    child.run(child.execute(words));
    yield* process.wait(child);
    yield* process.sleep(everyMs);
  }
}

function* xargs(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'prt0n:s:I:E:e:L:P:d:x', {
    stops: true,
    long: { null: '0', 'no-run-if-empty': 'r', 'max-args': 'n', replace: 'I' },
  });
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[OPTIONS] [PROG ARGS]');
  const command = options.operands.length > 0 ? options.operands : ['echo'];
  const text = decode(yield* process.readAll(0));
  const replace = optionValue(options, 'I');
  const isByLine = replace !== undefined || options.values.has('L');
  const delimiter = optionValue(options, 'd');
  const items = options.flags.has('0')
    ? text.split('\0')
    : delimiter !== undefined
      ? text.replace(/\n$/, '').split(delimiter.replace('\\n', '\n'))
      : isByLine
        ? text.split('\n').map((line) => line.trim())
        : splitWords(text);
  const words = items.filter((item) => item !== '');
  if (words.length === 0 && (options.flags.has('r') || replace !== undefined)) return 0;
  const perRun = replace !== undefined ? 1 : Number(optionValue(options, 'n') ?? optionValue(options, 'L') ?? 4096);
  let status = 0;
  for (let at = 0; at === 0 || at < words.length; at += perRun) {
    const part = words.slice(at, at + perRun);
    const line = replace === undefined ? [...command, ...part] : command.map((word) => word.replaceAll(replace, part[0] ?? ''));
    if (options.flags.has('t')) yield* process.complain(`${line.join(' ')}\n`);
    const child = process.fork(line);
    child.setDescriptor(0, openNull());
    child.run(runCommand(child, line, 'xargs'));
    const ended = yield* process.waitFor(child);
    if (ended === 127 || ended === 126) return ended;
    if (ended === 255) return 124;
    if (ended !== 0) status = 123;
  }
  return status;
}

/** Words as a shell's, with quotes and backslashes. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [whole] of text.matchAll(/(?:'[^'\n]*'|"[^"\n]*"|\\[\s\S]|[^\s'"\\])+/g)) {
    words.push(
      whole.replace(
        /'([^']*)'|"([^"]*)"|\\([\s\S])/g,
        (_all, single?: string, double?: string, escaped?: string) => single ?? double ?? escaped ?? '',
      ),
    );
  }
  return words;
}

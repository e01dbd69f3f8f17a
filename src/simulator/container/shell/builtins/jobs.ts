// wait, jobs, fg, bg, kill, trap.
import type { Blocking } from '../../blocking.ts';
import { hasCapability } from '../../credentials.ts';
import { Errno } from '../../errno.ts';
import type { Process } from '../../process.ts';
import { parseSignal, type SignalName, signalName, signalNumbers } from '../../signals.ts';
import type { Builtin } from '../builtins.ts';
import { waitForeground } from '../foreground.ts';
import type { Job, Shell } from '../shell.ts';

export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  wait: waitBuiltin,
  *jobs(shell) {
    for (const job of shell.jobs) yield* shell.process.print(jobLine(shell, job));
    shell.jobs = shell.jobs.filter(({ process }) => process.exitCode === undefined);
    return 0;
  },
  *fg(shell, argv) {
    const job = findJob(shell, argv[1] ?? '%%');
    if (!job) {
      yield* shell.complain(`${shell.builtinPrefix('fg')}no current job`);
      return 2;
    }
    yield* shell.process.print(`${job.text}\n`);
    shell.jobs = shell.jobs.filter((other) => other !== job);
    return yield* waitForeground(shell, job.process);
  },
  *bg(shell) {
    yield* shell.complain(`${shell.builtinPrefix('bg')}no current job`);
    return 2;
  },
  *kill(shell, argv) {
    const status = yield* killProcesses(shell.process, argv, 'sh', (word) => findJob(shell, word)?.process);
    yield* shell.process.sleep(0);
    if (shell.hasPendingSignal) yield* shell.runTraps();
    return status;
  },
  *trap(shell, argv) {
    const words = argv.slice(1).filter((word, index) => !(word === '--' && index === 0));
    if (words.length === 0 || words[0] === '-p') {
      for (const [name, action] of shell.traps) yield* shell.process.print(`trap -- '${action.replaceAll("'", `'"'"'`)}' ${name}\n`);
      return 0;
    }
    const isReset = words.length === 1 || words[0] === '-';
    for (const word of words.length === 1 ? words : words.slice(1)) {
      const name = trapName(word);
      if (name === undefined) {
        yield* shell.complain(`trap: ${word}: invalid signal specification`);
        return 1;
      }
      if (isReset) shell.removeTrap(name);
      else shell.setTrap(name, words[0]!);
    }
    return 0;
  },
};

/** `[1]+  Running                 sleep 5` */
export function jobLine(shell: Shell, job: Job): string {
  const { exitCode, killedBy } = job.process;
  const state =
    exitCode === undefined
      ? 'Running'
      : killedBy === 15
        ? 'Terminated'
        : killedBy === 9
          ? 'Killed'
          : exitCode === 0
            ? 'Done'
            : `Done(${exitCode})`;
  const mark = job === shell.jobs.at(-1) ? '+' : job === shell.jobs.at(-2) ? '-' : ' ';
  return `[${job.number}]${mark}  ${state.padEnd(24)}${job.text}\n`;
}

function findJob(shell: Shell, word: string): Job | undefined {
  if (word === '%%' || word === '%+' || word === '%') return shell.jobs.at(-1);
  if (word === '%-') return shell.jobs.at(-2);
  if (/^%\d+$/.test(word)) return shell.jobs.find(({ number }) => number === Number(word.slice(1)));
  if (word.startsWith('%')) return shell.jobs.find(({ text }) => text.startsWith(word.slice(1)));
  return undefined;
}

function trapName(word: string): SignalName | 'EXIT' | undefined {
  if (word === 'EXIT' || word === '0') return 'EXIT';
  const signal = parseSignal(word);
  return signal === undefined ? undefined : signalName(signal);
}

function* waitBuiltin(shell: Shell, argv: readonly string[]): Blocking<number> {
  const words = argv.slice(1).filter((word) => word !== '-n');
  let status = 0;
  const targets: Process[] = [];
  if (words.length === 0) targets.push(...shell.jobs.map(({ process }) => process));
  for (const word of words) {
    const job = findJob(shell, word) ?? shell.jobs.find(({ process }) => String(process.pid) === word);
    if (job) targets.push(job.process);
    else status = 127;
  }
  for (const target of targets) {
    try {
      status = yield* shell.process.wait(target);
    } catch (thrown) {
      if (!(thrown instanceof Errno) || thrown.code !== 'EINTR') throw thrown;
      const signal = shell.pendingSignal ?? 0;
      yield* shell.runTraps();
      return 128 + signal;
    }
    if (target.killedBy === signalNumbers.TERM || target.killedBy === signalNumbers.KILL) {
      yield* shell.process.complain(target.killedBy === signalNumbers.TERM ? 'Terminated\n' : 'Killed\n');
    }
  }
  shell.jobs = shell.jobs.filter(({ process }) => process.exitCode === undefined || (words.length > 0 && !targets.includes(process)));
  return words.length > 0 ? status : 0;
}

/** kill, the builtin and the program. `name` stands before its messages. */
export function* killProcesses(
  process: Process,
  argv: readonly string[],
  name: string,
  jobOf: (word: string) => Process | undefined = () => undefined,
): Blocking<number> {
  let signal: number = signalNumbers.TERM;
  let words = argv.slice(1);
  const [option] = words;
  if (option === '-l') return yield* listSignals(process, words[1]);
  if (option === '-s' || (option?.startsWith('-') && option !== '--')) {
    const word = option === '-s' ? (words[1] ?? '') : option.slice(1);
    const parsed = parseSignal(word);
    if (parsed === undefined) {
      yield* process.complain(`${name}: bad signal name '${word}'\n`);
      return 1;
    }
    signal = parsed;
    words = words.slice(option === '-s' ? 2 : 1);
  }
  if (words[0] === '--') words = words.slice(1);
  if (words.length === 0) {
    yield* process.complain(`${name}: you need to specify whom to kill\n`);
    return 1;
  }
  let status = 0;
  for (const word of words) status = (yield* killOne(process, word, signal, name, jobOf)) || status;
  return status;
}

function* killOne(
  process: Process,
  word: string,
  signal: number,
  name: string,
  jobOf: (word: string) => Process | undefined,
): Blocking<number> {
  const { kernel } = process;
  const group = /^-(\d+)$/.exec(word);
  if (group) {
    kernel.signalGroup(Number(group[1]), signal);
    return 0;
  }
  if (!word.startsWith('%') && !/^\d+$/.test(word)) {
    yield* process.complain(`${name}: invalid number '${word}'\n`);
    return 1;
  }
  const target = word.startsWith('%') ? jobOf(word) : word === '0' ? process : kernel.visibleProcesses.get(Number(word));
  if (!target) {
    yield* process.complain(`${name}: can't kill pid ${word}: No such process\n`);
    return 1;
  }
  if (process.credentials.uid !== target.credentials.uid && !hasCapability(process.credentials, 'KILL')) {
    yield* process.complain(`${name}: can't kill pid ${word}: Operation not permitted\n`);
    return 1;
  }
  target.signal(signal);
  return 0;
}

function* listSignals(process: Process, word: string | undefined): Blocking<number> {
  if (word !== undefined) {
    const signal = parseSignal(word) ?? 0;
    yield* process.print(`${/^\d+$/.test(word) ? (signalName(signal > 128 ? signal - 128 : signal) ?? word) : signal}\n`);
    return 0;
  }
  for (const [name, number] of Object.entries(signalNumbers)) yield* process.print(`${String(number).padStart(2)}) ${name}\n`);
  return 0;
}

// ps and top: the processes of a container, once or again and again.
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { decode } from '../text.ts';
import { optionValue, parseOptions } from './options.ts';
import { OwnerNames } from './owner-names.ts';
import { parseDuration } from './sizes.ts';
import { lastName } from './wording.ts';

/** The name that ps calls it by. */
export function commandOf(process: Process): string {
  return lastName(process.argv[0] ?? '');
}

function cpuTime(process: Process): string {
  const seconds = Math.floor(process.cpuMicroseconds / 1e6);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

// busybox: procps/ps.c
const columnWidths: Readonly<Record<string, number>> = { user: 8, comm: 16, time: 6, stat: 4 };
const numberColumns: readonly string[] = ['pid', 'ppid', 'pgid'];

export function* ps(process: Process, argv: readonly string[]): Blocking<number> {
  const owners = new OwnerNames(process);
  const all = [...process.kernel.visibleProcesses.values()].sort((one, other) => one.pid - other.pid);
  const columns = optionValue(
    parseOptions(
      argv.map((word) => (word === 'aux' || word === 'ax' ? '-a' : word)),
      'aefTlo:u',
    ),
    'o',
  );
  const user = (target: Process): string => owners.user(target.credentials.uid) ?? String(target.credentials.uid);
  // A script's lines are one line here, and a terminal's width ends it. busybox: libbb/procps.c, procps/ps.c
  const command = (target: Process): string => target.argv.join(' ').replaceAll(/[\0-\x1f]/g, ' ');
  const terminal = process.descriptors[1]?.terminal;
  const printed = (line: string): string => `${terminal ? line.slice(0, terminal.columns - 1) : line}\n`;
  if (columns !== undefined) {
    const names = columns.split(',').map((name) => name.split('=')[0]!.trim());
    const cell = (target: Process, name: string): string =>
      ({
        pid: String(target.pid),
        ppid: String(target.parent?.pid ?? 0),
        user: user(target),
        comm: commandOf(target),
        args: command(target),
        cmd: command(target),
        time: cpuTime(target),
        stat: 'S',
        pgid: String(target.group),
      })[name] ?? '-';
    const titles: Readonly<Record<string, string>> = { args: 'COMMAND', comm: 'COMMAND', cmd: 'COMMAND' };
    const line = (cells: readonly string[], alignsNumbers: boolean): string =>
      printed(
        cells
          .map((text, index) => {
            const name = names[index]!;
            const width = columnWidths[name] ?? 5;
            if (alignsNumbers && numberColumns.includes(name)) return text.padStart(width);
            return index === cells.length - 1 ? text : text.padEnd(width);
          })
          .join(' '),
      );
    yield* process.print(
      line(
        names.map((name) => titles[name] ?? name.toUpperCase()),
        false,
      ),
    );
    for (const target of all)
      yield* process.print(
        line(
          names.map((name) => cell(target, name)),
          true,
        ),
      );
    return 0;
  }
  yield* process.print(printed('PID   USER     TIME  COMMAND'));
  for (const target of all) {
    const owner = user(target).slice(0, 8).padEnd(8);
    yield* process.print(printed(`${String(target.pid).padStart(5)} ${owner} ${cpuTime(target).padStart(5)} ${command(target)}`));
  }
  return 0;
}

export function* top(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'bHmn:d:');
  const delayMs = parseDuration(optionValue(options, 'd') ?? '5') ?? 5000;
  let rounds = Number(
    optionValue(options, 'n') ?? (process.descriptors[1]?.terminal || options.flags.has('b') ? Number.POSITIVE_INFINITY : 1),
  );
  const before = new Map<Process, number>();
  const owners = new OwnerNames(process);
  while (rounds-- > 0) {
    if (process.descriptors[1]?.terminal) yield* process.print('\x1b[H\x1b[J');
    yield* process.print(topHeader(process));
    yield* process.print('  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n');
    for (const target of process.kernel.visibleProcesses.values()) {
      const used = target.cpuMicroseconds - (before.get(target) ?? target.cpuMicroseconds);
      before.set(target, target.cpuMicroseconds);
      const percent = Math.min(100, Math.round(used / 10 / delayMs));
      const owner = (owners.user(target.credentials.uid) ?? String(target.credentials.uid)).padEnd(8);
      yield* process.print(
        `${String(target.pid).padStart(5)} ${String(target.parent?.pid ?? 0).padStart(5)} ${owner} S     4400   0%   0 ${String(percent).padStart(3)}% ${target.argv.join(' ')}\n`,
      );
    }
    if (rounds > 0) yield* process.sleep(delayMs);
  }
  return 0;
}

/** The node's memory and load, as a container sees them. */
function topHeader(process: Process): string {
  const text = decode(process.readFile('/proc/meminfo'));
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0);
  const [load1, load5, load15] = decode(process.readFile('/proc/loadavg')).split(' ');
  return [
    `Mem: ${kilobytes('MemTotal') - kilobytes('MemFree')}K used, ${kilobytes('MemFree')}K free, 0K shrd, 0K buff, 0K cached`,
    'CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq',
    `Load average: ${load1} ${load5} ${load15} 1/${process.kernel.processes.size} ${process.pid}`,
    '',
  ].join('\n');
}

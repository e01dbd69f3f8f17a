// ls
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import type { Inode } from '../inode.ts';
import { sizeOf } from '../inode.ts';
import type { Process } from '../process.ts';
import { modeText } from './mode.ts';
import { complainOfUsage, type Options, parseOptions } from './options.ts';
import { OwnerNames } from './owner-names.ts';
import { humanSize } from './sizes.ts';
import { formatTime } from './time-format.ts';
import { failedCall, isGnu, joinPath, programName, worded } from './wording.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly inode: Inode;
}

const long = { all: 'a', 'almost-all': 'A', recursive: 'R', 'human-readable': 'h', color: 'G', directory: 'd', 'full-time': 'e' };

export function* ls(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(
    argv.map((word) => (word.startsWith('--color') ? '--color' : word)),
    '1AaCxdLHRFplinshrSXvctukgoGNeUqQbT:w:',
    { long },
  );
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...');
  const list = new Listing(process, programName(argv), options);
  return yield* list.run(options.operands.length > 0 ? options.operands : ['.']);
}

class Listing {
  private readonly process: Process;
  private readonly name: string;
  private readonly flags: ReadonlySet<string>;
  private readonly owners: OwnerNames;
  private status = 0;
  private isFirst = true;

  constructor(process: Process, name: string, options: Options) {
    this.process = process;
    this.name = name;
    this.flags = options.flags;
    this.owners = new OwnerNames(process);
  }

  *run(paths: readonly string[]): Blocking<number> {
    const files: Entry[] = [];
    const directories: Entry[] = [];
    for (const path of paths) {
      try {
        const isLink = (this.flags.has('l') || this.flags.has('d')) && !path.endsWith('/');
        const inode = this.process.kernel.files.stat(this.process, path, isLink ? 'keep' : 'follow');
        (inode.type === 'directory' && !this.flags.has('d') ? directories : files).push({ name: path, path, inode });
      } catch (thrown) {
        const { message } = failedCall(thrown);
        yield* this.fail({ busybox: `${path}: ${message}`, gnu: `cannot access '${path}': ${message}` });
      }
    }
    if (files.length > 0) {
      yield* this.print(this.sorted(files), false);
      this.isFirst = false;
    }
    const isNamed = paths.length > 1 || this.flags.has('R');
    for (const directory of this.sorted(directories)) yield* this.directory(directory, isNamed);
    return this.status;
  }

  private *directory(directory: Entry, isNamed: boolean): Blocking {
    const { process, flags } = this;
    yield* process.work(50);
    let entries: Entry[];
    try {
      entries = this.entriesOf(directory.path);
    } catch (thrown) {
      const { message } = failedCall(thrown);
      yield* this.fail({
        busybox: `can't open '${directory.path}': ${message}`,
        gnu: `cannot open directory '${directory.path}': ${message}`,
      });
      return;
    }
    if (isNamed) yield* process.print(`${this.isFirst ? '' : '\n'}${directory.path}:\n`);
    this.isFirst = false;
    yield* this.print(this.sorted(entries), true);
    if (!flags.has('R')) return;
    for (const entry of this.sorted(entries)) {
      if (entry.inode.type === 'directory' && entry.name !== '.' && entry.name !== '..') yield* this.directory(entry, true);
    }
  }

  private entriesOf(path: string): Entry[] {
    const { process, flags } = this;
    const { files } = process.kernel;
    let names = files.readDirectory(process, path);
    if (flags.has('a')) names = ['.', '..', ...names];
    else if (!flags.has('A')) names = names.filter((name) => !name.startsWith('.'));
    return names.flatMap((name) => {
      const full = joinPath(path, name);
      const inode = files.lookUp(process, full, flags.has('L') ? 'follow' : 'keep');
      return inode ? [{ name, path: full, inode }] : [];
    });
  }

  private sorted(entries: readonly Entry[]): Entry[] {
    const { flags } = this;
    const sorted = [...entries];
    if (flags.has('t')) sorted.sort((one, other) => other.inode.modifiedMs - one.inode.modifiedMs || (one.name < other.name ? -1 : 1));
    else if (flags.has('S')) sorted.sort((one, other) => sizeOf(other.inode) - sizeOf(one.inode));
    else if (!flags.has('U')) sorted.sort((one, other) => (one.name === other.name ? 0 : one.name < other.name ? -1 : 1));
    return flags.has('r') ? sorted.reverse() : sorted;
  }

  private *print(entries: readonly Entry[], isDirectory: boolean): Blocking {
    const { process, flags } = this;
    const isLong = flags.has('l') || flags.has('n') || flags.has('g') || flags.has('o');
    if (!isLong) {
      const terminal = process.descriptors[1]?.terminal;
      const names = entries.map((entry) => this.shown(entry));
      if (terminal && !flags.has('1')) yield* process.print(columns(names, terminal.columns));
      else for (const name of names) yield* process.print(`${name}\n`);
      return;
    }
    const blocks = entries.reduce((sum, { inode }) => sum + blocksOf(inode), 0);
    if (isDirectory) yield* process.print(`total ${flags.has('h') ? humanSize(blocks * 1024) : blocks}\n`);
    const rows = entries.map((entry) => this.row(entry));
    const isTight = isGnu(process);
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row.cells[column]!.length)));
    for (const { mode, cells, rest } of rows) {
      const [links, user, group, size] = cells as [string, string, string, string];
      if (isTight)
        yield* process.print(
          `${mode} ${links.padStart(widths[0]!)} ${user.padEnd(widths[1]!)} ${group.padEnd(widths[2]!)} ${size.padStart(widths[3]!)} ${rest}\n`,
        );
      else yield* process.print(`${mode} ${links.padStart(4)} ${user.padEnd(8)} ${group.padEnd(8)} ${size.padStart(9)} ${rest}\n`);
    }
  }

  private row({ name, path, inode }: Entry): { mode: string; cells: readonly string[]; rest: string } {
    const { flags, owners } = this;
    const isNumeric = flags.has('n');
    const user = (!isNumeric && owners.user(inode.uid)) || String(inode.uid);
    const group = (!isNumeric && owners.group(inode.gid)) || String(inode.gid);
    const bytes = inode.type === 'device' ? '1,   3' : flags.has('h') ? humanSize(sizeOf(inode)) : String(sizeOf(inode));
    const links = inode.type === 'directory' ? String(this.linksOf(path)) : String(Math.max(1, inode.links));
    const target = inode.type === 'link' ? ` -> ${inode.target}` : '';
    const date = this.date(inode.modifiedMs);
    return { mode: modeText(inode), cells: [links, user, group, bytes], rest: `${date} ${this.shown({ name, path, inode })}${target}` };
  }

  private date(ms: number): string {
    if (this.flags.has('e')) return formatTime('%a %b %e %H:%M:%S %Y', ms);
    const age = this.process.clock.now - ms;
    const isRecent = age < 182.5 * 86_400_000 && age > -86_400_000;
    return formatTime(isRecent ? '%b %e %H:%M' : '%b %e  %Y', ms);
  }

  private linksOf(path: string): number {
    try {
      const { files } = this.process.kernel;
      return (
        2 +
        files
          .readDirectory(this.process, path)
          .filter((name) => files.lookUp(this.process, joinPath(path, name), 'keep')?.type === 'directory').length
      );
    } catch (thrown) {
      if (thrown instanceof Errno) return 2;
      throw thrown;
    }
  }

  private shown({ name, inode }: Entry): string {
    const prefix = this.flags.has('i') ? `${String(inode.modifiedMs % 1_000_000).padStart(7)} ` : '';
    if (!this.flags.has('F') && !this.flags.has('p')) return prefix + name;
    const mark = inode.type === 'directory' ? '/' : this.flags.has('p') ? '' : inode.type === 'link' ? '@' : inode.mode & 0o111 ? '*' : '';
    return prefix + name + mark;
  }

  private *fail(words: { busybox: string; gnu: string }): Blocking {
    yield* this.process.complain(`${this.name}: ${worded(this.process, words)}\n`);
    this.status = isGnu(this.process) ? 2 : 1;
  }
}

function blocksOf(inode: Inode): number {
  return inode.type === 'link' || inode.type === 'device' ? 0 : Math.ceil(sizeOf(inode) / 4096) * 4;
}

/** Names side by side, down the columns, as wide as the terminal allows. */
function columns(names: readonly string[], width: number): string {
  if (names.length === 0) return '';
  const cell = Math.max(...names.map((name) => name.length)) + 2;
  const perRow = Math.max(1, Math.floor(width / cell));
  const rows = Math.ceil(names.length / perRow);
  let text = '';
  for (let row = 0; row < rows; row++) {
    const line = names.filter((_name, index) => index % rows === row);
    text += `${line.map((name, index) => (index === line.length - 1 ? name : name.padEnd(cell))).join('')}\n`;
  }
  return text;
}

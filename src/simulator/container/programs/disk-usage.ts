// du, df, mount, mountpoint.
import type { Blocking } from '../blocking.ts';
import type { Mount } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { sizeOf } from '../inode.ts';
import { mountLines } from '../proc-directory.ts';
import type { Process } from '../process.ts';
import { parseOptions } from './options.ts';
import { humanSize } from './sizes.ts';
import { failedCall, joinPath, worded } from './wording.ts';

/** What a node's disk holds, in KiB. */
const diskKilobytes = 61_255_492;
const diskUsedKilobytes = 12_345_678;
/** A tmpfs without a limit of its own says the node's memory. */
const memoryKilobytes = 8_388_608;

export function* du(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'aHLdclsxhmkb:S', { long: { summarize: 's', 'human-readable': 'h', all: 'a' } });
  const walker = new UsageWalk(process, options.flags);
  for (const path of options.operands.length > 0 ? options.operands : ['.']) yield* walker.walk(path, true);
  return walker.status;
}

class UsageWalk {
  status = 0;
  private readonly process: Process;
  private readonly flags: ReadonlySet<string>;

  constructor(process: Process, flags: ReadonlySet<string>) {
    this.process = process;
    this.flags = flags;
  }

  *walk(path: string, isTop: boolean): Blocking<number> {
    const { process, flags } = this;
    const { files } = process.kernel;
    yield* process.work(20);
    try {
      const inode = files.stat(process, path, 'keep');
      let kilobytes = blocks(inode);
      if (inode.type === 'directory') {
        for (const name of files.readDirectory(process, path)) kilobytes += yield* this.walk(joinPath(path, name), false);
      }
      const isShown = isTop || (inode.type === 'directory' ? !flags.has('s') : flags.has('a') && !flags.has('s'));
      if (isShown) yield* process.print(`${this.amount(kilobytes)}\t${path}\n`);
      return kilobytes;
    } catch (thrown) {
      const { message } = failedCall(thrown);
      yield* process.complain(`du: ${worded(process, { busybox: `${path}: ${message}`, gnu: `cannot access '${path}': ${message}` })}\n`);
      this.status = 1;
      return 0;
    }
  }

  private amount(kilobytes: number): string {
    if (this.flags.has('h')) return humanSize(kilobytes * 1024);
    return String(this.flags.has('m') ? Math.ceil(kilobytes / 1024) : kilobytes);
  }
}

function blocks(inode: Inode): number {
  return inode.type === 'link' || inode.type === 'device' ? 0 : Math.ceil(sizeOf(inode) / 4096) * 4;
}

export function* df(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'PkmhTait:');
  const isHuman = options.flags.has('h');
  const { files } = process.kernel;
  let mounts = files.mounts.filter(({ type }) => type !== undefined && type !== 'proc' && type !== 'sysfs');
  if (options.operands.length > 0) {
    const wanted = options.operands.map((path) => files.find(process, path).mount);
    mounts = mounts.filter((mount) => wanted.includes(mount));
  }
  yield* process.print(
    `Filesystem           ${isHuman ? '     Size      Used Available' : '1K-blocks      Used Available'} Use% Mounted on\n`,
  );
  for (const mount of mounts) yield* process.print(dfLine(mount, isHuman));
  return 0;
}

function dfLine({ path, type, space }: Mount, isHuman: boolean): string {
  const isLimited = space !== undefined && Number.isFinite(space.limitBytes);
  const total = isLimited ? space.limitBytes / 1024 : path.startsWith('/dev') ? 65_536 : type === 'tmpfs' ? memoryKilobytes : diskKilobytes;
  const used =
    type === 'tmpfs' || isLimited
      ? Math.ceil((space?.usedBytes ?? 0) / 1024)
      : diskUsedKilobytes + Math.ceil((space?.usedBytes ?? 0) / 1024);
  const amount = (kilobytes: number): string => (isHuman ? humanSize(kilobytes * 1024) : String(Math.floor(kilobytes))).padStart(9);
  const device = type === 'ext4' ? '/dev/vda1' : (type ?? '');
  const percent = `${Math.ceil((used / total) * 100)}%`;
  return `${device.padEnd(20)} ${amount(total)} ${amount(used)} ${amount(total - used)} ${percent.padStart(4)} ${path}\n`;
}

export function* mount(process: Process, argv: readonly string[]): Blocking<number> {
  if (argv.length > 1) {
    yield* process.complain(`mount: permission denied (are you root?)\n`);
    return 1;
  }
  for (const line of mountLines(process.kernel)) {
    const [device, path, type, options] = line.split(' ');
    yield* process.print(`${device} on ${path} type ${type} (${options})\n`);
  }
  return 0;
}

export function* mountpoint(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'qdx');
  const path = options.operands[0] ?? '';
  const isMount = process.kernel.files.mounts.some((entry) => entry.path === path.replace(/(.)\/$/, '$1'));
  if (!options.flags.has('q')) yield* process.print(`${path} is ${isMount ? '' : 'not '}a mountpoint\n`);
  return isMount ? 0 : 1;
}

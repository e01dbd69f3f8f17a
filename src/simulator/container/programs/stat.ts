// stat
import type { Blocking } from '../blocking.ts';
import { type Inode, sizeOf } from '../inode.ts';
import type { Process } from '../process.ts';
import { modeText } from './mode.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { OwnerNames } from './owner-names.ts';
import { formatTime } from './time-format.ts';
import { failedCall, worded } from './wording.ts';

const kinds = { directory: 'directory', link: 'symbolic link', device: 'character special file', file: 'regular file' } as const;

export function* stat(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'Lftc:', { long: { format: 'c', dereference: 'L', printf: 'c' } });
  if (options.problem || options.operands.length === 0)
    return yield* complainOfUsage(process, argv, options.problem, '[-Lft] [-c FMT] FILE...');
  let status = 0;
  for (const path of options.operands) {
    try {
      const inode = process.kernel.files.stat(process, path, options.flags.has('L') ? 'follow' : 'keep');
      const format = optionValue(options, 'c');
      const owners = new OwnerNames(process);
      yield* process.print(format === undefined ? fullText(path, inode, owners) : `${formatted(format, path, inode, owners)}\n`);
    } catch (thrown) {
      const { message } = failedCall(thrown);
      yield* process.complain(
        `stat: ${worded(process, { busybox: `can't stat '${path}': ${message}`, gnu: `cannot statx '${path}': ${message}` })}\n`,
      );
      status = 1;
    }
  }
  return status;
}

function kindOf(inode: Inode): string {
  return inode.type === 'file' && inode.content.size === 0 ? 'regular empty file' : kinds[inode.type];
}

function formatted(format: string, path: string, inode: Inode, owners: OwnerNames): string {
  const time = formatTime('%Y-%m-%d %H:%M:%S.%N +0000', inode.modifiedMs);
  const seconds = String(Math.floor(inode.modifiedMs / 1000));
  const fields: Readonly<Record<string, string>> = {
    n: path,
    N: inode.type === 'link' ? `'${path}' -> '${inode.target}'` : `'${path}'`,
    s: String(sizeOf(inode)),
    a: inode.mode.toString(8),
    A: modeText(inode),
    u: String(inode.uid),
    g: String(inode.gid),
    U: owners.user(inode.uid) ?? 'UNKNOWN',
    G: owners.group(inode.gid) ?? 'UNKNOWN',
    F: kindOf(inode),
    h: String(inode.links),
    b: String(Math.ceil(sizeOf(inode) / 4096) * 8),
    B: '512',
    f: (inode.mode | { directory: 0o40000, link: 0o120000, device: 0o20000, file: 0o100000 }[inode.type]).toString(16),
    x: time,
    y: time,
    z: time,
    X: seconds,
    Y: seconds,
    Z: seconds,
    '%': '%',
  };
  return format.replace(/\\n/g, '\n').replace(/%([A-Za-z%])/g, (whole, letter: string) => fields[letter] ?? whole);
}

function fullText(path: string, inode: Inode, owners: OwnerNames): string {
  const octal = inode.mode.toString(8).padStart(4, '0');
  const id = (number: number, name: string | undefined): string => `(${String(number).padStart(5)}/${(name ?? 'UNKNOWN').padStart(8)})`;
  const time = formatTime('%Y-%m-%d %H:%M:%S.%N +0000', inode.modifiedMs);
  const size = String(sizeOf(inode)).padEnd(10);
  return [
    `  File: ${path}${inode.type === 'link' ? ` -> ${inode.target}` : ''}`,
    `  Size: ${size}\tBlocks: ${String(Math.ceil(sizeOf(inode) / 4096) * 8).padEnd(10)} IO Block: 4096   ${kindOf(inode)}`,
    `Device: 10h/16d\tInode: 1           Links: ${inode.links}`,
    `Access: (${octal}/${modeText(inode)})  Uid: ${id(inode.uid, owners.user(inode.uid))}   Gid: ${id(inode.gid, owners.group(inode.gid))}`,
    `Access: ${time}`,
    `Modify: ${time}`,
    `Change: ${time}`,
    '',
  ].join('\n');
}

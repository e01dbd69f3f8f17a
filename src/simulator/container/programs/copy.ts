// cp and mv.
import type { Blocking } from '../blocking.ts';
import { hasCapability } from '../credentials.ts';
import { Errno } from '../errno.ts';
import { forReading, forWriting } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { release, retain } from '../open-file.ts';
import type { Process } from '../process.ts';
import { readSome } from './inputs.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { rm } from './rm.ts';
import { failedCall, joinPath, lastName, worded } from './wording.ts';

const long = { recursive: 'r', archive: 'a', preserve: 'p', force: 'f', verbose: 'v', 'target-directory': 't', 'no-target-directory': 'T' };

interface CopyOptions {
  readonly isRecursive: boolean;
  readonly keepsOwner: boolean;
  /** Links are copied as links. */
  readonly keepsLinks: boolean;
}

export function* cp(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'arPLHpfinlsTt:uvRdx', { long });
  const { flags } = options;
  const directory = optionValue(options, 't');
  const operands = directory === undefined ? options.operands : [...options.operands, directory];
  if (options.problem || operands.length < 2) return yield* complainOfUsage(process, argv, options.problem, '[-arPLHpfinlsTu] SOURCE DEST');
  const how: CopyOptions = {
    isRecursive: flags.has('r') || flags.has('R') || flags.has('a'),
    keepsOwner: flags.has('p') || flags.has('a'),
    keepsLinks: flags.has('P') || flags.has('d') || flags.has('a') || ((flags.has('r') || flags.has('R')) && !flags.has('L')),
  };
  const destination = operands.at(-1)!;
  const isDirectory = process.kernel.files.lookUp(process, destination)?.type === 'directory' && !flags.has('T');
  let status = 0;
  for (const source of operands.slice(0, -1)) {
    const target = isDirectory ? joinPath(destination, lastName(source)) : destination;
    if (flags.has('n') && process.kernel.files.lookUp(process, target)) continue;
    status = (yield* copyOne(process, source, target, how)) || status;
  }
  return status;
}

function* copyOne(process: Process, source: string, target: string, how: CopyOptions): Blocking<number> {
  const { files } = process.kernel;
  let inode: Inode;
  try {
    inode = files.stat(process, source, how.keepsLinks ? 'keep' : 'follow');
  } catch (thrown) {
    const { message } = failedCall(thrown);
    yield* process.complain(
      `cp: ${worded(process, { busybox: `can't stat '${source}': ${message}`, gnu: `cannot stat '${source}': ${message}` })}\n`,
    );
    return 1;
  }
  if (inode.type === 'directory' && !how.isRecursive) {
    yield* process.complain(
      `cp: ${worded(process, { busybox: `omitting directory '${source}'`, gnu: `-r not specified; omitting directory '${source}'` })}\n`,
    );
    return 1;
  }
  try {
    if (inode.type === 'directory') return yield* copyDirectory(process, source, target, inode, how);
    if (inode.type === 'link') {
      if (files.lookUp(process, target, 'keep')) files.removeFile(process, target);
      files.makeSymbolicLink(process, inode.target, target);
    } else yield* copyContent(process, source, target, inode);
    if (how.keepsOwner) keepOwner(process, target, inode);
    return 0;
  } catch (thrown) {
    const { message, code } = failedCall(thrown);
    const isReading = code === 'EACCES' && !files.mayUse(process, source, 'read');
    const words = isReading
      ? { busybox: `can't open '${source}': ${message}`, gnu: `cannot open '${source}' for reading: ${message}` }
      : {
          busybox: `can't create '${target}': ${message}`,
          gnu: `cannot create ${inode.type === 'directory' ? 'directory' : 'regular file'} '${target}': ${message}`,
        };
    yield* process.complain(`cp: ${worded(process, words)}\n`);
    return 1;
  }
}

function* copyDirectory(process: Process, source: string, target: string, inode: Inode, how: CopyOptions): Blocking<number> {
  const { files } = process.kernel;
  if (files.lookUp(process, target)?.type !== 'directory') files.makeDirectory(process, target, inode.mode & 0o777);
  let status = 0;
  for (const name of files.readDirectory(process, source)) {
    status = (yield* copyOne(process, joinPath(source, name), joinPath(target, name), how)) || status;
  }
  if (how.keepsOwner) keepOwner(process, target, inode);
  return status;
}

function* copyContent(process: Process, source: string, target: string, inode: Inode): Blocking {
  const from = retain(process.open(source, forReading));
  try {
    if (process.kernel.files.lookUp(process, target) === inode) throw new Errno('EINVAL');
    const to = retain(process.open(target, { ...forWriting, mode: inode.mode & 0o777 }));
    try {
      for (let bytes = yield* readSome(process, from); bytes; bytes = yield* readSome(process, from)) yield* to.write!(process, bytes);
    } finally {
      release(to);
    }
  } finally {
    release(from);
  }
}

function keepOwner(process: Process, target: string, inode: Inode): void {
  const { files } = process.kernel;
  if (hasCapability(process.credentials, 'CHOWN')) files.changeOwner(process, target, { uid: inode.uid, gid: inode.gid }, 'keep');
  if (inode.type === 'link') return;
  files.changeMode(process, target, inode.mode);
  files.touch(process, target, inode.modifiedMs);
}

export function* mv(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'finTt:uv', { long });
  const directory = optionValue(options, 't');
  const operands = directory === undefined ? options.operands : [...options.operands, directory];
  if (options.problem || operands.length < 2) return yield* complainOfUsage(process, argv, options.problem, '[-finT] SOURCE... DIRECTORY');
  const { files } = process.kernel;
  const destination = operands.at(-1)!;
  const isDirectory = files.lookUp(process, destination)?.type === 'directory' && !options.flags.has('T');
  let status = 0;
  for (const source of operands.slice(0, -1)) {
    const target = isDirectory ? joinPath(destination, lastName(source)) : destination;
    if (options.flags.has('n') && files.lookUp(process, target)) continue;
    status = (yield* moveOne(process, source, target)) || status;
  }
  return status;
}

function* moveOne(process: Process, source: string, target: string): Blocking<number> {
  const { files } = process.kernel;
  try {
    files.rename(process, source, target);
    return 0;
  } catch (thrown) {
    const { code, message } = failedCall(thrown);
    if (code === 'EXDEV') {
      const how = { isRecursive: true, keepsOwner: true, keepsLinks: true };
      return (yield* copyOne(process, source, target, how)) || (yield* rm(process, ['rm', '-rf', source]));
    }
    const isMissing = code === 'ENOENT' && !files.lookUp(process, source, 'keep');
    const gnu = isMissing ? `cannot stat '${source}': ${message}` : `cannot move '${source}' to '${target}': ${message}`;
    yield* process.complain(`mv: ${worded(process, { busybox: `can't rename '${source}': ${message}`, gnu })}\n`);
    return 1;
  }
}

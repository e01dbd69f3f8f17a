// rm
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import type { Process } from '../process.ts';
import { complainOfUsage, parseOptions } from './options.ts';
import { failedCall, joinPath, lastName, worded } from './wording.ts';

const long = { recursive: 'r', force: 'f', verbose: 'v', interactive: 'i' };

export function* rm(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'fiRrvd', { long });
  const isForced = options.flags.has('f');
  if (options.problem || (options.operands.length === 0 && !isForced))
    return yield* complainOfUsage(process, argv, options.problem, '[-irf] FILE...');
  const isRecursive = options.flags.has('r') || options.flags.has('R');
  let status = 0;
  for (const path of options.operands) {
    if (lastName(path) === '.' || lastName(path) === '..') {
      yield* process.complain(
        `rm: ${worded(process, { busybox: `can't remove '.' or '..'`, gnu: `refusing to remove '.' or '..' directory: skipping '${path}'` })}\n`,
      );
      status = 1;
      continue;
    }
    status = (yield* remove(process, path, { isForced, isRecursive })) || status;
  }
  return status;
}

function* remove(process: Process, path: string, how: { isForced: boolean; isRecursive: boolean }): Blocking<number> {
  const { files } = process.kernel;
  yield* process.work(20);
  try {
    const inode = files.stat(process, path, 'keep');
    if (inode.type !== 'directory') {
      files.removeFile(process, path);
      return 0;
    }
    if (!how.isRecursive) {
      const message = new Errno('EISDIR').message;
      yield* process.complain(
        `rm: ${worded(process, { busybox: `'${path}' is a directory`, gnu: `cannot remove '${path}': ${message}` })}\n`,
      );
      return 1;
    }
    let status = 0;
    for (const name of files.readDirectory(process, path)) status = (yield* remove(process, joinPath(path, name), how)) || status;
    if (status === 0) files.removeDirectory(process, path);
    return status;
  } catch (thrown) {
    const { code, message } = failedCall(thrown);
    if (how.isForced && (code === 'ENOENT' || code === 'ENOTDIR')) return 0;
    yield* process.complain(
      `rm: ${worded(process, { busybox: `can't remove '${path}': ${message}`, gnu: `cannot remove '${path}': ${message}` })}\n`,
    );
    return 1;
  }
}

// touch, mkdir, rmdir, ln, unlink, truncate, mktemp, readlink, realpath.
import type { Blocking } from '../blocking.ts';
import { forAppending } from '../filesystem.ts';
import { makeDirectory } from '../inode.ts';
import type { Process, Program } from '../process.ts';
import { changedMode } from './mode.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { parseSize } from './sizes.ts';
import { failedCall, joinPath, lastName, programName, worded } from './wording.ts';

/** Runs `work` on each path; says what failed in words made from the path and the error. */
export function* onEach(
  process: Process,
  name: string,
  paths: readonly string[],
  work: (path: string) => void,
  words: (path: string, message: string) => { busybox: string; gnu: string },
): Blocking<number> {
  let status = 0;
  for (const path of paths) {
    yield* process.work(20);
    try {
      work(path);
    } catch (thrown) {
      yield* process.complain(`${name}: ${worded(process, words(path, failedCall(thrown).message))}\n`);
      status = 1;
    }
  }
  return status;
}

export const filePrograms: Readonly<Record<string, Program>> = {
  *touch(process, argv) {
    const options = parseOptions(argv, 'camhd:r:t:', { long: { 'no-create': 'c', date: 'd', reference: 'r' } });
    if (options.problem || options.operands.length === 0)
      return yield* complainOfUsage(process, argv, options.problem, '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...');
    const { files } = process.kernel;
    const date = optionValue(options, 'd');
    const given = date === undefined ? undefined : Date.parse(/^\d{4}-\d\d-\d\d \d/.test(date) ? `${date.replace(' ', 'T')}Z` : date);
    const touchOne = (path: string): void => {
      if (files.lookUp(process, path)) files.touch(process, path, given ?? process.clock.now);
      else if (!options.flags.has('c')) {
        process.open(path, forAppending);
        if (given !== undefined) files.touch(process, path, given);
      }
    };
    return yield* onEach(process, 'touch', options.operands, touchOne, (path, message) => ({
      busybox: `${path}: ${message}`,
      gnu: `cannot touch '${path}': ${message}`,
    }));
  },
  mkdir,
  *rmdir(process, argv) {
    const options = parseOptions(argv, 'p', { long: { parents: 'p', 'ignore-fail-on-non-empty': 'p' } });
    if (options.problem || options.operands.length === 0)
      return yield* complainOfUsage(process, argv, options.problem, '[-p] DIRECTORY...');
    return yield* onEach(
      process,
      'rmdir',
      options.operands,
      (path) => process.kernel.files.removeDirectory(process, path),
      (path, message) => ({
        busybox: `'${path}': ${message}`,
        gnu: `failed to remove '${path}': ${message}`,
      }),
    );
  },
  *unlink(process, argv) {
    return yield* onEach(
      process,
      'unlink',
      argv.slice(1),
      (path) => process.kernel.files.removeFile(process, path),
      (path, message) => ({
        busybox: `can't remove file '${path}': ${message}`,
        gnu: `cannot unlink '${path}': ${message}`,
      }),
    );
  },
  ln,
  *truncate(process, argv) {
    const options = parseOptions(argv, 'cs:', { long: { size: 's', 'no-create': 'c' } });
    const word = optionValue(options, 's') ?? '';
    const size = parseSize(word.replace(/^[-+<>]/, ''));
    if (options.problem || size === undefined) return yield* complainOfUsage(process, argv, options.problem, '[-c] -s SIZE FILE...');
    const cut = (path: string): void => {
      process.open(path, { write: true, create: !options.flags.has('c') });
      const inode = process.kernel.files.stat(process, path);
      if (inode.type !== 'file') return;
      const before = inode.content.size;
      process.kernel.files.resize(
        process,
        inode,
        word.startsWith('+') ? before + size : word.startsWith('-') ? Math.max(0, before - size) : size,
      );
    };
    return yield* onEach(process, 'truncate', options.operands, cut, (path, message) => ({
      busybox: `${path}: open: ${message}`,
      gnu: `cannot open '${path}' for writing: ${message}`,
    }));
  },
  *mktemp(process, argv) {
    const options = parseOptions(argv, 'dqtup:', { long: { directory: 'd' } });
    const template = options.operands[0] ?? 'tmp.XXXXXX';
    const folder =
      optionValue(options, 'p') ??
      (options.operands.length === 0 || options.flags.has('t') ? (process.environment.get('TMPDIR') ?? '/tmp') : undefined);
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const name = template.replace(/X{3,}$/, (run) => Array.from(run, () => letters[process.random.below(letters.length)]).join(''));
    const path = folder === undefined ? name : joinPath(folder, name);
    try {
      if (options.flags.has('d')) process.kernel.files.makeDirectory(process, path, 0o700);
      else process.open(path, { write: true, create: true, exclusive: true, mode: 0o600 });
    } catch (thrown) {
      const { message } = failedCall(thrown);
      const words = { busybox: `(null): ${message}`, gnu: `failed to create file via template '${template}': ${message}` };
      yield* process.complain(`mktemp: ${worded(process, words)}\n`);
      return 1;
    }
    yield* process.print(`${path}\n`);
    return 0;
  },
  *readlink(process, argv) {
    const options = parseOptions(argv, 'fnsveqm', {});
    let status = 0;
    for (const path of options.operands) {
      const { files } = process.kernel;
      const inode = files.lookUp(process, path, 'keep');
      const text =
        options.flags.has('f') || options.flags.has('e') || options.flags.has('m')
          ? realPath(process, path)
          : inode?.type === 'link'
            ? inode.target
            : undefined;
      if (text === undefined) status = 1;
      else yield* process.print(options.flags.has('n') ? text : `${text}\n`);
    }
    return status;
  },
  *realpath(process, argv) {
    const { operands } = parseOptions(argv, 'emsqz');
    let status = 0;
    for (const path of operands) {
      const text = realPath(process, path);
      if (text !== undefined) yield* process.print(`${text}\n`);
      else {
        yield* process.complain(`realpath: ${path}: No such file or directory\n`);
        status = 1;
      }
    }
    return status;
  },
};

function realPath(process: Process, path: string): string | undefined {
  try {
    return process.kernel.files.find(process, path).path;
  } catch (thrown) {
    failedCall(thrown);
    return undefined;
  }
}

function* mkdir(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'pm:v', { long: { parents: 'p', mode: 'm', verbose: 'v' } });
  if (options.problem || options.operands.length === 0)
    return yield* complainOfUsage(process, argv, options.problem, '[-m MODE] [-p] DIRECTORY...');
  const word = optionValue(options, 'm');
  const mode = word === undefined ? 0o777 : changedMode(word, makeDirectory({}, { mode: 0o777 }), 0);
  if (mode === undefined) {
    yield* process.complain(`mkdir: invalid mode '${word}'\n`);
    return 1;
  }
  let status = 0;
  for (const path of options.operands) {
    const failed = options.flags.has('p') ? makeParents(process, path, mode) : makeOne(process, path, mode);
    if (!failed) {
      if (word !== undefined) process.kernel.files.changeMode(process, path, mode);
      continue;
    }
    const words = {
      busybox: `can't create directory '${failed.path}': ${failed.message}`,
      gnu: `cannot create directory '${failed.path.replace(/(.)\/$/, '$1')}': ${failed.message}`,
    };
    yield* process.complain(`${programName(argv)}: ${worded(process, words)}\n`);
    status = 1;
  }
  return status;
}

function makeOne(process: Process, path: string, mode: number): { path: string; message: string } | undefined {
  try {
    process.kernel.files.makeDirectory(process, path.replace(/(.)\/+$/, '$1'), mode);
    return undefined;
  } catch (thrown) {
    return { path, message: failedCall(thrown).message };
  }
}

/** mkdir -p; what fails on the way is named with a slash behind it. */
function makeParents(process: Process, path: string, mode: number): { path: string; message: string } | undefined {
  const names = path.split('/').filter((name) => name !== '');
  let made = path.startsWith('/') ? '/' : '';
  for (const [index, name] of names.entries()) {
    made += name;
    const isLast = index === names.length - 1;
    const existing = process.kernel.files.lookUp(process, made);
    if (existing?.type !== 'directory') {
      const failed = makeOne(process, made, isLast ? mode : 0o777);
      if (failed) return { path: isLast ? made : `${made}/`, message: failed.message };
    }
    made += '/';
  }
  return undefined;
}

function* ln(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'sfnbtvrT');
  const { flags, operands } = options;
  if (options.problem || operands.length === 0)
    return yield* complainOfUsage(process, argv, options.problem, '[-sfnbtv] [-S SUF] TARGET... LINK|DIR');
  const { files } = process.kernel;
  const destination = operands.length === 1 ? '.' : operands.at(-1)!;
  const targets = operands.length === 1 ? operands : operands.slice(0, -1);
  const place = files.lookUp(process, destination, flags.has('n') ? 'keep' : 'follow');
  let status = 0;
  for (const target of targets) {
    const link = place?.type === 'directory' && !flags.has('T') ? joinPath(destination, lastName(target)) : destination;
    try {
      if (flags.has('f') && files.lookUp(process, link, 'keep')) files.removeFile(process, link);
      if (flags.has('s')) files.makeSymbolicLink(process, target, link);
      else files.makeHardLink(process, target, link);
    } catch (thrown) {
      const { message } = failedCall(thrown);
      const kind = flags.has('s') ? 'symbolic' : 'hard';
      yield* process.complain(
        `ln: ${worded(process, { busybox: `${link}: ${message}`, gnu: `failed to create ${kind} link '${link}': ${message}` })}\n`,
      );
      status = 1;
    }
  }
  return status;
}

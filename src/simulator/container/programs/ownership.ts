// chmod, chown, chgrp.
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { changedMode } from './mode.ts';
import { complainOfUsage, parseOptions } from './options.ts';
import { idOf } from './owner-names.ts';
import { failedCall, joinPath, programName, worded } from './wording.ts';

const long = { recursive: 'R', verbose: 'v', silent: 'f', quiet: 'f', reference: 'f', 'no-dereference': 'h' };

export function* chmod(process: Process, argv: readonly string[]): Blocking<number> {
  // A mode may begin with a minus: -w is no option.
  const words = argv.map((word, index) => (index > 0 && /^-[rwxXst]+$/.test(word) ? `a${word}` : word));
  const options = parseOptions(words, 'Rvcf', { long });
  const [mode, ...paths] = options.operands;
  if (options.problem || mode === undefined || paths.length === 0)
    return yield* complainOfUsage(process, argv, options.problem, '[-Rcvf] MODE[,MODE]... FILE...');
  const { files } = process.kernel;
  const change = (path: string): string | undefined => {
    const inode = files.stat(process, path);
    const changed = changedMode(mode, inode, process.umask);
    if (changed === undefined) return `invalid mode '${mode}'`;
    files.changeMode(process, path, changed);
    return undefined;
  };
  const gnu = (path: string, message: string): string =>
    message.startsWith('No such') ? `cannot access '${path}': ${message}` : `changing permissions of '${path}': ${message}`;
  return yield* walk(process, programName(argv), paths, { isRecursive: options.flags.has('R'), change, gnu });
}

export function* chown(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'RhLHPcvf', { long });
  const name = programName(argv);
  const [owner, ...paths] = options.operands;
  if (options.problem || owner === undefined || paths.length === 0)
    return yield* complainOfUsage(process, argv, options.problem, '[-Rh] USER[:[GRP]] FILE...');
  const [userWord = '', groupWord] = name === 'chgrp' ? ['', owner] : owner.split(/[:.]/);
  const uid = userWord === '' ? undefined : idOf(process, '/etc/passwd', userWord);
  const gid = groupWord === undefined || groupWord === '' ? undefined : idOf(process, '/etc/group', groupWord);
  if (userWord !== '' && uid === undefined) {
    yield* process.complain(`${name}: ${worded(process, { busybox: `unknown user ${userWord}`, gnu: `invalid user: ‘${owner}’` })}\n`);
    return 1;
  }
  if (groupWord && gid === undefined) {
    yield* process.complain(`${name}: ${worded(process, { busybox: `unknown group ${groupWord}`, gnu: `invalid group: ‘${owner}’` })}\n`);
    return 1;
  }
  const change = (path: string): undefined => {
    const given = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
    process.kernel.files.changeOwner(process, path, given, options.flags.has('h') ? 'keep' : 'follow');
  };
  const gnu = (path: string, message: string): string =>
    message.startsWith('No such')
      ? `cannot access '${path}': ${message}`
      : `changing ${name === 'chgrp' ? 'group' : 'ownership'} of '${path}': ${message}`;
  return yield* walk(process, name, paths, { isRecursive: options.flags.has('R'), change, gnu });
}

interface Walk {
  readonly isRecursive: boolean;
  /** Changes one file; a text is a complaint that ends everything. */
  readonly change: (path: string) => string | undefined;
  readonly gnu: (path: string, message: string) => string;
}

function* walk(process: Process, name: string, paths: readonly string[], how: Walk): Blocking<number> {
  const { files } = process.kernel;
  let status = 0;
  for (const path of paths) {
    yield* process.work(20);
    try {
      const problem = how.change(path);
      if (problem !== undefined) {
        yield* process.complain(`${name}: ${problem}\n`);
        return 1;
      }
      if (!how.isRecursive || files.stat(process, path, 'keep').type !== 'directory') continue;
      const inside = files.readDirectory(process, path).map((entry) => joinPath(path, entry));
      status = (yield* walk(process, name, inside, how)) || status;
    } catch (thrown) {
      const { message } = failedCall(thrown);
      yield* process.complain(`${name}: ${worded(process, { busybox: `${path}: ${message}`, gnu: how.gnu(path, message) })}\n`);
      status = 1;
    }
  }
  return status;
}

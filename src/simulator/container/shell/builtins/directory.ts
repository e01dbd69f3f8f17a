// cd, pwd, umask, ulimit.
import { Errno } from '../../errno.ts';
import { mayAccess } from '../../filesystem.ts';
import type { Builtin } from '../builtins.ts';

/** A path without dots, links kept as they were written: how a shell counts its $PWD. */
function logicalPath(from: string, path: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

export const directoryBuiltins: Readonly<Record<string, Builtin>> = {
  *cd(shell, argv) {
    const { process } = shell;
    const words = argv.slice(1).filter((word) => word !== '-P' && word !== '-L' && word !== '--');
    const [word] = words;
    const path = word === '-' ? (shell.get('OLDPWD') ?? '/') : (word ?? shell.get('HOME') ?? '/');
    const target = logicalPath(process.workingDirectory, path === '' ? '.' : path);
    try {
      const inode = process.kernel.files.stat(process, target);
      if (inode.type !== 'directory') throw new Errno('ENOTDIR');
      if (!mayAccess(process.credentials, inode, 'execute')) throw new Errno('EACCES');
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      yield* shell.complain(`${shell.builtinPrefix('cd')}${shell.dialect.cannotChangeDirectory(path, thrown.code)}`);
      return shell.dialect.name === 'bash' ? 1 : 2;
    }
    shell.set('OLDPWD', process.workingDirectory);
    process.workingDirectory = target;
    shell.set('PWD', target);
    if (word === '-') yield* process.print(`${target}\n`);
    return 0;
  },
  *pwd(shell) {
    yield* shell.process.print(`${shell.process.workingDirectory}\n`);
    return 0;
  },
  *umask(shell, argv) {
    const [, mask] = argv;
    if (mask === undefined) yield* shell.process.print(`${shell.process.umask.toString(8).padStart(4, '0')}\n`);
    else if (/^[0-7]+$/.test(mask)) shell.process.umask = Number.parseInt(mask, 8) & 0o777;
    else {
      yield* shell.complain(`${shell.builtinPrefix('umask')}illegal mode: ${mask}`);
      return 2;
    }
    return 0;
  },
  *ulimit(shell, argv) {
    const values: Readonly<Record<string, string>> = { '-n': '1048576', '-u': 'unlimited', '-s': '8192', '-c': '0' };
    if (argv.length <= 2) yield* shell.process.print(`${values[argv[1] ?? ''] ?? 'unlimited'}\n`);
    return 0;
  },
};

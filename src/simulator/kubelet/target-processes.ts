// What a debug container sees of the container that it targets: its processes in /proc, and through /proc/PID/root its files.
import type { Container } from '../container/container.ts';
import type { Mount } from '../container/filesystem.ts';
import type { DirectoryInode, Inode } from '../container/inode.ts';
import { type NodeFacts, procDirectory } from '../container/proc-directory.ts';

/** A /proc that shows the target's processes. Unlike Kubernetes: the debug container's own are not among them. */
export function targetProcesses(target: Container, facts: NodeFacts): Mount {
  const proc = procDirectory(() => target.kernel, facts, { noNewPrivileges: false, startedAtMs: target.kernel.init?.startedAt ?? 0 });
  const root = target.kernel.files.mounts[0]!.inode;
  return {
    path: '/proc',
    inode: withEntries(proc, (name, inode) => {
      const isProcess = /^\d+$/.test(name) && inode?.type === 'directory';
      return isProcess ? withEntries(inode, (inner, found) => (inner === 'root' ? root : found)) : inode;
    }),
    readOnly: true,
    type: 'proc',
  };
}

/** The same directory, whose entries `change` may replace. */
function withEntries(directory: DirectoryInode, change: (name: string, inode: Inode | undefined) => Inode | undefined): DirectoryInode {
  const { dynamic } = directory;
  if (!dynamic) return directory;
  return { ...directory, dynamic: { names: () => dynamic.names(), entry: (name) => change(name, dynamic.entry(name)) } };
}

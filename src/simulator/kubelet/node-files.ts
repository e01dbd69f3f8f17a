// A node's own files, as hostPath volumes see them: they outlive pods.

import { type DirectoryInode, entryOf, type FileInode, type Inode, makeDirectory, makeFile } from '../container/inode.ts';
import { MountError } from './mount-error.ts';

/** Folders that every node has. */
const standardFolders = ['etc', 'home', 'lib/modules', 'mnt', 'opt', 'root', 'run', 'srv', 'usr/bin', 'var/lib/kubelet', 'var/log/pods'];

export class NodeFiles {
  readonly root: DirectoryInode;
  private readonly now: () => number;

  constructor(hostname: string, now: () => number) {
    this.now = now;
    this.root = makeDirectory({}, { modifiedMs: now() });
    for (const path of standardFolders) this.makeFolder(path);
    const tmp = this.makeFolder('tmp');
    tmp.mode = 0o1777;
    this.makeFolder('etc').entries.set('hostname', makeFile(`${hostname}\n`, { modifiedMs: now() }));
  }

  /**
   * What a hostPath volume leads to, made if its type says so; a MountError when it isn't what the type says.
   * kubernetes: pkg/volume/hostpath/host_path.go
   */
  hostPath(path: string, type: string): DirectoryInode | FileInode {
    const found = this.find(path);
    switch (type) {
      case 'DirectoryOrCreate':
        if (!found) return this.makeFolder(path);
        break;
      case 'FileOrCreate':
        if (!found) return this.makeFile(path);
        if (found.type !== 'file') throw new MountError(`hostPath type check failed: ${path} is not a file`);
        break;
      case 'Directory':
        if (found?.type !== 'directory') throw new MountError(`hostPath type check failed: ${path} is not a directory`);
        break;
      case 'File':
        if (found?.type !== 'file') throw new MountError(`hostPath type check failed: ${path} is not a file`);
        break;
      case 'Socket':
        throw new MountError(`hostPath type check failed: ${path} is not a socket file`);
      case 'CharDevice':
        throw new MountError(`hostPath type check failed: ${path} is not a character device`);
      case 'BlockDevice':
        throw new MountError(`hostPath type check failed: ${path} is not a block device`);
    }
    if (type === 'DirectoryOrCreate' && found?.type !== 'directory') {
      throw new MountError(`hostPath type check failed: ${path} is not a directory`);
    }
    if (!found) return this.makeFolder(path);
    if (found.type !== 'directory' && found.type !== 'file') throw new MountError(`hostPath ${path} is neither a directory nor a file`);
    return found;
  }

  /** The directory at a path, made with this mode if it isn't there. */
  directory(path: string, mode = 0o755): DirectoryInode {
    const found = this.find(path);
    if (found?.type === 'directory') return found;
    const made = this.makeFolder(path);
    made.mode = mode;
    return made;
  }

  private find(path: string): Inode | undefined {
    let inode: Inode | undefined = this.root;
    for (const name of namesOf(path)) inode = inode?.type === 'directory' ? entryOf(inode, name) : undefined;
    return inode;
  }

  private makeFolder(path: string): DirectoryInode {
    let folder = this.root;
    for (const name of namesOf(path)) {
      const known = entryOf(folder, name);
      if (known?.type === 'directory') folder = known;
      else {
        const made = makeDirectory({}, { modifiedMs: this.now() });
        folder.entries.set(name, made);
        folder = made;
      }
    }
    return folder;
  }

  private makeFile(path: string): FileInode {
    const names = namesOf(path);
    const file = makeFile('', { modifiedMs: this.now() });
    this.makeFolder(names.slice(0, -1).join('/')).entries.set(names.at(-1) ?? '', file);
    return file;
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

// The file system that a container sees: its root and what is mounted in it, with permissions checked for who asks.
import { type Credentials, hasCapability, isInGroup, rootCredentials } from './credentials.ts';
import { openDevice } from './devices.ts';
import { Errno } from './errno.ts';
import { type DirectoryInode, entryOf, type FileInode, type Inode, makeDirectory, makeFile, makeLink, namesIn } from './inode.ts';
import type { OpenFile } from './open-file.ts';
import { openRegularFile } from './open-regular-file.ts';
import type { Process } from './process.ts';
import type { SpaceAccount } from './space-account.ts';

/** Something mounted: a directory, or a single file. */
export interface Mount {
  /** Absolute and normal: /data. */
  readonly path: string;
  readonly inode: DirectoryInode | FileInode;
  readonly readOnly?: boolean;
  /** Where its files are counted; without it nowhere. */
  readonly space?: SpaceAccount;
  /** As `mount` and `df` show it; without it they don't. */
  readonly type?: 'ext4' | 'tmpfs' | 'proc' | 'sysfs' | 'overlay';
}

/** How a file is to be opened. */
export interface OpenFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  readonly truncate?: boolean;
  /** Fails if the file is there. */
  readonly exclusive?: boolean;
  /** Permission bits of a new file before the umask (0666). */
  readonly mode?: number;
}

export const forReading: OpenFlags = { read: true };
export const forWriting: OpenFlags = { write: true, create: true, truncate: true };
export const forAppending: OpenFlags = { write: true, create: true, append: true };

/** Who asks: every process is one. */
export interface Actor {
  readonly credentials: Credentials;
  readonly workingDirectory: string;
  readonly umask: number;
}

/** Where a path leads. `inode` is missing when only the last name of the path is. */
export interface Place {
  readonly inode: Inode | undefined;
  readonly parent: DirectoryInode;
  readonly name: string;
  /** Absolute, without links and dots. */
  readonly path: string;
  readonly mount: Mount;
}

const permission = { read: 4, write: 2, execute: 1 } as const;
export type Permission = keyof typeof permission;

/** May they? Root with CAP_DAC_OVERRIDE may all but execute what nobody may. */
export function mayAccess(credentials: Credentials, inode: Inode, wanted: Permission): boolean {
  if (hasCapability(credentials, 'DAC_OVERRIDE')) return wanted !== 'execute' || inode.type === 'directory' || (inode.mode & 0o111) !== 0;
  const shift = inode.uid === credentials.uid ? 6 : isInGroup(credentials, inode.gid) ? 3 : 0;
  return ((inode.mode >> shift) & permission[wanted]) !== 0;
}

const maxLinks = 40;
const maxNameBytes = 255;

export class FileSystem {
  /** The root first, then by path. */
  readonly mounts: readonly Mount[];
  /** Counts changes of names and modes, so that what was looked up can be remembered until then. */
  generation = 0;
  private readonly now: () => number;
  private readonly root: Mount;
  private readonly mountAt = new Map<string, Mount>();

  constructor(root: Mount, mounts: readonly Mount[], now: () => number) {
    this.now = now;
    this.root = root;
    const sorted = [...mounts].sort((one, other) => one.path.length - other.path.length);
    const placed: Mount[] = [];
    this.mounts = placed;
    placed.push(root);
    for (const mount of sorted) {
      const path = this.makeMountPoint(mount);
      const real = path === mount.path ? mount : { ...mount, path };
      placed.push(real);
      this.mountAt.set(path, real);
    }
  }

  // Looking

  /** Walks a path. Throws ENOENT, ENOTDIR, EACCES or ELOOP when it can't be walked up to its last name. */
  find(actor: Actor, path: string, links: 'follow' | 'keep' = 'follow'): Place {
    if (path === '') throw new Errno('ENOENT');
    return this.walk(actor, path[0] === '/' ? '/' : actor.workingDirectory, path, links, 0);
  }

  /** The inode at a path; ENOENT when there is none. */
  stat(actor: Actor, path: string, links: 'follow' | 'keep' = 'follow'): Inode {
    const { inode } = this.find(actor, path, links);
    if (!inode) throw new Errno('ENOENT');
    return inode;
  }

  /** As `stat`, but undefined for whatever fails. */
  lookUp(actor: Actor, path: string, links: 'follow' | 'keep' = 'follow'): Inode | undefined {
    try {
      return this.find(actor, path, links).inode;
    } catch (thrown) {
      if (thrown instanceof Errno) return undefined;
      throw thrown;
    }
  }

  /** The names in a directory, sorted. */
  readDirectory(actor: Actor, path: string): string[] {
    const inode = this.stat(actor, path);
    if (inode.type !== 'directory') throw new Errno('ENOTDIR');
    if (!mayAccess(actor.credentials, inode, 'read')) throw new Errno('EACCES');
    return namesIn(inode);
  }

  /** Would this be allowed? Writing also needs a file system that can be written. */
  mayUse(actor: Actor, path: string, wanted: Permission): boolean {
    try {
      const { inode, mount } = this.find(actor, path);
      if (!inode || (wanted === 'write' && mount.readOnly && inode.type !== 'device')) return false;
      return mayAccess(actor.credentials, inode, wanted);
    } catch (thrown) {
      if (thrown instanceof Errno) return false;
      throw thrown;
    }
  }

  // Files

  /** Opens what is at the path. */
  open(process: Process, path: string, flags: OpenFlags): OpenFile {
    const { inode, mount } = this.findOrCreate(process, path, flags);
    if (inode.type === 'link') throw new Errno('ELOOP');
    if (inode.type === 'device') return openDevice(process, inode);
    if (inode.type === 'directory') {
      if (flags.write) throw new Errno('EISDIR');
      return openDirectory();
    }
    if (flags.truncate && inode.content.size > 0) this.resize(process, inode, 0);
    return openRegularFile(inode, flags, mount.space, this.now);
  }

  readFile(actor: Actor, path: string): Uint8Array {
    const inode = this.stat(actor, path);
    if (inode.type === 'directory') throw new Errno('EISDIR');
    if (!mayAccess(actor.credentials, inode, 'read')) throw new Errno('EACCES');
    return inode.type === 'file' ? inode.content.all() : new Uint8Array(0);
  }

  writeFile(process: Process, path: string, bytes: Uint8Array): void {
    const { inode, mount } = this.findOrCreate(process, path, { write: true, create: true });
    if (inode.type === 'directory') throw new Errno('EISDIR');
    if (inode.type !== 'file') return;
    const space = inode.space ?? mount.space;
    space?.add(bytes.length - inode.content.size);
    if (space?.isMemory) process.kernel.memory.add(bytes.length - inode.content.size);
    inode.content.replace(bytes);
    inode.modifiedMs = this.now();
  }

  /** Cuts a file off or lengthens it with zeros. */
  resize(process: Process, inode: FileInode, size: number): void {
    const change = size - inode.content.size;
    inode.space?.add(change);
    if (inode.space?.isMemory) process.kernel.memory.add(change);
    inode.content.truncate(size);
    inode.modifiedMs = this.now();
  }

  // Names

  makeDirectory(actor: Actor, path: string, mode = 0o777): void {
    const place = this.find(actor, path);
    if (place.inode) throw new Errno('EEXIST');
    const { uid, gid } = actor.credentials;
    this.add(actor, place, makeDirectory({}, { uid, gid, mode: mode & ~actor.umask }));
  }

  makeSymbolicLink(actor: Actor, target: string, path: string): void {
    const place = this.find(actor, path, 'keep');
    if (place.inode) throw new Errno('EEXIST');
    const { uid, gid } = actor.credentials;
    this.add(actor, place, makeLink(target, { uid, gid }));
  }

  /** Another name for a file. */
  makeHardLink(actor: Actor, existing: string, path: string): void {
    const from = this.find(actor, existing, 'keep');
    const place = this.find(actor, path, 'keep');
    if (!from.inode) throw new Errno('ENOENT');
    if (place.inode) throw new Errno('EEXIST');
    if (from.inode.type === 'directory') throw new Errno('EPERM');
    if (from.mount !== place.mount) throw new Errno('EXDEV');
    this.mayChangeNames(actor, place);
    from.inode.links++;
    this.setEntry(place, from.inode);
  }

  removeFile(actor: Actor, path: string): void {
    const place = this.find(actor, path, 'keep');
    const { inode } = place;
    if (!inode) throw new Errno('ENOENT');
    if (inode.type === 'directory') throw new Errno('EISDIR');
    this.remove(actor, place, inode);
  }

  removeDirectory(actor: Actor, path: string): void {
    const place = this.find(actor, path, 'keep');
    const { inode } = place;
    if (!inode) throw new Errno('ENOENT');
    if (inode.type !== 'directory') throw new Errno('ENOTDIR');
    if (/(^|\/)\.$/.test(path)) throw new Errno('EINVAL');
    if (this.mountAt.has(place.path) || place.path === '/') throw new Errno('EBUSY');
    if (namesIn(inode).length > 0) throw new Errno('ENOTEMPTY');
    this.remove(actor, place, inode);
  }

  rename(actor: Actor, path: string, newPath: string): void {
    const from = this.find(actor, path, 'keep');
    const to = this.find(actor, newPath, 'keep');
    const { inode } = from;
    if (!inode) throw new Errno('ENOENT');
    if (this.mountAt.has(from.path) || this.mountAt.has(to.path)) throw new Errno('EBUSY');
    if (from.mount !== to.mount) throw new Errno('EXDEV');
    if (inode === to.inode) return;
    if (inode.type === 'directory' && `${to.path}/`.startsWith(`${from.path}/`)) throw new Errno('EINVAL');
    if (to.inode?.type === 'directory') {
      if (inode.type !== 'directory') throw new Errno('EISDIR');
      if (namesIn(to.inode).length > 0) throw new Errno('ENOTEMPTY');
    } else if (to.inode && inode.type === 'directory') throw new Errno('ENOTDIR');
    this.mayRemove(actor, from, inode);
    this.mayChangeNames(actor, to);
    if (to.inode) this.forgetInode(to.inode);
    this.dropEntry(from);
    this.setEntry(to, inode);
  }

  // Owners and modes

  changeMode(actor: Actor, path: string, mode: number): void {
    const inode = this.owned(actor, path);
    inode.mode = mode & 0o7777;
    this.generation++;
  }

  changeOwner(actor: Actor, path: string, owner: { uid?: number; gid?: number }, links: 'follow' | 'keep' = 'follow'): void {
    const { inode, mount } = this.find(actor, path, links);
    if (!inode) throw new Errno('ENOENT');
    if (mount.readOnly) throw new Errno('EROFS');
    const { credentials } = actor;
    const isOwnGroup = inode.uid === credentials.uid && owner.gid !== undefined && isInGroup(credentials, owner.gid);
    const isOnlyGroup = owner.uid === undefined || owner.uid === inode.uid;
    if (!hasCapability(credentials, 'CHOWN') && !(isOnlyGroup && isOwnGroup)) throw new Errno('EPERM');
    inode.uid = owner.uid ?? inode.uid;
    inode.gid = owner.gid ?? inode.gid;
    this.generation++;
  }

  /** Sets a file's time. */
  touch(actor: Actor, path: string, modifiedMs: number): void {
    const { inode, mount } = this.find(actor, path);
    if (!inode) throw new Errno('ENOENT');
    if (mount.readOnly && inode.type !== 'device') throw new Errno('EROFS');
    const isOwner = inode.uid === actor.credentials.uid || hasCapability(actor.credentials, 'FOWNER');
    if (!isOwner && !mayAccess(actor.credentials, inode, 'write')) throw new Errno('EACCES');
    inode.modifiedMs = modifiedMs;
  }

  private owned(actor: Actor, path: string): Inode {
    const { inode, mount } = this.find(actor, path);
    if (!inode) throw new Errno('ENOENT');
    if (mount.readOnly) throw new Errno('EROFS');
    if (inode.uid !== actor.credentials.uid && !hasCapability(actor.credentials, 'FOWNER')) throw new Errno('EPERM');
    return inode;
  }

  private findOrCreate(actor: Actor, path: string, flags: OpenFlags): { inode: Inode; mount: Mount } {
    const place = this.find(actor, path);
    const { inode, mount } = place;
    if (!inode) {
      if (!flags.create) throw new Errno('ENOENT');
      if (path.endsWith('/')) throw new Errno('EISDIR');
      const { uid, gid } = actor.credentials;
      const made = makeFile(new Uint8Array(0), { uid, gid, mode: (flags.mode ?? 0o666) & ~actor.umask });
      if (mount.space) made.space = mount.space;
      this.add(actor, place, made);
      return { inode: made, mount };
    }
    if (flags.exclusive) throw new Errno('EEXIST');
    if (inode.type === 'device') return { inode, mount };
    if (flags.write && inode.type === 'directory') throw new Errno('EISDIR');
    if (flags.write && mount.readOnly) throw new Errno('EROFS');
    if (flags.write && !mayAccess(actor.credentials, inode, 'write')) throw new Errno('EACCES');
    if (flags.read && !mayAccess(actor.credentials, inode, 'read')) throw new Errno('EACCES');
    if (flags.write && inode.type === 'file' && !inode.space && mount.space) {
      // A file of the image counts from when it is changed, as overlayfs copies it up then.
      inode.space = mount.space;
      mount.space.add(inode.content.size);
    }
    return { inode, mount };
  }

  private walk(actor: Actor, from: string, path: string, links: 'follow' | 'keep', depth: number): Place {
    if (depth > maxLinks) throw new Errno('ELOOP');
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    const stack = this.start(actor, from);
    for (const [index, name] of names.entries()) {
      const here = stack[stack.length - 1]!;
      if (here.inode?.type !== 'directory') throw new Errno(here.inode ? 'ENOTDIR' : 'ENOENT');
      if (name === '..') {
        if (stack.length > 1) stack.pop();
        continue;
      }
      if (name.length > maxNameBytes) throw new Errno('ENAMETOOLONG');
      if (!mayAccess(actor.credentials, here.inode, 'execute')) throw new Errno('EACCES');
      const next = this.step(here, here.inode, name);
      const isLast = index === names.length - 1;
      if (next.inode?.type === 'link' && (!isLast || links === 'follow' || path.endsWith('/'))) {
        const rest = names.slice(index + 1).join('/');
        const target = rest ? `${next.inode.target}/${rest}` : next.inode.target;
        return this.walk(actor, target[0] === '/' ? '/' : here.path, target, links, depth + 1);
      }
      stack.push(next);
    }
    const found = stack[stack.length - 1]!;
    if (path.endsWith('/') && found.inode && found.inode.type !== 'directory') throw new Errno('ENOTDIR');
    return found;
  }

  /** The places from the root to a path that is known to be normal. */
  private start(actor: Actor, from: string): Place[] {
    const root = this.root.inode as DirectoryInode;
    const stack: Place[] = [{ inode: root, parent: root, name: '', path: '/', mount: this.root }];
    if (from === '/') return stack;
    for (const name of from.split('/')) {
      if (name === '') continue;
      const here = stack[stack.length - 1]!;
      if (here.inode?.type !== 'directory') throw new Errno('ENOENT');
      stack.push(this.step(here, here.inode, name));
    }
    if (!stack[stack.length - 1]!.inode) throw new Errno('ENOENT');
    void actor;
    return stack;
  }

  private step(here: Place, directory: DirectoryInode, name: string): Place {
    const path = here.path === '/' ? `/${name}` : `${here.path}/${name}`;
    const mount = this.mountAt.get(path);
    if (mount) return { inode: mount.inode, parent: directory, name, path, mount };
    return { inode: entryOf(directory, name), parent: directory, name, path, mount: here.mount };
  }

  private mayChangeNames(actor: Actor, place: Place): void {
    if (place.parent.dynamic) throw new Errno('ENOENT');
    if (place.mount.readOnly) throw new Errno('EROFS');
    if (!mayAccess(actor.credentials, place.parent, 'write')) throw new Errno('EACCES');
  }

  private mayRemove(actor: Actor, place: Place, inode: Inode): void {
    if (this.mountAt.has(place.path)) throw new Errno('EBUSY');
    this.mayChangeNames(actor, place);
    const { uid } = actor.credentials;
    const isSticky = (place.parent.mode & 0o1000) !== 0;
    if (isSticky && uid !== inode.uid && uid !== place.parent.uid && !hasCapability(actor.credentials, 'FOWNER')) throw new Errno('EPERM');
  }

  private add(actor: Actor, place: Place, inode: Inode): void {
    this.mayChangeNames(actor, place);
    if (place.parent.mode & 0o2000) {
      inode.gid = place.parent.gid;
      if (inode.type === 'directory') inode.mode |= 0o2000;
    }
    inode.modifiedMs = this.now();
    this.setEntry(place, inode);
  }

  private remove(actor: Actor, place: Place, inode: Inode): void {
    this.mayRemove(actor, place, inode);
    this.forgetInode(inode);
    this.dropEntry(place);
  }

  private forgetInode(inode: Inode): void {
    inode.links--;
    if (inode.type === 'file' && inode.links === 0) inode.space?.add(-inode.content.size);
  }

  private setEntry(place: Place, inode: Inode): void {
    place.parent.entries.set(place.name, inode);
    place.parent.removed?.delete(place.name);
    place.parent.modifiedMs = this.now();
    this.generation++;
  }

  private dropEntry(place: Place): void {
    place.parent.entries.delete(place.name);
    if (place.parent.lower) {
      place.parent.removed ??= new Set();
      place.parent.removed.add(place.name);
    }
    place.parent.modifiedMs = this.now();
    this.generation++;
  }

  /** runc makes what is missing on the way to a mount, also on a read-only root. */
  private makeMountPoint(mount: Mount): string {
    const names = mount.path.split('/').filter((name) => name !== '');
    let here: Place = { inode: this.root.inode, parent: this.root.inode as DirectoryInode, name: '', path: '/', mount: this.root };
    for (const [index, name] of names.entries()) {
      if (here.inode?.type !== 'directory') return mount.path;
      const isLast = index === names.length - 1;
      let next = this.step(here, here.inode, name);
      // As the runtime does it: /var/run may be a link, then what is mounted below it lands in /run.
      if (next.inode?.type === 'link' && !isLast) next = this.find({ ...runtime, workingDirectory: here.path }, next.inode.target);
      if (!next.inode) {
        const isFile = isLast && mount.inode.type === 'file';
        const made = isFile ? makeFile('', { modifiedMs: this.now() }) : makeDirectory({}, { modifiedMs: this.now() });
        next.parent.entries.set(next.name, made);
        next = { ...next, inode: made };
      }
      here = next;
    }
    return here.path;
  }
}

/** Who sets a container up. */
const runtime: Actor = { credentials: rootCredentials, workingDirectory: '/', umask: 0o022 };

/** A directory can be opened, but reading it fails as read(2) does. */
function openDirectory(): OpenFile {
  return {
    references: 0,
    *read() {
      throw new Errno('EISDIR');
    },
  };
}

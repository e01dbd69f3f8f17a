// What a file system is made of: files, directories, links and devices with their owners and modes.
import { FileContent } from './file-content.ts';
import type { SpaceAccount } from './space-account.ts';

interface InodeBase {
  uid: number;
  gid: number;
  /** Permission bits with setuid, setgid and sticky: 0-07777. */
  mode: number;
  modifiedMs: number;
  /** Names that lead here. */
  links: number;
}

export interface FileInode extends InodeBase {
  readonly type: 'file';
  content: FileContent;
  /** A name in the program table: executing the file runs that program. */
  program?: string;
  /** Where its bytes are counted. */
  space?: SpaceAccount;
}

export interface DirectoryInode extends InodeBase {
  readonly type: 'directory';
  readonly entries: Map<string, Inode>;
  /** An image's directory that shows through where nothing was changed. */
  readonly lower?: DirectoryInode;
  /** Names of `lower` that were removed. */
  removed?: Set<string>;
  /** Makes entries at each look: /proc. */
  readonly dynamic?: { names(): readonly string[]; entry(name: string): Inode | undefined };
}

export interface LinkInode extends InodeBase {
  readonly type: 'link';
  target: string;
}

export interface DeviceInode extends InodeBase {
  readonly type: 'device';
  readonly device: 'null' | 'zero' | 'full' | 'random' | 'tty' | 'descriptor';
  /** Which of the process's descriptors it stands for: /dev/stdout. */
  readonly descriptor?: number;
}

export type Inode = FileInode | DirectoryInode | LinkInode | DeviceInode;

/** Owner, mode and time of a new inode; root's and 0 where left out. */
export interface InodeOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
  readonly modifiedMs?: number;
}

function base(options: InodeOptions, mode: number): InodeBase {
  return { uid: options.uid ?? 0, gid: options.gid ?? 0, mode: options.mode ?? mode, modifiedMs: options.modifiedMs ?? 0, links: 1 };
}

/** A directory with entries (default 0755). */
export function makeDirectory(entries: Record<string, Inode> = {}, options: InodeOptions = {}): DirectoryInode {
  return { type: 'directory', entries: new Map(Object.entries(entries)), ...base(options, 0o755) };
}

/** A file (default 0644). Its content is bytes, text, or a function that makes bytes at each look. */
export function makeFile(content: Uint8Array | string | (() => Uint8Array), options: InodeOptions & { program?: string } = {}): FileInode {
  const { program } = options;
  return { type: 'file', content: new FileContent(content), ...(program !== undefined && { program }), ...base(options, 0o644) };
}

/** A symbolic link. */
export function makeLink(target: string, options: InodeOptions = {}): LinkInode {
  return { type: 'link', target, ...base(options, 0o777) };
}

/** A directory's entry, copied up from the layer below at the first look: so a container may change what it sees. */
export function entryOf(directory: DirectoryInode, name: string): Inode | undefined {
  const own = directory.entries.get(name);
  if (own) return own;
  if (directory.dynamic) return directory.dynamic.entry(name);
  if (!directory.lower || directory.removed?.has(name)) return undefined;
  const below = entryOf(directory.lower, name);
  if (!below) return undefined;
  const copy = copyUp(below);
  directory.entries.set(name, copy);
  return copy;
}

/** The names in a directory, sorted by bytes as far as ASCII goes. */
export function namesIn(directory: DirectoryInode): string[] {
  const names = new Set(directory.entries.keys());
  if (directory.dynamic) for (const name of directory.dynamic.names()) names.add(name);
  if (directory.lower) for (const name of namesIn(directory.lower)) if (!directory.removed?.has(name)) names.add(name);
  return [...names].sort();
}

/** A container's own view of an image's directory tree. */
export function overlay(lower: DirectoryInode): DirectoryInode {
  const { uid, gid, mode, modifiedMs, links } = lower;
  return { type: 'directory', entries: new Map(), lower, uid, gid, mode, modifiedMs, links };
}

function copyUp(below: Inode): Inode {
  if (below.type === 'directory') return overlay(below);
  if (below.type === 'file') return { ...below, content: below.content.share() };
  return { ...below };
}

/** Puts an inode at a path (`/etc/app/config`) of a tree, with the directories on the way. */
export function putInode(root: DirectoryInode, path: string, inode: Inode): void {
  const names = path.split('/').filter((name) => name !== '');
  const last = names.pop();
  if (last === undefined) return;
  let directory = root;
  for (const name of names) {
    let next = entryOf(directory, name);
    if (next?.type !== 'directory') {
      next = makeDirectory({}, { modifiedMs: inode.modifiedMs });
      directory.entries.set(name, next);
    }
    directory = next;
  }
  directory.entries.set(last, inode);
  directory.removed?.delete(last);
}

/** How big `ls -l` says it is. */
export function sizeOf(inode: Inode): number {
  switch (inode.type) {
    case 'file':
      return inode.content.size;
    case 'directory':
      return 4096;
    case 'link':
      return new TextEncoder().encode(inode.target).length;
    case 'device':
      return 0;
  }
}

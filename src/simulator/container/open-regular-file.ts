// An open regular file: a place in it, and reads and writes from there.

import { Errno } from './errno.ts';
import type { OpenFlags } from './filesystem.ts';
import type { FileInode } from './inode.ts';
import type { OpenFile } from './open-file.ts';
import type { SpaceAccount } from './space-account.ts';

/** Opens the inode; permissions were checked. */
export function openRegularFile(inode: FileInode, flags: OpenFlags, space: SpaceAccount | undefined, now: () => number): OpenFile {
  let offset = 0;
  const file: OpenFile = {
    references: 0,
    seek(to, from) {
      const target = from === 'start' ? to : from === 'current' ? offset + to : inode.content.size + to;
      if (target < 0) throw new Errno('EINVAL');
      offset = target;
      return offset;
    },
  };
  if (flags.read) {
    file.read = function* (_process, max) {
      const part = inode.content.read(offset, max);
      if (part) offset += part.length;
      return part;
    };
    file.peek = () => inode.content.read(offset, 65536) ?? new Uint8Array(0);
  }
  if (flags.write) {
    file.write = function* (process, bytes) {
      if (flags.append) offset = inode.content.size;
      const growth = Math.max(0, offset + bytes.length - inode.content.size);
      const account = inode.space ?? space;
      account?.add(growth);
      if (account?.isMemory) process.kernel.memory.add(growth);
      inode.content.write(offset, bytes);
      inode.modifiedMs = now();
      offset += bytes.length;
    };
  }
  return file;
}

// The device files of a container: /dev/null and its kin, and /dev/stdout, which stands for a descriptor.
import { Errno } from './errno.ts';
import { zeros } from './file-content.ts';
import type { DeviceInode, Inode } from './inode.ts';
import { makeDirectory, makeLink } from './inode.ts';
import { type OpenFile, openNull } from './open-file.ts';
import type { Process } from './process.ts';

/** Opens a device. */
export function openDevice(process: Process, inode: DeviceInode): OpenFile {
  switch (inode.device) {
    case 'null':
      return openNull();
    case 'zero':
    case 'full':
      return {
        references: 0,
        *read(reader, max) {
          yield* reader.work(10);
          return zeros.subarray(0, Math.min(max, zeros.length));
        },
        *write(writer) {
          if (inode.device === 'full') throw new Errno('ENOSPC');
          yield* writer.work(1);
        },
      };
    case 'random':
      return {
        references: 0,
        *read(reader, max) {
          const bytes = new Uint8Array(Math.min(max, 4096));
          for (let index = 0; index < bytes.length; index++) bytes[index] = reader.random.below(256);
          yield* reader.work(bytes.length / 20);
          return bytes;
        },
        *write() {},
      };
    case 'tty': {
      const terminal = process.descriptors.find((file) => file?.terminal);
      if (!terminal) throw new Errno('EIO');
      return terminal;
    }
    case 'descriptor': {
      const file = process.descriptors[inode.descriptor ?? 0];
      if (!file) throw new Errno('ENOENT');
      return file;
    }
  }
}

function device(kind: DeviceInode['device'], mode: number, descriptor?: number): DeviceInode {
  return { type: 'device', device: kind, ...(descriptor !== undefined && { descriptor }), uid: 0, gid: 0, mode, modifiedMs: 0, links: 1 };
}

/** The entries of a container's /dev. */
export function deviceDirectory(nowMs: number): ReturnType<typeof makeDirectory> {
  const entries: Record<string, Inode> = {
    null: device('null', 0o666),
    zero: device('zero', 0o666),
    full: device('full', 0o666),
    random: device('random', 0o666),
    urandom: device('random', 0o666),
    tty: device('tty', 0o666),
    stdin: device('descriptor', 0o777, 0),
    stdout: device('descriptor', 0o777, 1),
    stderr: device('descriptor', 0o777, 2),
    fd: makeLink('/proc/self/fd'),
    shm: makeDirectory({}, { mode: 0o1777, modifiedMs: nowMs }),
    mqueue: makeDirectory({}, { mode: 0o1777, modifiedMs: nowMs }),
    pts: makeDirectory({}, { modifiedMs: nowMs }),
  };
  for (const inode of Object.values(entries)) inode.modifiedMs = nowMs;
  return makeDirectory(entries, { modifiedMs: nowMs });
}

// The device files of a container: /dev/null and its kin, and /dev/stdout, which stands for a descriptor.
import { Errno } from './errno.ts';
import { zeros } from './file-content.ts';
import type { DeviceInode, DirectoryInode, Inode } from './inode.ts';
import { makeDirectory, makeLink, overlay } from './inode.ts';
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

type Make = (modifiedMs: number) => Inode;

function device(kind: DeviceInode['device'], mode: number, descriptor?: number): Make {
  return (modifiedMs) => ({
    type: 'device',
    device: kind,
    ...(descriptor !== undefined && { descriptor }),
    uid: 0,
    gid: 0,
    mode,
    modifiedMs,
    links: 1,
  });
}

const entries: Readonly<Record<string, Make>> = {
  null: device('null', 0o666),
  zero: device('zero', 0o666),
  full: device('full', 0o666),
  random: device('random', 0o666),
  urandom: device('random', 0o666),
  tty: device('tty', 0o666),
  stdin: device('descriptor', 0o777, 0),
  stdout: device('descriptor', 0o777, 1),
  stderr: device('descriptor', 0o777, 2),
  fd: (modifiedMs) => makeLink('/proc/self/fd', { modifiedMs }),
  shm: (modifiedMs) => makeDirectory({}, { mode: 0o1777, modifiedMs }),
  mqueue: (modifiedMs) => makeDirectory({}, { mode: 0o1777, modifiedMs }),
  pts: (modifiedMs) => makeDirectory({}, { modifiedMs }),
};
const names = Object.keys(entries);

/** A container's /dev. Each entry is made when somebody looks: most containers never do. */
export function deviceDirectory(nowMs: number): DirectoryInode {
  const entry = (name: string): Inode | undefined => (Object.hasOwn(entries, name) ? entries[name]!(nowMs) : undefined);
  return overlay({ ...makeDirectory({}, { modifiedMs: nowMs }), dynamic: { names: () => names, entry } });
}

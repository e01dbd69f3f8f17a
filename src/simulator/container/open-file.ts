// What a descriptor points at: a file, a pipe, a terminal, a socket. Bytes in, bytes out.
import type { Blocking } from './blocking.ts';
import { Errno } from './errno.ts';
import type { Process } from './process.ts';

/** An open file description. Several descriptors, also of several processes, can point at one; it is closed with the last of them. */
export interface OpenFile {
  /** How many descriptors point here. Only `retain` and `release` change it; start it at 0. */
  references: number;
  /** At least one byte and at most `max`, waiting for it if need be; undefined at the end. Missing: can't be read (EBADF). */
  read?(process: Process, max: number): Blocking<Uint8Array | undefined>;
  /** Writes all of it, waiting while the other side is full. Throws EPIPE when nobody can read it any more. Missing: can't be written. */
  write?(process: Process, bytes: Uint8Array): Blocking;
  /** What `read` would give at once, without taking it; empty when it would wait. Missing: not known. */
  peek?(): Uint8Array;
  /** The last descriptor is gone. */
  close?(): void;
  /** Moves to a place in the file and returns it. Missing: can't seek (ESPIPE). */
  seek?(offset: number, from: 'start' | 'current' | 'end'): number;
  /** Set for a terminal. */
  readonly terminal?: TerminalFace;
}

/** What programs may ask of the terminal that they run on; terminal.ts is it. */
export interface TerminalFace {
  readonly columns: number;
  readonly rows: number;
  /** The process group that ^C goes to. */
  foreground: number;
}

/** One more descriptor points at the file. */
export function retain<F extends OpenFile | undefined>(file: F): F {
  if (file) file.references++;
  return file;
}

/** One descriptor less; the last one closes the file. */
export function release(file: OpenFile): void {
  file.references--;
  if (file.references === 0) file.close?.();
}

/** /dev/null. */
export function openNull(): OpenFile {
  return {
    references: 0,
    *read() {
      return undefined;
    },
    *write() {},
  };
}

/** A file that gives these bytes and can't be written: here-documents, and what a runtime hands in. */
export function openBytes(bytes: Uint8Array): OpenFile {
  let offset = 0;
  return {
    references: 0,
    *read(_process, max) {
      if (offset >= bytes.length) return undefined;
      const part = bytes.subarray(offset, offset + max);
      offset += part.length;
      return part;
    },
    peek: () => bytes.subarray(offset),
    seek: (to, from) => {
      const target = from === 'start' ? to : from === 'current' ? offset + to : bytes.length + to;
      if (target < 0) throw new Errno('EINVAL');
      offset = target;
      return offset;
    },
  };
}

/** A file that hands everything written to it on: container logs, captured output. */
export function openSink(take: (bytes: Uint8Array) => void): OpenFile {
  return {
    references: 0,
    *write(_process, bytes) {
      take(bytes);
    },
  };
}

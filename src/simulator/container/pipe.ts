// A pipe: bytes from writers to readers, bounded, so that a fast writer waits for a slow reader.
import { type Blocking, Waiters } from './blocking.ts';
import { Errno } from './errno.ts';
import type { OpenFile } from './open-file.ts';
import type { Process } from './process.ts';

/** As on Linux. */
const capacityBytes = 65536;
const nothing = new Uint8Array(0);
const pageBytes = 16_384;
const largestPiece = 1024;

/** What small pieces are cut from: a probe's request and its answer would otherwise each take memory of their own, which costs more than all that is done with it. */
let page = new ArrayBuffer(pageBytes);
let pageUsed = 0;

function newBuffer(bytes: number): Uint8Array {
  if (bytes > largestPiece) return new Uint8Array(bytes);
  if (pageUsed + bytes > pageBytes) {
    page = new ArrayBuffer(pageBytes);
    pageUsed = 0;
  }
  const piece = new Uint8Array(page, pageUsed, bytes);
  pageUsed += bytes;
  return piece;
}

/** The two ends of a pipe. A socket is two of them crosswise. */
export class Pipe {
  private readEnd: OpenFile | undefined;
  private writeEnd: OpenFile | undefined;
  /** Between `start` and `end` lies what was written and not read yet. */
  private buffer: Uint8Array = nothing;
  private start = 0;
  private end = 0;
  private readerOpen = true;
  private writerOpen = true;
  private broken: Errno | undefined;
  private readonly readable = new Waiters();
  private readonly writable = new Waiters();

  /** The end that is read from, as a file. */
  get reader(): OpenFile {
    this.readEnd ??= {
      references: 0,
      read: (process, max) => this.read(process, max),
      peek: () => this.peek(),
      close: () => this.closeReader(),
    };
    return this.readEnd;
  }

  /** The end that is written to, as a file. */
  get writer(): OpenFile {
    this.writeEnd ??= { references: 0, write: (process, bytes) => this.write(process, bytes), close: () => this.closeWriter() };
    return this.writeEnd;
  }

  /** What was written and not read yet, without taking it. */
  peek(): Uint8Array {
    return this.buffer.subarray(this.start, this.end);
  }

  /** True when a read would not wait. */
  get isReadable(): boolean {
    return this.end > this.start || !this.writerOpen || this.broken !== undefined;
  }

  /** Bytes that were written and not read yet. */
  get bufferedBytes(): number {
    return this.end - this.start;
  }

  /** Waits for bytes and gives at most `max` of them; undefined once the writers are gone and all is read. */
  *read(_process: Process | undefined, max: number): Blocking<Uint8Array | undefined> {
    while (this.end === this.start) {
      if (this.broken) throw this.broken;
      if (!this.writerOpen) return undefined;
      yield* this.readable.next();
    }
    return this.take(max);
  }

  /** Bytes that are there now, without waiting. */
  take(max: number): Uint8Array | undefined {
    if (this.end === this.start) return undefined;
    const isAll = this.end - this.start <= max;
    // Whoever takes all that is there may have the buffer with it.
    const part = isAll ? this.buffer.subarray(this.start, this.end) : this.buffer.slice(this.start, this.start + max);
    this.start += part.length;
    if (isAll) this.clear();
    this.writable.wakeAll();
    return part;
  }

  /** Writes all of it, waiting while the pipe is full. */
  *write(process: Process | undefined, bytes: Uint8Array): Blocking {
    let rest = bytes;
    while (rest.length > 0) {
      while (this.readerOpen && !this.broken && this.bufferedBytes >= capacityBytes) yield* this.writable.next();
      if (this.broken) throw this.broken;
      if (!this.readerOpen) {
        process?.signal(13);
        throw new Errno('EPIPE');
      }
      const part = rest.subarray(0, capacityBytes - this.bufferedBytes);
      this.put(part);
      rest = rest.subarray(part.length);
    }
  }

  /** Puts bytes in from outside any process, however full it is: what a client sent. */
  put(bytes: Uint8Array): void {
    if (bytes.length === 0 || !this.readerOpen) return;
    this.makeRoom(bytes.length);
    this.buffer.set(bytes, this.end);
    this.end += bytes.length;
    this.readable.wakeAll();
  }

  /** Nobody will write any more. */
  closeWriter(): void {
    this.writerOpen = false;
    this.readable.wakeAll();
  }

  /** Nobody will read any more: writers get EPIPE. */
  closeReader(): void {
    this.readerOpen = false;
    this.clear();
    this.writable.wakeAll();
  }

  /** Ends it with an error for both sides, as a connection that was reset. */
  breakOff(error: Errno): void {
    this.broken = error;
    this.clear();
    this.readable.wakeAll();
    this.writable.wakeAll();
  }

  /** Calls back once when a read would no longer wait, or when a write would not; the result calls it off. */
  onReadable(wake: () => void): () => void {
    return this.readable.add(wake);
  }

  private clear(): void {
    this.start = 0;
    this.end = 0;
    this.buffer = nothing;
  }

  private makeRoom(bytes: number): void {
    if (this.end + bytes <= this.buffer.length) return;
    const held = this.end - this.start;
    const target = held + bytes <= this.buffer.length / 2 ? this.buffer : newBuffer(Math.max(this.buffer.length * 2, held + bytes));
    target.set(this.buffer.subarray(this.start, this.end));
    this.buffer = target;
    this.start = 0;
    this.end = held;
  }
}

// The bytes of a regular file: shared with the image until written, stored in pages after that, zeros for free.
import type { Cancel } from '../clock.ts';
import { Waiters } from './blocking.ts';
import { encode } from './text.ts';

const pageBytes = 65536;
/** Bytes that say "zeros" by being this array's; a page written from them alone is not stored. */
export const zeros = new Uint8Array(pageBytes);

const empty = new Uint8Array(0);

/** What a file holds. Reads give views that must not be written to. */
export class FileContent {
  private base: Uint8Array | string | (() => Uint8Array);
  private pages: (Uint8Array | undefined)[] | undefined;
  private length = 0;
  private watchers: Waiters | undefined;

  /** Bytes that are taken as they are (and must not change any more), text, or a function that makes them at each look: /proc, projected volumes. */
  constructor(base: Uint8Array | string | (() => Uint8Array) = empty) {
    this.base = base;
  }

  get size(): number {
    return this.pages ? this.length : this.all().length;
  }

  /** Another file with the same bytes; nothing is copied until one of them is written. */
  share(): FileContent {
    return new FileContent(!this.pages && typeof this.base === 'function' ? this.base : this.all());
  }

  /** At most `max` bytes from `offset`, fewer at a page's end; undefined at the end of the file. */
  read(offset: number, max: number): Uint8Array | undefined {
    if (!this.pages) {
      const bytes = this.all();
      return offset < bytes.length ? bytes.subarray(offset, offset + max) : undefined;
    }
    if (offset >= this.length) return undefined;
    const start = offset % pageBytes;
    const count = Math.min(max, pageBytes - start, this.length - offset);
    const page = this.pages[Math.floor(offset / pageBytes)];
    if (!page) return zeros.subarray(0, count);
    if (page.length >= start + count) return page.subarray(start, start + count);
    const padded = new Uint8Array(count);
    padded.set(page.subarray(start));
    return padded;
  }

  /** Everything. */
  all(): Uint8Array {
    if (!this.pages) {
      // Most files that come as text are never read.
      if (typeof this.base === 'string') this.base = encode(this.base);
      return typeof this.base === 'function' ? this.base() : this.base;
    }
    const whole = new Uint8Array(this.length);
    for (const [index, page] of this.pages.entries()) {
      if (page) whole.set(page.subarray(0, Math.min(page.length, this.length - index * pageBytes)), index * pageBytes);
    }
    return whole;
  }

  /** Replaces everything. */
  replace(bytes: Uint8Array | (() => Uint8Array)): void {
    this.base = bytes;
    this.pages = undefined;
    this.changed();
  }

  write(offset: number, bytes: Uint8Array): void {
    const pages = this.ownPages();
    let from = 0;
    while (from < bytes.length) {
      const at = offset + from;
      const start = at % pageBytes;
      const count = Math.min(bytes.length - from, pageBytes - start);
      this.writePage(pages, Math.floor(at / pageBytes), start, bytes.subarray(from, from + count));
      from += count;
    }
    this.length = Math.max(this.length, offset + bytes.length);
    this.changed();
  }

  truncate(size: number): void {
    if (size === 0) {
      this.replace(empty);
      return;
    }
    const pages = this.ownPages();
    if (size < this.length) {
      pages.length = Math.ceil(size / pageBytes);
      const last = pages[pages.length - 1];
      if (last && size % pageBytes > 0) last.fill(0, size % pageBytes);
    }
    this.length = size;
    this.changed();
  }

  /** Calls back once at the next change. */
  onChange(wake: () => void): Cancel {
    this.watchers ??= new Waiters();
    return this.watchers.add(wake);
  }

  private changed(): void {
    this.watchers?.wakeAll();
  }

  private ownPages(): (Uint8Array | undefined)[] {
    if (this.pages) return this.pages;
    const bytes = this.all();
    this.pages = [];
    this.length = 0;
    this.base = empty;
    for (let offset = 0; offset < bytes.length; offset += pageBytes) {
      this.writePage(this.pages, offset / pageBytes, 0, bytes.subarray(offset, offset + pageBytes));
    }
    this.length = bytes.length;
    return this.pages;
  }

  private writePage(pages: (Uint8Array | undefined)[], index: number, start: number, bytes: Uint8Array): void {
    while (pages.length <= index) pages.push(undefined);
    const page = pages[index];
    if (!page && bytes.buffer === zeros.buffer) return;
    const end = start + bytes.length;
    if (page && page.length >= end) {
      page.set(bytes, start);
      return;
    }
    const grown = new Uint8Array(Math.min(pageBytes, Math.max(end, page ? page.length * 2 : 64)));
    if (page) grown.set(page);
    grown.set(bytes, start);
    pages[index] = grown;
  }
}

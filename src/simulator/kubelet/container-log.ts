// A container's log, as the runtime keeps it: lines with stream and time, rotated when they are too many. kubernetes: pkg/kubelet/kuberuntime/logs

import type { Clock } from '../clock.ts';
import { concatenate } from '../container/text.ts';

/** Whole lines that were written at once. A program can write millions: they are told apart only when somebody reads them. */
export interface LogChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly atMs: number;
  readonly bytes: Uint8Array;
  /** How many lines of the same instant came before. */
  readonly index: number;
}

/** A chunk where the log keeps it: a part of a page. */
class KeptChunk implements LogChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly atMs: number;
  readonly index: number;
  private readonly page: Uint8Array;
  private readonly start: number;
  private readonly end: number;

  constructor(stream: 'stdout' | 'stderr', atMs: number, index: number, place: { page: Uint8Array; start: number; end: number }) {
    this.stream = stream;
    this.atMs = atMs;
    this.index = index;
    this.page = place.page;
    this.start = place.start;
    this.end = place.end;
  }

  get bytes(): Uint8Array {
    return this.page.subarray(this.start, this.end);
  }
}

/** One line (or the piece of a long one that came at once), with its newline if it has one. */
export interface LogLine {
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly bytes: Uint8Array;
}

const newline = 10;
const nothing = new Uint8Array(0);
const smallestPage = 256;
const largestPage = 65_536;
/** containerd: a longer line is stored in pieces. */
const longestLine = 16_384;
/** kubernetes: containerLogMaxSize. Unlike Kubernetes: rotated at once rather than at a look every ten seconds. */
const rotateAtBytes = 10 * 1024 * 1024;

export class ContainerLog {
  private readonly clock: Clock;
  private kept: LogChunk[] = [];
  private bytes = 0;
  /** Where the next chunk goes: lines of a few letters share a page. */
  private page: Uint8Array = nothing;
  private pageUsed = 0;
  private readonly unfinished: { stdout: Uint8Array; stderr: Uint8Array } = { stdout: nothing, stderr: nothing };
  private readonly followers = new Set<{ onChunk: (chunk: LogChunk) => void; onEnd: () => void }>();
  private lastMs = 0;
  private sameInstant = 0;
  isEnded = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** What the container wrote. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const before = this.unfinished[stream];
    const rest = before.length === 0 ? bytes : concatenate([before, bytes]);
    const tail = rest.length - (rest.lastIndexOf(newline) + 1);
    const whole = rest.length - (tail % longestLine);
    const isAll = whole === rest.length;
    if (whole > 0) this.append(stream, isAll ? rest : rest.subarray(0, whole));
    this.unfinished[stream] = isAll ? nothing : rest.slice(whole);
  }

  /** The container is over: what had no newline yet is a line too. */
  end(): void {
    if (this.isEnded) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.unfinished[stream].length > 0) this.append(stream, this.unfinished[stream]);
    }
    this.isEnded = true;
    for (const { onEnd } of this.followers) onEnd();
    this.followers.clear();
  }

  /** All that is kept since the last rotation. */
  chunks(): readonly LogChunk[] {
    return this.kept;
  }

  /** Hears what else is written, and the end; the result stops that. */
  follow(onChunk: (chunk: LogChunk) => void, onEnd: () => void): () => void {
    const follower = { onChunk, onEnd };
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  private append(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const { now } = this.clock;
    if (now !== this.lastMs) this.sameInstant = 0;
    this.lastMs = now;
    const chunk = new KeptChunk(stream, now, this.sameInstant, this.keep(bytes));
    this.sameInstant += countLines(bytes);
    if (this.bytes + bytes.length > rotateAtBytes) {
      this.kept = [];
      this.bytes = 0;
    }
    this.kept.push(chunk);
    this.bytes += bytes.length;
    for (const { onChunk } of this.followers) onChunk(chunk);
  }

  private keep(bytes: Uint8Array): { page: Uint8Array; start: number; end: number } {
    if (this.pageUsed + bytes.length > this.page.length) {
      const size = Math.min(largestPage, Math.max(smallestPage, 2 * this.page.length));
      this.page = new Uint8Array(Math.max(size, bytes.length));
      this.pageUsed = 0;
    }
    const start = this.pageUsed;
    this.page.set(bytes, start);
    this.pageUsed += bytes.length;
    return { page: this.page, start, end: this.pageUsed };
  }
}

/** The lines of a chunk, each with its own time. */
export function linesOf({ bytes, atMs, index }: LogChunk): LogLine[] {
  const lines: LogLine[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = lineEnd(bytes, from);
    lines.push({ time: nanoTimestamp(atMs, index + lines.length), bytes: bytes.subarray(from, to) });
    from = to;
  }
  return lines;
}

/** The last lines of several chunks. */
export function lastLines(chunks: readonly LogChunk[], count: number): LogLine[] {
  let lines: LogLine[] = [];
  for (let place = chunks.length - 1; place >= 0 && lines.length < count; place--) lines = [...linesOf(chunks[place]!), ...lines];
  return lines.slice(-count);
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let from = 0; from < bytes.length; count++) from = lineEnd(bytes, from);
  return count;
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(newline, from);
  return Math.min(end < 0 ? bytes.length : end + 1, from + longestLine);
}

/** Lines of one instant differ by some microseconds, as real ones do. */
function nanoTimestamp(ms: number, index: number): string {
  const nanoseconds = String(((index * 7919 + 3571) % 990_000) + index)
    .padStart(6, '0')
    .slice(-6);
  return `${new Date(ms).toISOString().slice(0, 23)}${nanoseconds}Z`.replace(/0+Z$/, 'Z');
}

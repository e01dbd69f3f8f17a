// A container's log, as the runtime keeps it: lines with stream and time, rotated when they are too many. kubernetes: pkg/kubelet/kuberuntime/logs
import type { Clock } from '../clock.ts';

/** Whole lines that were written at once. A program can write millions: they are told apart only when somebody reads them. */
export interface LogChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly atMs: number;
  readonly bytes: Uint8Array;
  /** How many lines of the same instant came before. */
  readonly index: number;
}

/** One line (or the piece of a long one that came at once), with its newline if it has one. */
export interface LogLine {
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly bytes: Uint8Array;
}

const newline = 10;
const nothing = new Uint8Array(0);
/** containerd: a longer line is stored in pieces. */
const longestLine = 16_384;
/** kubernetes: containerLogMaxSize. Unlike Kubernetes: rotated at once rather than at a look every ten seconds. */
const rotateAtBytes = 10 * 1024 * 1024;

export class ContainerLog {
  private readonly clock: Clock;
  private kept: LogChunk[] = [];
  private bytes = 0;
  private readonly unfinished: { stdout: Uint8Array; stderr: Uint8Array } = { stdout: nothing, stderr: nothing };
  private readonly followers = new Set<{ onChunk: (chunk: LogChunk) => void; onEnd: () => void }>();
  private lastMs = 0;
  private sameInstant = 0;
  isEnded = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** What the container wrote. The bytes are the log's from now on. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const before = this.unfinished[stream];
    const rest = before.length === 0 ? bytes : concatenate(before, bytes);
    const tail = rest.length - (rest.lastIndexOf(newline) + 1);
    const whole = rest.length - (tail % longestLine);
    const isAll = whole === rest.length;
    if (whole > 0) this.append(stream, isAll ? rest : rest.slice(0, whole));
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
    const chunk: LogChunk = { stream, atMs: now, bytes, index: this.sameInstant };
    this.sameInstant += countLines(bytes);
    if (this.bytes + bytes.length > rotateAtBytes) {
      this.kept = [];
      this.bytes = 0;
    }
    this.kept.push(chunk);
    this.bytes += bytes.length;
    for (const { onChunk } of this.followers) onChunk(chunk);
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

function concatenate(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

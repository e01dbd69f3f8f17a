// A container's log, as the runtime keeps it: lines with stream and time, rotated when they are too many. kubernetes: pkg/kubelet/kuberuntime/logs
import type { Clock } from '../clock.ts';

/** One line (or the piece of a long one that came at once), with its newline if it has one. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly atMs: number;
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly bytes: Uint8Array;
}

const newline = 10;
/** containerd: a longer line is stored in pieces. */
const longestLine = 16_384;
/** kubernetes: containerLogMaxSize. Unlike Kubernetes: rotated at once rather than at a look every ten seconds. */
const rotateAtBytes = 10 * 1024 * 1024;

export class ContainerLog {
  private readonly clock: Clock;
  private lines: LogLine[] = [];
  private bytes = 0;
  private readonly unfinished: { stdout: Uint8Array; stderr: Uint8Array } = { stdout: new Uint8Array(0), stderr: new Uint8Array(0) };
  private readonly followers = new Set<{ onLine: (line: LogLine) => void; onEnd: () => void }>();
  private lastMs = 0;
  private sameInstant = 0;
  isEnded = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** What the container wrote. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const before = this.unfinished[stream];
    let rest = before.length === 0 ? bytes : concatenate(before, bytes);
    for (;;) {
      const end = rest.indexOf(newline);
      if (end < 0 && rest.length < longestLine) break;
      const length = end < 0 ? longestLine : Math.min(end + 1, longestLine);
      this.append(stream, rest.slice(0, length));
      rest = rest.subarray(length);
    }
    this.unfinished[stream] = rest.slice();
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

  /** All lines since the last rotation. */
  all(): readonly LogLine[] {
    return this.lines;
  }

  /** Hears each further line and the end; the result stops that. */
  follow(onLine: (line: LogLine) => void, onEnd: () => void): () => void {
    const follower = { onLine, onEnd };
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  private append(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const { now } = this.clock;
    this.sameInstant = now === this.lastMs ? this.sameInstant + 1 : 0;
    this.lastMs = now;
    const line: LogLine = { stream, atMs: now, time: nanoTimestamp(now, this.sameInstant), bytes };
    if (this.bytes + bytes.length > rotateAtBytes) {
      this.lines = [];
      this.bytes = 0;
    }
    this.lines.push(line);
    this.bytes += bytes.length;
    for (const { onLine } of this.followers) onLine(line);
  }
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

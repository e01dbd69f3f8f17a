// Reads a container's log as `kubectl logs` asks for it: the last lines, since a time, with times, followed. kubernetes: pkg/kubelet/kuberuntime/logs/logs.go
import type { LogOptions } from '../apiserver/kubelet-connection.ts';
import type { Stream } from '../apiserver/request.ts';
import type { Clock } from '../clock.ts';
import { ContainerStream } from '../container/container-stream.ts';
import type { ContainerLog, LogLine } from './container-log.ts';

const logChannel = 1;
const encoder = new TextEncoder();

/** A stream of the log's bytes on channel 1. Without `follow` it ends by itself, otherwise with the container. */
export function readLog(log: ContainerLog, options: LogOptions, clock: Clock): Stream {
  let stop: (() => void) | undefined;
  const stream = new ContainerStream(clock, { onStdin: () => {}, onStdinEnd: () => {}, onHangUp: () => stop?.() });
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  const show = (line: LogLine): void => {
    if (left <= 0 || !isWanted(line, options)) return;
    const bytes = options.timestamps ? concatenate(encoder.encode(`${line.time} `), line.bytes) : line.bytes;
    stream.send(logChannel, bytes.subarray(0, left));
    left -= bytes.length;
  };
  for (const line of lastLines(log, options, clock)) show(line);
  if (!options.follow || log.isEnded) stream.finish();
  else stop = log.follow(show, () => stream.finish());
  return stream;
}

function lastLines(log: ContainerLog, options: LogOptions, clock: Clock): readonly LogLine[] {
  const since = sinceMs(options, clock);
  const wanted = log.all().filter((line) => line.atMs >= since && isWanted(line, options));
  return options.tailLines === undefined || options.tailLines < 0 ? wanted : wanted.slice(Math.max(0, wanted.length - options.tailLines));
}

function sinceMs({ sinceSeconds, sinceTime }: LogOptions, clock: Clock): number {
  if (sinceSeconds !== undefined) return clock.now - sinceSeconds * 1000;
  return sinceTime === undefined ? 0 : Date.parse(sinceTime);
}

function isWanted({ stream }: LogLine, options: LogOptions): boolean {
  return options.stream === undefined || options.stream === 'All' || options.stream.toLowerCase() === stream;
}

function concatenate(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

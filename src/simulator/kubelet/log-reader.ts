// Reads a container's log as `kubectl logs` asks for it: the last lines, since a time, with times, followed. kubernetes: pkg/kubelet/kuberuntime/logs/logs.go

import type { LogOptions } from '../apiserver/kubelet-connection.ts';
import type { Stream } from '../apiserver/request.ts';
import type { Clock } from '../clock.ts';
import { ContainerStream } from '../container/container-stream.ts';
import { concatenate } from '../container/text.ts';
import { type ContainerLog, type LogChunk, linesOf } from './container-log.ts';

const logChannel = 1;
const encoder = new TextEncoder();

/** A stream of the log's bytes on channel 1. Without `follow` it ends by itself, otherwise with the container. */
export function readLog(log: ContainerLog, options: LogOptions, clock: Clock): Stream {
  let stop: (() => void) | undefined;
  const stream = new ContainerStream(clock, { onStdin: () => {}, onStdinEnd: () => {}, onHangUp: () => stop?.() });
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  const send = (bytes: Uint8Array): void => {
    if (left <= 0) return;
    stream.send(logChannel, bytes.subarray(0, left));
    left -= bytes.length;
  };
  const show = (chunk: LogChunk): void => {
    if (!isWanted(chunk, options)) return;
    if (!options.timestamps) send(chunk.bytes);
    else for (const { time, bytes } of linesOf(chunk)) send(concatenate([encoder.encode(`${time} `), bytes]));
  };
  for (const chunk of lastChunks(log, options, clock)) show(chunk);
  if (!options.follow || log.isEnded) stream.finish();
  else stop = log.follow(show, () => stream.finish());
  return stream;
}

/** What is new enough and wanted, back to as many lines as are asked for. */
function lastChunks(log: ContainerLog, options: LogOptions, clock: Clock): readonly LogChunk[] {
  const since = sinceMs(options, clock);
  const wanted = log.chunks().filter((chunk) => chunk.atMs >= since && isWanted(chunk, options));
  if (options.tailLines === undefined || options.tailLines < 0) return wanted;
  const last: LogChunk[] = [];
  let missing = options.tailLines;
  for (let place = wanted.length - 1; place >= 0 && missing > 0; place--) {
    const lines = linesOf(wanted[place]!);
    last.unshift(lines.length <= missing ? wanted[place]! : withoutFirst(wanted[place]!, lines.length - missing));
    missing -= lines.length;
  }
  return last;
}

function withoutFirst(chunk: LogChunk, count: number): LogChunk {
  const gone = linesOf(chunk).slice(0, count);
  const start = gone.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { stream: chunk.stream, atMs: chunk.atMs, index: chunk.index + count, bytes: chunk.bytes.subarray(start) };
}

function sinceMs({ sinceSeconds, sinceTime }: LogOptions, clock: Clock): number {
  if (sinceSeconds !== undefined) return clock.now - sinceSeconds * 1000;
  return sinceTime === undefined ? 0 : Date.parse(sinceTime);
}

function isWanted({ stream }: LogChunk, options: LogOptions): boolean {
  return options.stream === undefined || options.stream === 'All' || options.stream.toLowerCase() === stream;
}

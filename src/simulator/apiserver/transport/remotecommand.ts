// exec and attach over a WebSocket: each message is a channel's number and bytes.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go
import type { RawData, WebSocket } from 'ws';
import type { Stream } from '../request.ts';

/** v5 only: "the channel in the next byte is closed". */
const closeChannel = 255;
const bufferedBytesMax = 256 * 1024;

/** Joins a WebSocket (v5.channel.k8s.io, v4.channel.k8s.io) and a process's channels until one of them ends. */
export function serveRemoteCommand(webSocket: WebSocket, stream: Stream): void {
  let isDone = false;
  let isPaused = false;
  webSocket.on('message', (data: RawData) => {
    const bytes = asBytes(data);
    if (bytes.length === 0) return;
    if (bytes[0] === closeChannel) stream.end(bytes[1] ?? 0);
    else stream.write(bytes[0]!, bytes.subarray(1));
  });
  webSocket.on('close', () => {
    if (!isDone) stream.hangUp();
  });
  const resume = () => {
    if (!isPaused || webSocket.bufferedAmount > bufferedBytesMax) return;
    isPaused = false;
    stream.resume();
  };
  stream.onData((channel, bytes) => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    webSocket.send(Buffer.concat([Buffer.from([channel]), bytes]), { binary: true }, resume);
    if (webSocket.bufferedAmount <= bufferedBytesMax) return;
    isPaused = true;
    stream.pause();
  });
  stream.onEnd(() => {
    isDone = true;
    webSocket.close(1000);
  });
}

/** A message as one piece of bytes. */
export function asBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

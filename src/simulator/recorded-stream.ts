// Streams as they leave the simulator: what the client does to them is written down in the journal first, and the simulator can end them.
import type { ApiPortForward, Stream } from './apiserver/request.ts';
import type { Input, Journal } from './journal.ts';

/** Called with each input before it takes effect. */
type Record = (input: Input) => void;

/** The same stream; what the client does to it is recorded first. */
export function recordedStream(stream: Stream, number: number, record: Record): Stream {
  return {
    onData: (listener) => stream.onData(listener),
    onEnd: (listener) => stream.onEnd(listener),
    write(channel, bytes) {
      record({ type: 'write', stream: number, channel, bytes: bytes.slice() });
      stream.write(channel, bytes);
    },
    end(channel) {
      record({ type: 'end', stream: number, channel });
      stream.end(channel);
    },
    pause() {
      record({ type: 'pause', stream: number });
      stream.pause();
    },
    resume() {
      record({ type: 'resume', stream: number });
      stream.resume();
    },
    hangUp() {
      record({ type: 'hangUp', stream: number });
      stream.hangUp();
    },
  };
}

/** The same port-forward; the connections that the client opens are recorded. */
export function recordedPortForward(forward: ApiPortForward, number: number, journal: Journal, record: Record): ApiPortForward {
  return {
    kind: 'portforward',
    connect(port) {
      const stream = journal.nextStream();
      record({ type: 'connect', forward: number, port, stream });
      return recordedStream(forward.connect(port), stream, record);
    },
  };
}

export interface EndableStream extends Stream {
  /** Tells the client that it is over, and the cluster that the client is gone. */
  endNow(): void;
}

/** The same stream, which can also be ended from this side. `onOver` is called when it ended by whichever. */
export function endableStream(stream: Stream, onOver: () => void): EndableStream {
  const listeners: (() => void)[] = [];
  let isOver = false;
  const over = () => {
    if (isOver) return;
    isOver = true;
    onOver();
    for (const listener of listeners) listener();
  };
  stream.onEnd(over);
  return {
    onData: (listener) => stream.onData((channel, bytes) => (isOver ? undefined : listener(channel, bytes))),
    onEnd(listener) {
      if (isOver) listener();
      else listeners.push(listener);
    },
    write: (channel, bytes) => stream.write(channel, bytes),
    end: (channel) => stream.end(channel),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    hangUp() {
      if (isOver) return;
      isOver = true;
      onOver();
      stream.hangUp();
    },
    endNow() {
      if (isOver) return;
      stream.hangUp();
      over();
    },
  };
}

// A connection from the machine that the nodes run on to a port of a node, as a Stream: the way in for browsers and curl outside.
import { channels, type Stream } from '../apiserver/request.ts';
import type { Clock } from '../clock.ts';
import { ContainerStream } from '../container/container-stream.ts';
import type { Connection } from './connection.ts';
import type { Network } from './network.ts';

/** Nobody outside waits longer than this for a node to answer. */
const giveUpMs = 10_000;

/** `write(0, …)` sends, data of channel 1 comes from the cluster. When nobody answers, the stream ends without a byte. */
export function streamFromOutside(network: Network, clock: Clock, nodeName: string, port: number): Stream {
  let connection: Connection | undefined;
  let isAllSent = false;
  const early: Uint8Array[] = [];
  const stream = new ContainerStream(clock, {
    onStdin: (bytes) => (connection ? connection.send(bytes) : early.push(bytes)),
    onStdinEnd() {
      isAllSent = true;
      connection?.shutdown();
    },
    onHangUp() {
      callOff();
      connection?.close();
    },
  });
  const callOff = network.connectFromOutside(nodeName, port, { timeoutMs: giveUpMs }, (result) => {
    if (result.outcome === 'failed') return stream.finish();
    const opened = result.connection;
    connection = opened;
    opened.listen(clock, {
      data: (bytes) => stream.send(channels.stdout, bytes),
      end: () => {
        stream.finish();
        opened.close();
      },
    });
    for (const bytes of early.splice(0)) opened.send(bytes);
    if (isAllSent) opened.shutdown();
  });
  return stream;
}

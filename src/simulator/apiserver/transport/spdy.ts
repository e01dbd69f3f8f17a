// SPDY/3.1 framing, server side, as far as Kubernetes clients use it: kubectl tunnels it through a WebSocket for port-forward.
// No library does this on a supported Node. (draft-mbelshe-httpbis-spdy-00)
import { SpdyHeaderCompression } from './spdy-headers.ts';

const frameTypes = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 };
const finFlag = 1;
const frameBytesMax = 1 << 24;

/** One stream of a SPDY connection. */
export interface SpdyStream {
  readonly id: number;
  readonly headers: Readonly<Record<string, string>>;
  onData: ((bytes: Uint8Array) => void) | undefined;
  /** The client will send no more. */
  onEnd: (() => void) | undefined;
  onReset: (() => void) | undefined;
  write(bytes: Uint8Array): void;
  /** We will send no more. */
  end(): void;
}

/** Reads frames from `feed` and writes frames with `send`. Frames are handled strictly in order: header compression has a state. */
export class SpdyConnection {
  onStream: ((stream: SpdyStream) => void) | undefined;
  private readonly send: (bytes: Uint8Array) => void;
  private readonly compression = new SpdyHeaderCompression();
  private readonly streams = new Map<number, SpdyStream>();
  private pending = Buffer.alloc(0);

  constructor(send: (bytes: Uint8Array) => void) {
    this.send = send;
  }

  /** Takes what came from the client. Throws on what is no SPDY. */
  feed(bytes: Uint8Array): void {
    this.pending = this.pending.length > 0 ? Buffer.concat([this.pending, bytes]) : Buffer.from(bytes);
    while (this.pending.length >= 8) {
      const length = this.pending.readUIntBE(5, 3);
      if (length >= frameBytesMax) throw new Error('SPDY frame is too long');
      if (this.pending.length < 8 + length) return;
      const head = this.pending.subarray(0, 8);
      const body = this.pending.subarray(8, 8 + length);
      this.pending = this.pending.subarray(8 + length);
      if (head[0]! & 0x80) this.control(head.readUInt16BE(2), head[4]!, body);
      else this.data(head.readUInt32BE(0), head[4]!, body);
    }
  }

  private control(type: number, flags: number, body: Buffer): void {
    if (type === frameTypes.synStream) this.open(body, flags);
    else if (type === frameTypes.rstStream) this.reset(body.readUInt32BE(0) & 0x7fffffff);
    else if (type === frameTypes.ping) this.sendControl(frameTypes.ping, body);
  }

  private open(body: Buffer, flags: number): void {
    const id = body.readUInt32BE(0) & 0x7fffffff;
    const stream: SpdyStream = {
      id,
      headers: this.compression.decode(body.subarray(10)),
      onData: undefined,
      onEnd: undefined,
      onReset: undefined,
      write: (bytes) => this.sendData(id, bytes, 0),
      end: () => this.sendData(id, new Uint8Array(), finFlag),
    };
    this.streams.set(id, stream);
    const reply = Buffer.alloc(4);
    reply.writeUInt32BE(id);
    this.sendControl(frameTypes.synReply, Buffer.concat([reply, this.compression.encode({})]));
    this.onStream?.(stream);
    if (flags & finFlag) stream.onEnd?.();
  }

  private reset(id: number): void {
    this.streams.get(id)?.onReset?.();
    this.streams.delete(id);
  }

  private data(id: number, flags: number, body: Buffer): void {
    const stream = this.streams.get(id);
    if (body.length > 0) stream?.onData?.(body);
    if (flags & finFlag) stream?.onEnd?.();
  }

  private sendControl(type: number, body: Uint8Array): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8003, 0);
    head.writeUInt16BE(type, 2);
    head.writeUIntBE(body.length, 5, 3);
    this.send(Buffer.concat([head, body]));
  }

  private sendData(id: number, bytes: Uint8Array, flags: number): void {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head[4] = flags;
    head.writeUIntBE(bytes.length, 5, 3);
    this.send(Buffer.concat([head, bytes]));
  }
}

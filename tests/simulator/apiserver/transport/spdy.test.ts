import { expect, test } from 'vitest';
import { SpdyConnection } from '../../../../src/simulator/apiserver/transport/spdy.ts';
import { SpdyHeaderCompression, spdyDictionary } from '../../../../src/simulator/apiserver/transport/spdy-headers.ts';

test('the dictionary has the length and the checksum of the specification', () => {
  expect(spdyDictionary.length).toBe(1423);
  let low = 1;
  let high = 0;
  for (const byte of spdyDictionary) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  expect((high * 65536 + low).toString(16)).toBe('e3c6a7c2');
});

test('header blocks of one connection are read one after the other', () => {
  const writer = new SpdyHeaderCompression();
  const reader = new SpdyHeaderCompression();
  expect(reader.decode(writer.encode({ streamtype: 'error', port: '80' }))).toEqual({ streamtype: 'error', port: '80' });
  expect(reader.decode(writer.encode({ streamtype: 'data', port: '80' }))).toEqual({ streamtype: 'data', port: '80' });
});

/** A SYN_STREAM frame as a client sends it. */
function synStream(id: number, block: Buffer): Buffer {
  const body = Buffer.alloc(10);
  body.writeUInt32BE(id);
  return frame(Buffer.from([0x80, 3, 0, 1, 0]), Buffer.concat([body, block]));
}

function frame(head: Buffer, body: Buffer): Buffer {
  const length = Buffer.alloc(3);
  length.writeUIntBE(body.length, 0, 3);
  return Buffer.concat([head, length, body]);
}

test('a stream is opened, replied to, and carries data both ways, however the bytes are cut', () => {
  const sent: Buffer[] = [];
  const connection = new SpdyConnection((bytes) => sent.push(Buffer.from(bytes)));
  const received: string[] = [];
  connection.onStream = (stream) => {
    expect(stream.headers).toEqual({ streamtype: 'data' });
    stream.onData = (bytes) => received.push(Buffer.from(bytes).toString());
    stream.onEnd = () => received.push('end');
    stream.write(Buffer.from('hello'));
  };
  const data = frame(Buffer.from([0, 0, 0, 1, 1]), Buffer.from('ping'));
  const bytes = Buffer.concat([synStream(1, new SpdyHeaderCompression().encode({ streamtype: 'data' })), data]);
  for (const byte of bytes) connection.feed(Buffer.from([byte]));
  expect(received).toEqual(['ping', 'end']);
  expect(sent[0]!.subarray(0, 4)).toEqual(Buffer.from([0x80, 3, 0, 2]));
  expect(sent[1]!.subarray(8).toString()).toBe('hello');
});

test('a frame that is too long is refused', () => {
  const connection = new SpdyConnection(() => {});
  expect(() => connection.feed(frame(Buffer.from([0x80, 3, 0, 1, 0]), Buffer.alloc(10)))).toThrow();
});

test("every block ends with an empty one, for which Go's reader waits", () => {
  const writer = new SpdyHeaderCompression();
  for (const block of [writer.encode({}), writer.encode({})]) expect([...block.subarray(-5)]).toEqual([0, 0, 0, 0xff, 0xff]);
});

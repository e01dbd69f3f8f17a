// PostgreSQL's wire protocol, as far as logging in and simple queries go.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
import type { Blocking } from '../../blocking.ts';
import { concatenate, decode, encode } from '../../text.ts';
import type { Socket } from '../network/socket.ts';

const sslRequest = 80_877_103;
const gssRequest = 80_877_104;

export function int32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

export function int16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 255, value & 255);
}

export function text(value: string): Uint8Array {
  return encode(`${value}\0`);
}

export function message(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatenate([...parts, new Uint8Array(0)]);
  return concatenate([encode(type), int32(body.length + 4), body]);
}

function number(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

export function failure(severity: 'FATAL' | 'ERROR', code: string, words: string): Uint8Array {
  return message('E', encode(`S${severity}\0V${severity}\0C${code}\0M${words}\0`), Uint8Array.of(0));
}

export function* readStartup(socket: Socket): Blocking<Map<string, string> | undefined> {
  for (;;) {
    const head = yield* socket.take(8);
    if (head.length < 8) return undefined;
    const length = number(head.subarray(0, 4));
    const code = number(head.subarray(4));
    if (code === sslRequest || code === gssRequest) {
      yield* socket.write('N');
      continue;
    }
    if (length < 8 || length > 10_000 || code >>> 16 !== 3) {
      yield* socket.write(failure('FATAL', '08P01', 'invalid length of startup packet'));
      return undefined;
    }
    const words = decode(yield* socket.take(length - 8)).split('\0');
    const parameters = new Map<string, string>();
    for (let index = 0; index + 1 < words.length && words[index] !== ''; index += 2) parameters.set(words[index]!, words[index + 1]!);
    return parameters;
  }
}

export function* readMessage(socket: Socket): Blocking<{ type: string; body: string } | undefined> {
  const head = yield* socket.take(5);
  if (head.length < 5) return undefined;
  return { type: decode(head.subarray(0, 1)), body: decode(yield* socket.take(Math.min(number(head.subarray(1)) - 4, 1_000_000))) };
}

export function startupPacket(user: string, database: string): Uint8Array {
  const body = concatenate([int32(196_608), text('user'), text(user), text('database'), text(database), Uint8Array.of(0)]);
  return concatenate([int32(body.length + 4), body]);
}

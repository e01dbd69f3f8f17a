// Bytes ↔ text. Bytes that are not UTF-8 become lone surrogates (U+DC80 + n) and turn back into themselves, so a shell variable can hold any bytes.

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes as text; what is not UTF-8 survives the way back through `encode`. */
export function decode(bytes: Uint8Array): string {
  if (bytes.length < 128 && isAscii(bytes)) return Reflect.apply(String.fromCharCode, null, bytes);
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeWithEscapes(bytes);
  }
}

/** Text as bytes. */
export function encode(text: string): Uint8Array {
  if (text.length < 128) {
    const short = encodeAscii(text);
    if (short) return short;
  }
  return text.isWellFormed() ? encoder.encode(text) : encodeWithEscapes(text);
}

/** How many bytes a text takes. */
export function byteLength(text: string): number {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return encode(text).length;
  return text.length;
}

/** All pieces in one. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

function encodeAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

function isAscii(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index]! > 0x7f) return false;
  return true;
}

function decodeWithEscapes(bytes: Uint8Array): string {
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceLength(bytes, index);
    if (length === 0) text += String.fromCharCode(0xdc00 + bytes[index]!);
    else text += decoder.decode(bytes.subarray(index, index + length));
    index += length || 1;
  }
  return text;
}

/** Length of the valid UTF-8 sequence that begins here, or 0. */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || index + length > bytes.length) return 0;
  try {
    decoder.decode(bytes.subarray(index, index + length));
    return length;
  } catch {
    return 0;
  }
}

function encodeWithEscapes(text: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0xd800 || code > 0xdfff) continue;
    if (code < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      index++;
      continue;
    }
    if (index > start) pieces.push(encoder.encode(text.slice(start, index)));
    pieces.push(Uint8Array.of(code & 0xff));
    start = index + 1;
  }
  if (start < text.length) pieces.push(encoder.encode(text.slice(start)));
  return concatenate(pieces);
}

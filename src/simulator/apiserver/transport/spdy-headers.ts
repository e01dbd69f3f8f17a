// Name/value header blocks of SPDY/3.1: one zlib stream per direction, begun with a dictionary that the specification fixes.
import { constants, inflateSync } from 'node:zlib';

// draft-mbelshe-httpbis-spdy-00, 2.6.10.1: names and values, each with its length before it, then plain text.
const dictionaryWords = `options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization
  cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag
  expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma
  proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning
  www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin`;
const dictionaryTail =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information' +
  '204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented' +
  '503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=' +
  'gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

export const spdyDictionary = Buffer.concat([
  ...dictionaryWords.split(/\s+/).map((word) => lengthPrefixed(word.replace('_', ' '))),
  Buffer.from(dictionaryTail),
]);

/** An empty stored block. Without one behind it Go's reader looks for the next block, finds none, and never reads again. */
const flush = Buffer.from([0, 0, 0, 0xff, 0xff]);
const receivedBytesMax = 1 << 20;

/** Both directions of one connection. */
export class SpdyHeaderCompression {
  private received = Buffer.alloc(0);
  private decodedLength = 0;
  private hasSent = false;

  /** The headers of the next block, names in lower case. */
  decode(block: Uint8Array): Record<string, string> {
    this.received = Buffer.concat([this.received, block]);
    if (this.received.length > receivedBytesMax) throw new Error('too many SPDY headers on one connection');
    // node:zlib has no synchronous inflate with a state, so the (short) stream is inflated from its beginning each time.
    const all = inflateSync(this.received, { dictionary: spdyDictionary, finishFlush: constants.Z_SYNC_FLUSH });
    const text = all.subarray(this.decodedLength);
    this.decodedLength = all.length;
    return parse(text);
  }

  /** A block of these headers, as stored (not compressed) deflate blocks, which need no state. */
  encode(headers: Readonly<Record<string, string>>): Buffer {
    const pairs = Object.entries(headers);
    const content = Buffer.concat([
      uint32(pairs.length),
      ...pairs.flatMap(([name, value]) => [lengthPrefixed(name), lengthPrefixed(value)]),
    ]);
    const stored = Buffer.alloc(5);
    stored.writeUInt16LE(content.length, 1);
    stored.writeUInt16LE(content.length ^ 0xffff, 3);
    const head = this.hasSent ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x78, 0xbb]), uint32(adler32(spdyDictionary))]);
    this.hasSent = true;
    return Buffer.concat([head, stored, content, flush]);
  }
}

function parse(block: Buffer): Record<string, string> {
  let offset = 4;
  const next = () => {
    const length = block.readUInt32BE(offset);
    offset += 4 + length;
    return block.toString('utf8', offset - length, offset);
  };
  const headers: Record<string, string> = {};
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = next();
    headers[name] = next();
  }
  return headers;
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

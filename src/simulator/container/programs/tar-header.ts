// The 512-byte headers of a tar archive (ustar, with GNU's and pax's long names when read).
import { concatenate, encode } from '../text.ts';

export const blockBytes = 512;

export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'long name' | 'attributes';
  readonly linkTarget: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedMs: number;
  readonly user: string;
  readonly group: string;
}

/** How many bytes fill content up to a whole block. */
export function padding(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

const typeFlags = { file: '0', directory: '5', link: '2', 'long name': 'L', attributes: 'x' } as const;

/** An entry's header; a name that is too long gets an entry of its own in front, as GNU does. */
export function writeTarHeader(entry: TarEntry): Uint8Array {
  const name = encode(entry.name);
  if (name.length < 100) return headerBlock(entry, name);
  const long = { ...entry, type: 'long name' as const, size: name.length + 1, linkTarget: '' };
  const body = new Uint8Array(name.length + 1 + padding(name.length + 1));
  body.set(name);
  return concatenate([headerBlock(long, encode('././@LongLink')), body, headerBlock(entry, name.subarray(0, 99))]);
}

function headerBlock(entry: TarEntry, name: Uint8Array): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const put = (offset: number, bytes: Uint8Array): void => block.set(bytes, offset);
  const number = (offset: number, length: number, value: number): void =>
    put(offset, encode(`${value.toString(8).padStart(length - 1, '0')}\0`));
  put(0, name);
  number(100, 8, entry.mode & 0o7777);
  number(108, 8, entry.uid);
  number(116, 8, entry.gid);
  number(124, 12, entry.size);
  number(136, 12, Math.max(0, Math.floor(entry.modifiedMs / 1000)));
  put(148, encode('        '));
  put(156, encode(typeFlags[entry.type]));
  put(157, encode(entry.linkTarget).subarray(0, 100));
  put(257, encode('ustar  \0'));
  put(265, encode(entry.user).subarray(0, 31));
  put(297, encode(entry.group).subarray(0, 31));
  let sum = 0;
  for (const byte of block) sum += byte;
  put(148, encode(`${sum.toString(8).padStart(6, '0')}\0 `));
  return block;
}

/** The entry that a header describes; undefined when it is none. */
export function readTarHeader(block: Uint8Array): TarEntry | undefined {
  const decoder = new TextDecoder();
  const text = (offset: number, length: number): string => {
    const bytes = block.subarray(offset, offset + length);
    const end = bytes.indexOf(0);
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  };
  const number = (offset: number, length: number): number => Number.parseInt(text(offset, length).trim() || '0', 8) || 0;
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  if (sum !== number(148, 8)) return undefined;
  const flag = text(156, 1);
  const prefix = text(257, 6) === 'ustar' && block[262] === 0 ? text(345, 155) : '';
  const name = text(0, 100);
  const isDirectory = flag === '5' || (flag !== 'L' && flag !== 'x' && flag !== 'g' && flag !== '2' && name.endsWith('/'));
  const types: Readonly<Record<string, TarEntry['type']>> = { '2': 'link', L: 'long name', x: 'attributes', g: 'attributes' };
  return {
    name: prefix ? `${prefix}/${name}` : name,
    type: isDirectory ? 'directory' : (types[flag] ?? 'file'),
    linkTarget: text(157, 100),
    mode: number(100, 8),
    uid: number(108, 8),
    gid: number(116, 8),
    size: number(124, 12),
    modifiedMs: number(136, 12) * 1000,
    user: text(265, 32),
    group: text(297, 32),
  };
}

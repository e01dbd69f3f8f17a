// tr: other characters for some, or none, byte by byte.
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { characterClass } from '../shell/pattern.ts';
import { encode } from '../text.ts';
import { replaceEscapes } from './escapes.ts';
import { readSome } from './inputs.ts';
import { complainOfUsage, parseOptions } from './options.ts';

/** tr works on bytes, as busybox's and GNU's do. */
export function* tr(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'cCdst', { stops: true });
  const [first, second] = options.operands;
  if (options.problem || first === undefined) return yield* complainOfUsage(process, argv, options.problem, '[-cds] STRING1 [STRING2]');
  const { flags } = options;
  const isComplement = flags.has('c') || flags.has('C');
  const from = encode(expandSet(first).join(''));
  const to = second === undefined ? undefined : encode(expandSet(second).join(''));
  const isIn = new Uint8Array(256).fill(isComplement ? 1 : 0);
  for (const byte of from) isIn[byte] = isComplement ? 0 : 1;
  const target = Uint8Array.from({ length: 256 }, (_unused, byte) => byte);
  if (to && to.length > 0 && !flags.has('d')) {
    const last = to[to.length - 1]!;
    if (isComplement) for (const byte of target.keys()) target[byte] = isIn[byte] ? last : byte;
    else for (const [index, byte] of [...from.entries()].reverse()) target[byte] = to[index] ?? last;
  }
  const isSqueezed = new Uint8Array(256);
  if (flags.has('s')) for (const byte of isSqueezed.keys()) isSqueezed[byte] = to ? Number(to.includes(byte)) : isIn[byte]!;
  const translate = translator({ target, isSqueezed, isDeleted: flags.has('d') ? isIn : new Uint8Array(256) });
  const file = process.file(0);
  for (let bytes = yield* readSome(process, file); bytes; bytes = yield* readSome(process, file)) {
    if (process.spend(bytes.length / 100)) yield* process.rest();
    yield* process.print(translate(bytes));
  }
  return 0;
}

interface ByteTables {
  readonly target: Uint8Array;
  readonly isSqueezed: Uint8Array;
  readonly isDeleted: Uint8Array;
}

/** The inner loop of tr: megabytes go through it. */
function translator({ target, isSqueezed, isDeleted }: ByteTables): (bytes: Uint8Array) => Uint8Array {
  let last = -1;
  return (bytes) => {
    const out = new Uint8Array(bytes.length);
    let length = 0;
    for (let place = 0; place < bytes.length; place++) {
      const byte = bytes[place]!;
      if (isDeleted[byte]) continue;
      const changed = target[byte]!;
      if (changed === last && isSqueezed[changed]) continue;
      out[length++] = changed;
      last = changed;
    }
    return out.subarray(0, length);
  };
}

/** a-z, [:digit:], \n as the characters that they are. */
function expandSet(text: string): string[] {
  const named = text.replace(/\[:(\w+):\]/g, (whole, name: string) => {
    const source = characterClass(name);
    if (source === undefined) return whole;
    const expression = new RegExp(`[${source}]`);
    return Array.from({ length: 128 }, (_unused, code) => String.fromCharCode(code))
      .filter((character) => expression.test(character))
      .map((character) => (character === '-' || character === '\\' ? `\\${character}` : character))
      .join('');
  });
  const characters: string[] = [];
  const { text: plain } = replaceEscapes(named.replace(/\\-/g, '\u0001'), 'plain');
  const all = [...plain];
  for (let at = 0; at < all.length; at++) {
    const start = all[at]!;
    const end = all[at + 2];
    if (all[at + 1] === '-' && end !== undefined && start !== '\u0001') {
      for (let code = start.codePointAt(0)!; code <= end.codePointAt(0)!; code++) characters.push(String.fromCodePoint(code));
      at += 2;
    } else characters.push(start === '\u0001' ? '-' : start);
  }
  return characters;
}

// dd, od, hexdump, xxd: programs that look at bytes.
import type { Blocking } from '../blocking.ts';
import { zeros } from '../file-content.ts';
import { forReading } from '../filesystem.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import type { Process, Program } from '../process.ts';
import { eachInput, readAllOf } from './inputs.ts';
import { optionValue, parseOptions } from './options.ts';
import { parseSize } from './sizes.ts';
import { failedCall, programName, worded } from './wording.ts';

export const bytesPrograms: Readonly<Record<string, Program>> = {
  dd,
  *hexdump(process, argv) {
    const isCanonical = argv.includes('-C') || programName(argv) === 'hd';
    return yield* dump(process, argv, isCanonical ? canonicalLine : wordsLine);
  },
  *xxd(process, argv) {
    if (argv.includes('-r')) {
      yield* process.complain('xxd: -r is not simulated in this cluster\n');
      return 1;
    }
    if (argv.includes('-p')) {
      return yield* eachInput(process, argv, parseOptions(argv, 'p').operands, function* (file) {
        const hex = Buffer.from(yield* readAllOf(process, file)).toString('hex');
        yield* process.print(hex.replace(/.{1,60}/g, '$&\n'));
      });
    }
    return yield* dump(process, argv, xxdLine);
  },
  *od(process, argv) {
    const options = parseOptions(argv, 'A:N:j:t:w:abcdfhilovxs');
    const isCharacters = options.flags.has('c');
    const type = optionValue(options, 't') ?? (isCharacters ? 'c' : options.flags.has('x') ? 'x2' : 'o2');
    const address = optionValue(options, 'A') ?? 'o';
    return yield* eachInput(process, argv, options.operands, function* (file) {
      const all = yield* readAllOf(process, file);
      const bytes = all.subarray(
        Number(optionValue(options, 'j') ?? 0),
        optionValue(options, 'N') === undefined ? undefined : Number(optionValue(options, 'N')),
      );
      const label = (offset: number): string =>
        address === 'n' ? '' : offset.toString(address === 'x' ? 16 : address === 'd' ? 10 : 8).padStart(7, '0');
      for (let offset = 0; offset < bytes.length; offset += 16)
        yield* process.print(`${label(offset)}${odCells(bytes.subarray(offset, offset + 16), type)}\n`);
      if (address !== 'n') yield* process.print(`${label(bytes.length)}\n`);
    });
  },
};

function odCells(bytes: Uint8Array, type: string): string {
  if (type.startsWith('c'))
    return Array.from(bytes, (byte) =>
      (escapeOf(byte) ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))).padStart(4),
    ).join('');
  const size = Number(/\d/.exec(type)?.[0] ?? 2);
  const base = type.startsWith('x') ? 16 : type.startsWith('o') ? 8 : 10;
  const width = base === 16 ? size * 2 : base === 8 ? Math.ceil((size * 8) / 3) : Math.ceil(size * 2.5);
  let text = '';
  for (let at = 0; at < bytes.length; at += size) {
    let value = 0n;
    for (let byte = 0; byte < size; byte++) value |= BigInt(bytes[at + byte] ?? 0) << BigInt(byte * 8);
    text += ` ${value.toString(base).padStart(width, base === 10 ? ' ' : '0')}`;
  }
  return text;
}

function escapeOf(byte: number): string | undefined {
  return { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }[byte];
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const printable = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');

function* dump(process: Process, argv: readonly string[], line: (offset: number, bytes: Uint8Array) => string): Blocking<number> {
  const options = parseOptions(argv, 'Cbcdoxvn:s:l:', {});
  return yield* eachInput(process, argv, options.operands, function* (file) {
    const limit = Number(optionValue(options, 'n') ?? optionValue(options, 'l') ?? Number.POSITIVE_INFINITY);
    const bytes = (yield* readAllOf(process, file)).subarray(0, Math.min(limit, 2 ** 31));
    for (let offset = 0; offset < bytes.length; offset += 16) {
      yield* process.work(5);
      yield* process.print(`${line(offset, bytes.subarray(offset, offset + 16))}\n`);
    }
    if (line !== xxdLine) yield* process.print(`${hex(bytes.length, line === canonicalLine ? 8 : 7)}\n`);
  });
}

function canonicalLine(offset: number, bytes: Uint8Array): string {
  const cells = Array.from(bytes, (byte) => hex(byte, 2));
  return `${hex(offset, 8)}  ${cells.slice(0, 8).join(' ').padEnd(23)}  ${cells.slice(8).join(' ').padEnd(23)}  |${printable(bytes)}|`;
}

function wordsLine(offset: number, bytes: Uint8Array): string {
  return hex(offset, 7) + odCells(bytes, 'x2');
}

function xxdLine(offset: number, bytes: Uint8Array): string {
  let cells = '';
  for (let at = 0; at < 16; at += 2)
    cells += ` ${at < bytes.length ? hex(bytes[at]!, 2) : '  '}${at + 1 < bytes.length ? hex(bytes[at + 1]!, 2) : '  '}`;
  return `${hex(offset, 8)}:${cells}  ${printable(bytes)}`;
}

function* dd(process: Process, argv: readonly string[]): Blocking<number> {
  const settings = new Map(argv.slice(1).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const));
  const size = (name: string, otherwise: number): number | undefined => {
    const word = settings.get(name);
    return word === undefined ? otherwise : parseSize(word);
  };
  const inBlock = size('ibs', size('bs', 512) ?? 512);
  const count = size('count', Number.POSITIVE_INFINITY);
  const skip = size('skip', 0);
  const seek = size('seek', 0);
  for (const [name, value] of [
    ['bs', inBlock],
    ['count', count],
    ['skip', skip],
    ['seek', seek],
  ] as const) {
    if (value !== undefined) continue;
    yield* process.complain(
      `dd: ${worded(process, { busybox: `invalid number '${settings.get(name)}'`, gnu: `invalid number: ‘${settings.get(name)}’` })}\n`,
    );
    return 1;
  }
  const conversions = (settings.get('conv') ?? '').split(',');
  const from = settings.get('if');
  const to = settings.get('of');
  let input: OpenFile | undefined;
  let output: OpenFile | undefined;
  const startedAt = process.clock.now;
  const copied = { whole: 0, partial: 0, bytes: 0, written: 0 };
  // A buffer of one block is what dd really takes.
  process.allocate(inBlock!);
  try {
    input = retain(from === undefined ? process.file(0) : process.open(from, forReading));
    output = retain(
      to === undefined
        ? process.file(1)
        : process.open(to, { write: true, create: true, truncate: !conversions.includes('notrunc') && seek === 0 }),
    );
    yield* skipBytes(process, input, skip! * inBlock!);
    if (seek! > 0) output.seek?.(seek! * inBlock!, 'start');
    yield* copyBlocks(process, { input, output, blockBytes: inBlock!, count: count! }, copied);
  } catch (thrown) {
    const { message } = failedCall(thrown);
    const path = input ? (output ? 'error writing' : to) : from;
    const words = output
      ? { busybox: `error writing '${to ?? 'standard output'}': ${message}`, gnu: `error writing '${to ?? 'standard output'}': ${message}` }
      : { busybox: `can't open '${path}': ${message}`, gnu: `failed to open '${path}': ${message}` };
    yield* process.complain(`dd: ${worded(process, words)}\n`);
    if (output) yield* process.complain(report(copied, process.clock.now - startedAt));
    return 1;
  } finally {
    process.allocate(-inBlock!);
    if (input) release(input);
    if (output) release(output);
  }
  if (settings.get('status') !== 'none') yield* process.complain(report(copied, process.clock.now - startedAt));
  return 0;
}

/** Goes on in the input; what can't seek is read. */
function* skipBytes(process: Process, input: OpenFile, count: number): Blocking {
  if (input.seek) {
    input.seek(count, 'current');
    return;
  }
  let missing = count;
  while (missing > 0) {
    const bytes = yield* input.read!(process, Math.min(missing, 65536));
    if (!bytes) return;
    missing -= bytes.length;
  }
}

interface Copied {
  whole: number;
  partial: number;
  bytes: number;
  written: number;
}

function* copyBlocks(
  process: Process,
  plan: { input: OpenFile; output: OpenFile; blockBytes: number; count: number },
  copied: Copied,
): Blocking {
  for (let block = 0; block < plan.count; block++) {
    let missing = plan.blockBytes;
    while (missing > 0) {
      const bytes = yield* plan.input.read!(process, Math.min(missing, 65536));
      if (!bytes) break;
      yield* process.work(20 + bytes.length / 2000);
      yield* plan.output.write!(process, bytes.buffer === zeros.buffer ? bytes : bytes.slice());
      missing -= bytes.length;
      copied.bytes += bytes.length;
    }
    if (missing === plan.blockBytes) return;
    if (missing === 0) copied.whole++;
    else copied.partial++;
  }
}

function report({ whole, partial, bytes }: Copied, elapsedMs: number): string {
  const blocks = `${whole}+${partial} records`;
  const seconds = Math.max(0.000001, elapsedMs / 1000);
  const units = (value: number): string => (value >= 1e6 ? `${(value / 1048576).toFixed(1)}MB` : `${(value / 1024).toFixed(1)}KB`);
  return `${blocks} in\n${blocks} out\n${bytes} bytes (${units(bytes)}) copied, ${seconds.toFixed(6)} seconds, ${units(bytes / seconds)}/s\n`;
}

// gzip, gunzip and zcat; tar packs and unpacks through it too.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { parseOptions } from './options.ts';
import { failedCall, programName, worded } from './wording.ts';

/** Packed bytes. */
export function pack(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}

/** Do the bytes begin as a packed file does? */
export function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes unpacked; undefined when they are damaged or were never packed. */
export function unpack(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: maxUnpackedBytes }));
  } catch {
    return undefined;
  }
}

/** A few bytes can be packed from many; more than this is not unpacked. */
const maxUnpackedBytes = 256 * 1024 ** 2;

export function* gzip(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'cdfkqvn123456789t');
  const name = programName(argv);
  const isPacking = name === 'gzip' && !options.flags.has('d');
  const toOutput = options.flags.has('c') || name === 'zcat' || options.operands.length === 0;
  let status = 0;
  for (const path of options.operands.length > 0 ? options.operands : ['-']) {
    try {
      const bytes = path === '-' ? yield* process.readAll(0) : process.readFile(path);
      const result = isPacking ? pack(bytes) : unpack(bytes);
      if (!result) {
        const shown = path === '-' ? 'stdin' : path;
        const gnu = isPacked(bytes) ? `${shown}: invalid compressed data--format violated` : `${shown}: not in gzip format`;
        yield* process.complain(`${name}: ${worded(process, { busybox: isPacked(bytes) ? 'corrupted data' : 'invalid magic', gnu })}\n`);
        status = 1;
        continue;
      }
      if (toOutput || path === '-') {
        yield* process.print(result);
        continue;
      }
      process.writeFile(isPacking ? `${path}.gz` : path.replace(/\.gz$|\.tgz$/, ''), result);
      if (!options.flags.has('k')) process.kernel.files.removeFile(process, path);
    } catch (thrown) {
      yield* process.complain(`${name}: ${path}: ${failedCall(thrown).message}\n`);
      status = 1;
    }
  }
  return status;
}

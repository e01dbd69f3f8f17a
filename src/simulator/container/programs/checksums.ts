// md5sum, sha1sum, sha256sum, sha512sum, cksum's absence.
import { createHash } from 'node:crypto';
import type { Blocking } from '../blocking.ts';
import { forReading } from '../filesystem.ts';
import { release, retain } from '../open-file.ts';
import type { Process, Program } from '../process.ts';
import { decode } from '../text.ts';
import { eachInput, linesOf, readAllOf, readSome } from './inputs.ts';
import { parseOptions } from './options.ts';
import { failedCall, programName, worded } from './wording.ts';

/** The program for one algorithm. */
export function checksum(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'): Program {
  return function* (process, argv) {
    const options = parseOptions(argv, 'cswb', { long: { check: 'c', status: 's' } });
    if (options.flags.has('c')) return yield* check(process, argv, algorithm, options.operands);
    return yield* eachInput(
      process,
      argv,
      options.operands,
      function* (file, path) {
        const hash = createHash(algorithm);
        for (let bytes = yield* readSome(process, file); bytes; bytes = yield* readSome(process, file)) hash.update(bytes);
        yield* process.print(`${hash.digest('hex')}  ${path}\n`);
      },
      (path, message) => worded(process, { busybox: `can't open '${path}': ${message}`, gnu: `${path}: ${message}` }),
    );
  };
}

function* check(process: Process, argv: readonly string[], algorithm: string, lists: readonly string[]): Blocking<number> {
  let failures = 0;
  let total = 0;
  yield* eachInput(process, argv, lists, function* (list) {
    for (const line of linesOf(decode(yield* readAllOf(process, list)))) {
      const match = /^([0-9a-f]+) [ *](.*)$/.exec(line);
      if (!match) continue;
      total++;
      const isRight = (yield* digestOf(process, algorithm, match[2]!)) === match[1];
      if (!isRight) failures++;
      yield* process.print(`${match[2]}: ${isRight ? 'OK' : 'FAILED'}\n`);
    }
  });
  if (failures > 0) yield* process.complain(`${programName(argv)}: WARNING: ${failures} of ${total} computed checksums did NOT match\n`);
  return failures > 0 ? 1 : 0;
}

function* digestOf(process: Process, algorithm: string, path: string): Blocking<string> {
  try {
    const file = retain(process.open(path, forReading));
    const hash = createHash(algorithm);
    for (let bytes = yield* readSome(process, file); bytes; bytes = yield* readSome(process, file)) hash.update(bytes);
    release(file);
    return hash.digest('hex');
  } catch (thrown) {
    return failedCall(thrown).code;
  }
}

// cat
import type { Blocking } from '../blocking.ts';
import type { OpenFile } from '../open-file.ts';
import type { Process } from '../process.ts';
import { eachInput, LineReader, readSome } from './inputs.ts';
import { complainOfUsage, parseOptions } from './options.ts';
import { worded } from './wording.ts';

export function* cat(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'nbvteAus');
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[-nbvteA] [FILE]...');
  const { flags } = options;
  let number = 0;
  const isPlain = [...flags].every((flag) => flag === 'u');
  const copy = function* (file: OpenFile): Blocking {
    for (let bytes = yield* readSome(process, file); bytes; bytes = yield* readSome(process, file)) yield* process.print(bytes);
  };
  const numberLines = function* (file: OpenFile): Blocking {
    const reader = new LineReader(process, file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      const shown = flags.has('v') || flags.has('e') || flags.has('A') || flags.has('t') ? visible(line, flags) : line;
      const isNumbered = flags.has('n') || (flags.has('b') && line !== '');
      const end = flags.has('e') || flags.has('A') ? '$\n' : '\n';
      yield* process.print(`${isNumbered ? `${String(++number).padStart(6)}\t` : ''}${shown}${reader.endsWithNewline ? end : ''}`);
    }
  };
  return yield* eachInput(process, argv, options.operands, isPlain ? copy : numberLines, (path, message) =>
    worded(process, { busybox: `can't open '${path}': ${message}`, gnu: `${path}: ${message}` }),
  );
}

function visible(line: string, flags: ReadonlySet<string>): string {
  return line.replace(/[\x00-\x1f\x7f]/g, (character) => {
    if (character === '\t') return flags.has('t') || flags.has('A') ? '^I' : character;
    return character === '\x7f' ? '^?' : `^${String.fromCharCode(character.charCodeAt(0) + 64)}`;
  });
}

// Options of a command line, as getopt reads them.
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { busyboxBanner } from './network/binary-text.ts';
import { isGnu, programName } from './wording.ts';

export interface Options {
  /** Letters that were given. */
  readonly flags: ReadonlySet<string>;
  /** Letter → its arguments, in order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  /** What getopt says behind the program's name. */
  readonly problem?: string;
}

/** Reads argv. `letters`: getopt's notation ("ab:c"). `long`: name → letter; a name that takes a value has a letter that does. `stops`: operands end the options. */
export function parseOptions(
  argv: readonly string[],
  letters: string,
  more: { readonly long?: Readonly<Record<string, string>>; readonly stops?: boolean } = {},
): Options {
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const takesValue = (letter: string): boolean => letters[letters.indexOf(letter) + 1] === ':';
  const give = (letter: string, value: string): void => {
    flags.add(letter);
    values.set(letter, [...(values.get(letter) ?? []), value]);
  };
  for (let index = 1; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    if (word.startsWith('--')) {
      const [name = '', given] = splitOnce(word.slice(2));
      const letter = more.long?.[name];
      if (letter === undefined) return { flags, values, operands, problem: `unrecognized option '${word}'` };
      if (!takesValue(letter)) flags.add(letter);
      else {
        const value = given ?? argv[++index];
        if (value === undefined) return { flags, values, operands, problem: `option '${word}' requires an argument` };
        give(letter, value);
      }
      continue;
    }
    if (word[0] !== '-' || word === '-') {
      operands.push(word);
      if (!more.stops) continue;
      operands.push(...argv.slice(index + 1));
      break;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!;
      if (letter === ':' || !letters.includes(letter)) return { flags, values, operands, problem: `invalid option -- '${letter}'` };
      if (!takesValue(letter)) {
        flags.add(letter);
        continue;
      }
      const value = word.slice(at + 1) || argv[++index];
      if (value === undefined) return { flags, values, operands, problem: `option requires an argument -- '${letter}'` };
      give(letter, value);
      break;
    }
  }
  return { flags, values, operands };
}

/** The last value of an option. */
export function optionValue(options: Options, letter: string): string | undefined {
  return options.values.get(letter)?.at(-1);
}

/** Says what is wrong with a command line, and how the program is used. */
export function* complainOfUsage(process: Process, argv: readonly string[], problem: string | undefined, usage: string): Blocking<number> {
  const name = programName(argv);
  const isAsked = problem === "unrecognized option '--help'";
  if (isAsked && isGnu(process)) {
    yield* process.print(`Usage: ${name} ${usage}\n`);
    return 0;
  }
  if (problem !== undefined && !isAsked) yield* process.complain(`${name}: ${problem}\n`);
  if (isGnu(process)) {
    yield* process.complain(`Try '${name} --help' for more information.\n`);
    return 1;
  }
  yield* process.complain(`${busyboxBanner(process)}\n\nUsage: ${name} ${usage}\n`);
  return isAsked ? 0 : 1;
}

function splitOnce(text: string): [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

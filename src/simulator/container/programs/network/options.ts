// Command lines as getopt_long reads them: clustered short options, long ones with = or the next word, operands anywhere.

export interface OptionSpec {
  /** As for getopt: `qO:` – a colon behind those that take a value. A + in front stops at the first operand. */
  readonly short: string;
  /** Long name → the short one it stands for, or itself; `takesValue` where it does. */
  readonly long?: Readonly<Record<string, { readonly name?: string; readonly takesValue?: boolean }>>;
}

export interface ParsedOptions {
  /** In their order; flags have the value ''. */
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly operands: readonly string[];
  /** getopt's words for what it can't read, without the program's name. */
  readonly error?: string;
}

export function parseOptions(args: readonly string[], spec: OptionSpec): ParsedOptions {
  const options: [string, string][] = [];
  const operands: string[] = [];
  const stopsEarly = spec.short.startsWith('+');
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    if (word === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      if (!stopsEarly) continue;
      operands.push(...args.slice(index + 1));
      break;
    }
    const step = word.startsWith('--') ? readLong(word.slice(2), args[index + 1], spec) : readShort(word.slice(1), args[index + 1], spec);
    if (typeof step === 'string') return { options, operands, error: step };
    options.push(...step.found);
    if (step.usedNext) index++;
  }
  return { options, operands };
}

interface Step {
  readonly found: readonly [string, string][];
  readonly usedNext: boolean;
}

function readLong(text: string, next: string | undefined, { long = {} }: OptionSpec): Step | string {
  const [, name = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? [];
  const exact = Object.hasOwn(long, name) ? [name] : Object.keys(long).filter((candidate) => candidate.startsWith(name));
  if (exact.length !== 1) return exact.length === 0 ? `unrecognized option '--${name}'` : `option '--${name}' is ambiguous`;
  const known = long[exact[0]!]!;
  const key = known.name ?? exact[0]!;
  if (!known.takesValue)
    return value === undefined ? { found: [[key, '']], usedNext: false } : `option '--${exact[0]}' doesn't allow an argument`;
  if (value !== undefined) return { found: [[key, value]], usedNext: false };
  return next === undefined ? `option '--${exact[0]}' requires an argument` : { found: [[key, next]], usedNext: true };
}

function readShort(cluster: string, next: string | undefined, { short }: OptionSpec): Step | string {
  const found: [string, string][] = [];
  for (let index = 0; index < cluster.length; index++) {
    const letter = cluster[index]!;
    const place = short.indexOf(letter);
    if (place < 0 || letter === ':' || letter === '+') return `invalid option -- '${letter}'`;
    if (short[place + 1] !== ':') {
      found.push([letter, '']);
      continue;
    }
    const rest = cluster.slice(index + 1);
    if (rest !== '') return { found: [...found, [letter, rest]], usedNext: false };
    if (next === undefined) return `option requires an argument -- '${letter}'`;
    return { found: [...found, [letter, next]], usedNext: true };
  }
  return { found, usedNext: false };
}

/** The last value of an option, or undefined. */
export function optionValue(parsed: ParsedOptions, name: string): string | undefined {
  return parsed.options.findLast(([candidate]) => candidate === name)?.[1];
}

export function hasOption(parsed: ParsedOptions, name: string): boolean {
  return parsed.options.some(([candidate]) => candidate === name);
}

/** Every value of an option that may come several times. */
export function optionValues(parsed: ParsedOptions, name: string): string[] {
  return parsed.options.filter(([candidate]) => candidate === name).map(([, value]) => value);
}

// sort
import type { Blocking } from '../blocking.ts';
import { forWriting } from '../filesystem.ts';
import { release, retain } from '../open-file.ts';
import type { Process } from '../process.ts';
import { encode } from '../text.ts';
import { eachInput, LineReader } from './inputs.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { failedCall, worded } from './wording.ts';

interface Key {
  readonly field: number;
  readonly character: number;
  readonly endField: number | undefined;
  readonly flags: string;
}

const long = {
  'numeric-sort': 'n',
  reverse: 'r',
  unique: 'u',
  key: 'k',
  'field-separator': 't',
  output: 'o',
  'human-numeric-sort': 'h',
  'ignore-case': 'f',
  'version-sort': 'V',
  stable: 's',
};

export function* sort(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'nrughMcszbdfiVk:t:o:T:S:', { long });
  if (options.problem) {
    yield* complainOfUsage(
      process,
      argv,
      options.problem,
      '[-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...',
    );
    return 2;
  }
  const lines: string[] = [];
  const status = yield* eachInput(
    process,
    argv,
    options.operands,
    function* (file) {
      const reader = new LineReader(process, file);
      for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
        process.allocate(line.length + 16);
        lines.push(line);
      }
    },
    (path, message) => worded(process, { busybox: `${path}: ${message}`, gnu: `cannot read: ${path}: ${message}` }),
  );
  if (status !== 0) return 2;
  yield* process.work(lines.length * 2);
  const order = comparison(options.flags, (options.values.get('k') ?? []).map(parseKey), optionValue(options, 't'));
  if (options.flags.has('c')) {
    for (let index = 1; index < lines.length; index++) {
      if (order(lines[index - 1]!, lines[index]!) <= 0) continue;
      yield* process.complain(`sort: Check line ${index}\n`);
      return 1;
    }
    return 0;
  }
  let sorted = lines.sort(
    (one, other) =>
      order(one, other) || (options.flags.has('u') || options.flags.has('s') ? 0 : byBytes(one, other) * (options.flags.has('r') ? -1 : 1)),
  );
  if (options.flags.has('u')) sorted = sorted.filter((line, index) => index === 0 || order(sorted[index - 1]!, line) !== 0);
  const text = sorted.map((line) => `${line}\n`).join('');
  const output = optionValue(options, 'o');
  if (output === undefined) {
    yield* process.print(text);
    return 0;
  }
  try {
    const file = retain(process.open(output, forWriting));
    yield* file.write!(process, encode(text));
    release(file);
    return 0;
  } catch (thrown) {
    yield* process.complain(`sort: ${output}: ${failedCall(thrown).message}\n`);
    return 2;
  }
}

function parseKey(word: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(word);
  return {
    field: Number(match?.[1] ?? 1),
    character: Number(match?.[2] ?? 1),
    endField: match?.[4] === undefined ? undefined : Number(match[4]),
    flags: (match?.[3] ?? '') + (match?.[5] ?? ''),
  };
}

function comparison(
  flags: ReadonlySet<string>,
  keys: readonly Key[],
  separator: string | undefined,
): (one: string, other: string) => number {
  const all = keys.length > 0 ? keys : [{ field: 1, character: 1, endField: undefined, flags: '' }];
  const keyed = all.map((key) => ({ key, own: key.flags.replace('b', '') === '' ? flags : new Set(key.flags) }));
  return (one, other) => {
    for (const { key, own } of keyed) {
      const result = compareBy(own, keyText(one, key, separator, keys.length > 0), keyText(other, key, separator, keys.length > 0));
      if (result !== 0) return own.has('r') ? -result : result;
    }
    return 0;
  };
}

function keyText(line: string, key: Key, separator: string | undefined, isKeyed: boolean): string {
  if (!isKeyed) return line;
  const fields = separator === undefined ? (line.match(/\s*\S+/g) ?? []) : line.split(separator);
  return fields
    .slice(key.field - 1, key.endField)
    .join(separator ?? '')
    .slice(key.character - 1)
    .replace(separator === undefined ? /^\s+/ : /^/, '');
}

function compareBy(flags: ReadonlySet<string>, one: string, other: string): number {
  if (flags.has('n') || flags.has('g')) return numeric(one) - numeric(other);
  if (flags.has('h')) return human(one) - human(other);
  if (flags.has('V')) return versions(one, other);
  if (flags.has('f')) return byBytes(one.toUpperCase(), other.toUpperCase());
  return byBytes(one, other);
}

function byBytes(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

function numeric(text: string): number {
  return Number.parseFloat(text) || 0;
}

function human(text: string): number {
  const match = /^\s*([\d.]+)\s*([KMGTP]?)/.exec(text);
  return match ? Number(match[1]) * 1024 ** ' KMGTP'.indexOf(match[2] || ' ') : 0;
}

function versions(one: string, other: string): number {
  const parts = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(one), parts(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [a = '', b = ''] = [left[index], right[index]];
    const result = /^\d/.test(a) && /^\d/.test(b) ? Number(a) - Number(b) : byBytes(a, b);
    if (result !== 0) return result;
  }
  return 0;
}

// Flags as Go's package flag reads them: -name=value, -name value, --name; the first word that is no flag ends them.

type Kind = 'string' | 'int' | 'bool';

export interface GoFlags<Name extends string> {
  readonly values: Readonly<Partial<Record<Name, string>>>;
  readonly rest: readonly string[];
  /** What package flag says of a flag that it can't read. */
  readonly error?: string;
}

export function parseGoFlags<Name extends string>(args: readonly string[], known: Readonly<Record<Name, Kind>>): GoFlags<Name> {
  const values: Partial<Record<Name, string>> = {};
  const fail = (error: string): GoFlags<Name> => ({ values, rest: [], error });
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    if (!word.startsWith('-') || word === '-') return { values, rest: args.slice(index) };
    if (word === '--') return { values, rest: args.slice(index + 1) };
    const [, name = '', value] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === '' || name.startsWith('-')) return fail(`bad flag syntax: ${word}`);
    if (!Object.hasOwn(known, name))
      return fail(name === 'h' || name === 'help' ? 'flag: help requested' : `flag provided but not defined: -${name}`);
    const flag = name as Name;
    if (known[flag] === 'bool') values[flag] = value ?? 'true';
    else if (value !== undefined) values[flag] = value;
    else if (index + 1 < args.length) values[flag] = args[++index]!;
    else return fail(`flag needs an argument: -${name}`);
    if (known[flag] === 'int' && !/^[-+]?\d+$/.test(values[flag] ?? ''))
      return fail(`invalid value "${values[flag]}" for flag -${name}: parse error`);
  }
  return { values, rest: [] };
}

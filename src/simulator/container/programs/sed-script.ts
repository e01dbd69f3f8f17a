// The language of sed, parsed.
import { posixRegExp } from './regular-expression.ts';

export type SedAddress =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'step'; readonly line: number; readonly step: number }
  | { readonly kind: 'count'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'pattern'; readonly expression: RegExp };

export interface SedCommand {
  readonly name: string;
  readonly first?: SedAddress;
  readonly second?: SedAddress;
  readonly isNegated: boolean;
  /** Text of a, i, c; file of r; exit code of q. */
  readonly text?: string;
  readonly expression?: RegExp;
  readonly replacement?: (match: string, groups: readonly (string | undefined)[]) => string;
  readonly flags?: string;
  readonly map?: ReadonlyMap<string, string>;
  /** Where b, t and a block that is passed over go on. */
  target?: number;
}

/** What is wrong with a script. */
export class SedMistake {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Parses a script. Throws a SedMistake. */
export function parseSedScript(script: string, kind: 'basic' | 'extended'): readonly SedCommand[] {
  return new SedParser(script, kind).parse();
}

class SedParser {
  private readonly script: string;
  private readonly kind: 'basic' | 'extended';
  private at = 0;
  private lastPattern: RegExp | undefined;
  private readonly commands: SedCommand[] = [];
  private readonly blocks: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly jumps: { index: number; label: string }[] = [];

  constructor(script: string, kind: 'basic' | 'extended') {
    this.script = script;
    this.kind = kind;
  }

  parse(): readonly SedCommand[] {
    for (;;) {
      this.skip(/[\s;]/);
      if (this.at >= this.script.length) break;
      if (this.script[this.at] === '#') this.restOfLine();
      else this.command();
    }
    if (this.blocks.length > 0) throw new SedMistake('unmatched {');
    for (const { index, label } of this.jumps) {
      const target = this.labels.get(label);
      if (target === undefined) throw new SedMistake(`can't find label for jump to '${label}'`);
      this.commands[index]!.target = target;
    }
    return this.commands;
  }

  private command(): void {
    const first = this.address();
    let second: SedAddress | undefined;
    if (first && this.script[this.at] === ',') {
      this.at++;
      this.skip(/\s/);
      second = this.address() ?? this.countAddress();
      if (!second) throw new SedMistake("unexpected `,'");
    }
    this.skip(/\s/);
    let isNegated = false;
    while (this.script[this.at] === '!') {
      isNegated = true;
      this.at++;
      this.skip(/\s/);
    }
    const name = this.script[this.at++];
    if (name === undefined) throw new SedMistake('missing command');
    this.commands.push({ name, isNegated, ...(first && { first }), ...(second && { second }), ...this.argument(name) });
  }

  private argument(name: string): Partial<SedCommand> {
    switch (name) {
      case '{':
        this.blocks.push(this.commands.length);
        return {};
      case '}': {
        const start = this.blocks.pop();
        if (start === undefined) throw new SedMistake("unexpected `}'");
        this.commands[start]!.target = this.commands.length;
        return {};
      }
      case 's':
        return this.substitution();
      case 'y':
        return this.transliteration();
      case 'a':
      case 'i':
      case 'c':
        return { text: this.textArgument() };
      case 'r':
      case 'w':
        if (name === 'w') throw new SedMistake('the w command is not simulated');
        return { text: this.restOfLine().trim() };
      case ':':
        this.labels.set(this.label(), this.commands.length);
        return {};
      case 'b':
      case 't':
      case 'T': {
        const label = this.label();
        if (label !== '') this.jumps.push({ index: this.commands.length, label });
        return {};
      }
      case 'q':
      case 'Q': {
        this.skip(/[ \t]/);
        return { text: this.take(/\d*/y) };
      }
      default:
        if ('dDpPnNhHgGxl='.includes(name)) return {};
        throw new SedMistake(`unsupported command ${name}`);
    }
  }

  private label(): string {
    this.skip(/[ \t]/);
    return this.take(/[^\s;}]*/y);
  }

  private textArgument(): string {
    this.skip(/[ \t]/);
    if (this.script[this.at] === '\\') {
      this.at++;
      this.skip(/[ \t]/);
      if (this.script[this.at] === '\n') this.at++;
    }
    let text = '';
    while (this.at < this.script.length && this.script[this.at] !== '\n') {
      if (this.script[this.at] === '\\') this.at++;
      text += this.script[this.at++] ?? '';
    }
    return text;
  }

  private substitution(): Partial<SedCommand> {
    const mark = this.script[this.at++];
    if (mark === undefined || mark === '\n' || mark === '\\') throw new SedMistake('bad substitution expression');
    const pattern = this.delimited(mark, 'pattern');
    const replacement = this.delimited(mark, 'replacement');
    const flags = this.take(/[0-9gpiIme]*/y);
    if (flags.includes('e')) throw new SedMistake('the e flag is not simulated');
    if (this.at < this.script.length && !/[\s;}#]/.test(this.script[this.at]!)) throw new SedMistake(`unknown option to \`s'`);
    return { expression: this.compile(pattern, /i/i.test(flags) ? 'i' : ''), replacement: parseReplacement(replacement), flags };
  }

  private transliteration(): Partial<SedCommand> {
    const mark = this.script[this.at++] ?? '/';
    const from = [...this.delimited(mark, 'replacement').replace(/\\n/g, '\n')];
    const to = [...this.delimited(mark, 'replacement').replace(/\\n/g, '\n')];
    if (from.length !== to.length) throw new SedMistake("strings for `y' command are different lengths");
    return { map: new Map(from.map((character, index) => [character, to[index]!])) };
  }

  private address(): SedAddress | undefined {
    const character = this.script[this.at];
    if (character === undefined) return undefined;
    if (/\d/.test(character)) {
      const line = Number(this.take(/\d+/y));
      if (this.script[this.at] !== '~') return { kind: 'line', line };
      this.at++;
      return { kind: 'step', line, step: Number(this.take(/\d+/y)) };
    }
    if (character === '$') {
      this.at++;
      return { kind: 'last' };
    }
    if (character !== '/' && character !== '\\') return undefined;
    this.at++;
    const mark = character === '\\' ? this.script[this.at++]! : '/';
    const pattern = this.delimited(mark, 'pattern');
    const flags = this.take(/[I]*/y);
    return { kind: 'pattern', expression: this.compile(pattern, flags === '' ? '' : 'i') };
  }

  private countAddress(): SedAddress | undefined {
    if (this.script[this.at] !== '+') return undefined;
    this.at++;
    return { kind: 'count', line: Number(this.take(/\d+/y)) };
  }

  private compile(pattern: string, flags: string): RegExp {
    if (pattern === '') {
      if (!this.lastPattern) throw new SedMistake('no previous regular expression');
      return this.lastPattern;
    }
    try {
      this.lastPattern = posixRegExp(pattern, this.kind, `s${flags}`);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      throw new SedMistake(`bad regex '${pattern}': ${thrown.message}`);
    }
    return this.lastPattern;
  }

  /** Text up to the mark; a mark behind a backslash is the mark itself, and in a pattern one in brackets too. */
  private delimited(mark: string, part: 'pattern' | 'replacement'): string {
    let text = '';
    let isInBracket = false;
    for (; this.at < this.script.length; this.at++) {
      const character = this.script[this.at]!;
      if (character === '\\') {
        const next = this.script[++this.at] ?? '';
        text += next === mark ? (part === 'replacement' && mark === '&' ? '\\&' : next) : `\\${next}`;
        continue;
      }
      if (part === 'pattern' && character === '[' && !isInBracket) {
        isInBracket = true;
        text += character;
        if (this.script[this.at + 1] === '^') text += this.script[++this.at];
        if (this.script[this.at + 1] === ']') text += this.script[++this.at];
        continue;
      }
      if (isInBracket && character === '[' && this.script[this.at + 1] === ':') {
        const end = this.script.indexOf(':]', this.at);
        if (end > 0) {
          text += this.script.slice(this.at, end + 2);
          this.at = end + 1;
          continue;
        }
      }
      if (isInBracket && character === ']') isInBracket = false;
      if (character === mark && !isInBracket) {
        this.at++;
        return text;
      }
      text += character;
    }
    throw new SedMistake(part === 'pattern' ? 'unterminated address regex' : "unterminated `s' command");
  }

  private take(expression: RegExp): string {
    expression.lastIndex = this.at;
    const text = expression.exec(this.script)?.[0] ?? '';
    this.at += text.length;
    return text;
  }

  private skip(what: RegExp): void {
    while (this.at < this.script.length && what.test(this.script[this.at]!)) this.at++;
  }

  private restOfLine(): string {
    const end = this.script.indexOf('\n', this.at);
    const text = this.script.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.script.length : end;
    return text;
  }
}

/** \1, &, \n, \U…\E in what a match is replaced with. */
function parseReplacement(text: string): (match: string, groups: readonly (string | undefined)[]) => string {
  return (match, groups) => {
    let out = '';
    let change: 'U' | 'L' | undefined;
    let once: 'u' | 'l' | undefined;
    const add = (part: string): void => {
      let changed = change === 'U' ? part.toUpperCase() : change === 'L' ? part.toLowerCase() : part;
      if (once && changed !== '') {
        changed = (once === 'u' ? changed[0]!.toUpperCase() : changed[0]!.toLowerCase()) + changed.slice(1);
        once = undefined;
      }
      out += changed;
    };
    for (let index = 0; index < text.length; index++) {
      const character = text[index]!;
      if (character === '&') add(match);
      else if (character !== '\\') add(character);
      else {
        const next = text[++index] ?? '';
        if (/\d/.test(next)) add(next === '0' ? match : (groups[Number(next) - 1] ?? ''));
        else if (next === 'U' || next === 'L') change = next;
        else if (next === 'u' || next === 'l') once = next;
        else if (next === 'E') change = undefined;
        else add(next === 'n' ? '\n' : next === 't' ? '\t' : next);
      }
    }
    return out;
  };
}

// Reads JSON as Go does: with its words for what is wrong, and telling which keys came twice.
// kubernetes: sigs.k8s.io/json (encoding/json's scanner)

/** Text that isn't JSON; the message is Go's. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** A JSON value, and the keys that came more than once, by the object that has them. */
export interface ReadJson {
  readonly value: unknown;
  readonly doubles: ReadonlyMap<object, readonly string[]>;
}

/** Throws JsonSyntaxError. Of a key that came twice the last value counts. */
export function readJson(text: string): ReadJson {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return { value, doubles: reader.doubles };
}

const literals: Readonly<Record<string, readonly [string, unknown]>> = { t: ['true', true], f: ['false', false], n: ['null', null] };
const deepest = 10_000;

class Reader {
  readonly doubles = new Map<object, string[]>();
  private readonly text: string;
  private position = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(): unknown {
    const letter = this.skipBlanks();
    if (letter === '{') return this.nested(() => this.object());
    if (letter === '[') return this.nested(() => this.array());
    if (letter === '"') return this.string();
    if (letter === '-' || (letter >= '0' && letter <= '9')) return this.number();
    const literal = literals[letter];
    if (literal) return this.literal(...literal);
    throw this.unexpected('looking for beginning of value');
  }

  end(): void {
    if (this.skipBlanks() !== '') throw this.unexpected('after top-level value');
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > deepest) throw new JsonSyntaxError('exceeded max depth');
    const result = read();
    this.depth--;
    return result;
  }

  private object(): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    this.position++;
    if (this.skipBlanks() === '}') {
      this.position++;
      return result;
    }
    for (;;) {
      if (this.skipBlanks() !== '"') throw this.unexpected('looking for beginning of object key string');
      const key = this.string();
      if (this.skipBlanks() !== ':') throw this.unexpected('after object key');
      this.position++;
      if (Object.hasOwn(result, key)) this.remember(result, key);
      const value = this.value();
      if (key === '__proto__') Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
      else result[key] = value;
      const next = this.skipBlanks();
      if (next !== ',' && next !== '}') throw this.unexpected('after object key:value pair');
      this.position++;
      if (next === '}') return result;
    }
  }

  private array(): unknown[] {
    const result: unknown[] = [];
    this.position++;
    if (this.skipBlanks() === ']') {
      this.position++;
      return result;
    }
    for (;;) {
      result.push(this.value());
      const next = this.skipBlanks();
      if (next !== ',' && next !== ']') throw this.unexpected('after array element');
      this.position++;
      if (next === ']') return result;
    }
  }

  private remember(object: object, key: string): void {
    const keys = this.doubles.get(object) ?? [];
    if (!keys.includes(key)) keys.push(key);
    this.doubles.set(object, keys);
  }

  private string(): string {
    const start = this.position++;
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (Number.isNaN(code)) throw new JsonSyntaxError('unexpected end of JSON input');
      if (code === 0x22) break;
      if (code < 0x20) throw this.unexpected('in string literal');
      this.position++;
      if (code === 0x5c) this.escape();
    }
    this.position++;
    return JSON.parse(this.text.slice(start, this.position)) as string;
  }

  private escape(): void {
    const letter = this.text[this.position] ?? '';
    if (letter === '' || !'bfnrt\\/"u'.includes(letter)) throw this.unexpected('in string escape code');
    this.position++;
    if (letter !== 'u') return;
    for (let digit = 0; digit < 4; digit++) {
      if (!/[0-9a-fA-F]/.test(this.text[this.position] ?? '')) throw this.unexpected('in \\u hexadecimal character escape');
      this.position++;
    }
  }

  private number(): number {
    const start = this.position;
    if (this.text[this.position] === '-') this.position++;
    if (this.text[this.position] === '0') this.position++;
    else this.digits('in numeric literal');
    if (this.text[this.position] === '.') {
      this.position++;
      this.digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.text[this.position] ?? '')) {
      this.position++;
      if (/[-+]/.test(this.text[this.position] ?? '')) this.position++;
      this.digits('in exponent of numeric literal');
    }
    return Number(this.text.slice(start, this.position));
  }

  private digits(where: string): void {
    if (!/[0-9]/.test(this.text[this.position] ?? '')) throw this.unexpected(where);
    while (/[0-9]/.test(this.text[this.position] ?? '')) this.position++;
  }

  private literal(word: string, value: unknown): unknown {
    for (const letter of word) {
      if (this.text[this.position] !== letter) throw this.unexpected(`in literal ${word} (expecting '${letter}')`);
      this.position++;
    }
    return value;
  }

  /** The next letter that is no blank; '' at the end. */
  private skipBlanks(): string {
    for (;;) {
      const letter = this.text[this.position] ?? '';
      if (letter !== ' ' && letter !== '\n' && letter !== '\t' && letter !== '\r') return letter;
      this.position++;
    }
  }

  private unexpected(where: string): JsonSyntaxError {
    const code = this.text.codePointAt(this.position);
    if (code === undefined) return new JsonSyntaxError('unexpected end of JSON input');
    return new JsonSyntaxError(`invalid character ${quoteLetter(String.fromCodePoint(code))} ${where}`);
  }
}

function quoteLetter(letter: string): string {
  if (letter === "'") return "'\\''";
  if (letter === '"') return `'"'`;
  return `'${JSON.stringify(letter).slice(1, -1).replace(/\\u00/, '\\x')}'`;
}

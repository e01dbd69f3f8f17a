// printf
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { encode } from '../text.ts';
import { replaceEscapes } from './escapes.ts';

/** The formatted bytes, and what was wrong with an argument. */
export function formatPrintf(format: string, words: readonly string[]): { bytes: Uint8Array; problem?: string } {
  const writer = new PrintfWriter(words);
  writer.run(format);
  return { bytes: encode(writer.text), ...(writer.problem !== undefined && { problem: writer.problem }) };
}

/** The program. */
export function* printf(process: Process, argv: readonly string[]): Blocking<number> {
  const { bytes, problem } = formatPrintf(argv[1] ?? '', argv.slice(2));
  yield* process.print(bytes);
  if (problem === undefined) return 0;
  yield* process.complain(`printf: ${problem}\n`);
  return 1;
}

/** A field that is wider is as good as endless: it would only fill the host's memory. */
const maxWidth = 1_000_000;

const conversion = /%([-+ 0#]*)(\d+|\*)?(?:\.(\d+|\*)?)?(?:h|l|ll|L|q|j|z|t)?([diouxXcsbfFeEgG%])/y;

class PrintfWriter {
  text = '';
  problem: string | undefined;
  private readonly words: readonly string[];
  private next = 0;
  private isCut = false;

  constructor(words: readonly string[]) {
    this.words = words;
  }

  run(format: string): void {
    do {
      const before = this.next;
      this.once(format);
      if (this.next === before) break;
    } while (this.next < this.words.length && !this.isCut);
  }

  private once(format: string): void {
    let index = 0;
    while (index < format.length && !this.isCut) {
      conversion.lastIndex = index;
      const found = format[index] === '%' ? conversion.exec(format) : null;
      if (found) {
        const [whole, flags = '', width, precision, letter = ''] = found;
        const hasPrecision = whole.includes('.');
        this.text += this.convert(flags, width, hasPrecision ? (precision ?? '0') : undefined, letter);
        index += whole.length;
        continue;
      }
      const end = format.indexOf('%', index + 1);
      const { text, isCut } = replaceEscapes(format.slice(index, end < 0 ? undefined : end), 'plain');
      this.text += text;
      this.isCut = isCut;
      index = end < 0 ? format.length : end;
    }
  }

  private word(): string | undefined {
    return this.words[this.next++];
  }

  private convert(flags: string, width: string | undefined, precision: string | undefined, letter: string): string {
    if (letter === '%') return '%';
    const total = Math.min(maxWidth, Number(width === '*' ? (this.word() ?? 0) : (width ?? 0)) || 0);
    const digits =
      precision === undefined ? undefined : Math.min(maxWidth, Number(precision === '*' ? (this.word() ?? 0) : precision) || 0);
    const isText = letter === 's' || letter === 'b' || letter === 'c';
    const text = isText ? this.convertText(letter, digits) : this.convertNumber(flags, digits, letter);
    if (flags.includes('-')) return text.padEnd(total);
    if (!flags.includes('0') || isText || (digits !== undefined && 'diouxX'.includes(letter))) return text.padStart(total);
    const sign = /^[-+ ]|^0x/i.exec(text)?.[0] ?? '';
    return sign + text.slice(sign.length).padStart(total - sign.length, '0');
  }

  private convertText(letter: string, digits: number | undefined): string {
    const word = this.word() ?? '';
    if (letter === 'c') return word.slice(0, 1);
    if (letter === 's') return digits === undefined ? word : word.slice(0, digits);
    const { text, isCut } = replaceEscapes(word);
    this.isCut ||= isCut;
    return text;
  }

  private convertNumber(flags: string, digits: number | undefined, letter: string): string {
    const value = this.number(this.word());
    const sign = value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
    const size = Math.abs(value);
    switch (letter) {
      case 'd':
      case 'i':
        return sign + String(Math.trunc(size)).padStart(digits ?? 0, '0');
      case 'u':
        return whole(value, 10).padStart(digits ?? 0, '0');
      case 'o':
        return (flags.includes('#') ? '0' : '') + whole(value, 8).padStart(digits ?? 0, '0');
      case 'x':
        return (flags.includes('#') ? '0x' : '') + whole(value, 16).padStart(digits ?? 0, '0');
      case 'X':
        return (
          (flags.includes('#') ? '0X' : '') +
          whole(value, 16)
            .toUpperCase()
            .padStart(digits ?? 0, '0')
        );
      case 'f':
      case 'F':
        return sign + size.toFixed(Math.min(100, digits ?? 6));
      case 'e':
      case 'E': {
        const text = size.toExponential(Math.min(100, digits ?? 6)).replace(/e([-+])(\d)$/, 'e$10$2');
        return sign + (letter === 'E' ? text.toUpperCase() : text);
      }
      default:
        return sign + String(Number(size.toPrecision(Math.min(100, digits || 6))));
    }
  }

  private number(word: string | undefined): number {
    if (word === undefined || word === '') return 0;
    if (/^['"]/.test(word)) return word.codePointAt(1) ?? 0;
    if (/^[-+]?0[0-7]+$/.test(word)) return Number.parseInt(word, 8);
    const value = Number(word);
    if (!Number.isNaN(value)) return value;
    this.problem ??= `invalid number '${word}'`;
    return Number.parseInt(word, 10) || 0;
  }
}

/** A whole number of 64 bits without sign. */
function whole(value: number, base: number): string {
  return BigInt.asUintN(64, BigInt(Math.trunc(value))).toString(base);
}

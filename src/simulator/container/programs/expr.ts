// expr
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { complainOfUsage } from './options.ts';
import { posixRegExp } from './regular-expression.ts';
import { worded } from './wording.ts';

class ExprMistake {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export function* expr(process: Process, argv: readonly string[]): Blocking<number> {
  if (argv.length < 2) return yield* complainOfUsage(process, argv, undefined, 'EXPRESSION');
  try {
    const value = new ExprReader(argv.slice(1), worded(process, { busybox: 'non-numeric argument', gnu: 'non-integer argument' })).read();
    yield* process.print(`${value}\n`);
    return value === '' || /^-?0+$/.test(value) ? 1 : 0;
  } catch (thrown) {
    if (!(thrown instanceof ExprMistake) && !(thrown instanceof SyntaxError)) throw thrown;
    yield* process.complain(`expr: ${thrown.message}\n`);
    return 2;
  }
}

const levels: readonly (readonly string[])[] = [['|'], ['&'], ['<', '<=', '=', '==', '!=', '>=', '>'], ['+', '-'], ['*', '/', '%'], [':']];

class ExprReader {
  private readonly words: readonly string[];
  private readonly notNumber: string;
  private at = 0;

  constructor(words: readonly string[], notNumber: string) {
    this.words = words;
    this.notNumber = notNumber;
  }

  read(): string {
    const value = this.level(0);
    if (this.at < this.words.length) throw new ExprMistake('syntax error');
    return value;
  }

  private level(depth: number): string {
    const operators = levels[depth];
    if (!operators) return this.primary();
    let left = this.level(depth + 1);
    for (let operator = this.words[this.at]; operator !== undefined && operators.includes(operator); operator = this.words[this.at]) {
      this.at++;
      left = this.apply(operator, left, this.level(depth + 1));
    }
    return left;
  }

  private primary(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new ExprMistake('syntax error');
    if (word === '(') {
      const value = this.level(0);
      if (this.words[this.at++] !== ')') throw new ExprMistake('syntax error');
      return value;
    }
    if (word === 'length' && this.at < this.words.length) return String([...this.primary()].length);
    if (word === 'match' && this.at + 1 < this.words.length) return this.apply(':', this.primary(), this.primary());
    if (word === 'substr' && this.at + 2 < this.words.length) {
      const text = [...this.primary()];
      const start = Number(this.primary());
      return text.slice(start - 1, start - 1 + Number(this.primary())).join('');
    }
    if (word === 'index' && this.at + 1 < this.words.length) {
      const text = this.primary();
      const characters = this.primary();
      return String([...text].findIndex((character) => characters.includes(character)) + 1);
    }
    return word;
  }

  private apply(operator: string, left: string, right: string): string {
    const isNull = (text: string): boolean => text === '' || /^-?0+$/.test(text);
    const number = (text: string): bigint => {
      if (!/^[-+]?\d+$/.test(text)) throw new ExprMistake(this.notNumber);
      return BigInt(text);
    };
    switch (operator) {
      case '|':
        return isNull(left) ? (isNull(right) ? '0' : right) : left;
      case '&':
        return isNull(left) || isNull(right) ? '0' : left;
      case ':': {
        const match = posixRegExp(`^${right.replace(/^\^/, '')}`, 'basic', 's').exec(left);
        if (/\\\(/.test(right)) return match?.[1] ?? '';
        return String(match?.[0].length ?? 0);
      }
      case '+':
        return String(number(left) + number(right));
      case '-':
        return String(number(left) - number(right));
      case '*':
        return String(number(left) * number(right));
      case '/':
      case '%':
        if (number(right) === 0n) throw new ExprMistake('division by zero');
        return String(operator === '/' ? number(left) / number(right) : number(left) % number(right));
      default:
        return compare(operator, left, right) ? '1' : '0';
    }
  }
}

function compare(operator: string, left: string, right: string): boolean {
  const areNumbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  const order = areNumbers ? Number(left) - Number(right) : left === right ? 0 : left < right ? -1 : 1;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '!=':
      return order !== 0;
    default:
      return order === 0;
  }
}

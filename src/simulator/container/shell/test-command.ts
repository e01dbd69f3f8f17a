// test, [ and [[: one expression language, two ways to write it.
import type { Blocking } from '../blocking.ts';
import type { Permission } from '../filesystem.ts';
import { type Inode, sizeOf } from '../inode.ts';
import type { Process } from '../process.ts';
import { posixRegExp } from '../programs/regular-expression.ts';
import type { Dialect } from './dialect.ts';
import { dialects } from './dialect.ts';
import { expandPattern, expandWord } from './expansion.ts';
import { patternRegExp } from './pattern.ts';
import type { Shell } from './shell.ts';
import type { TestExpression } from './syntax.ts';

/** 0 true, 1 false, 2 with a problem. */
export interface TestResult {
  readonly status: number;
  readonly problem?: string;
}

/** The words between [ and ]. */
export function evaluateTest(process: Process, words: readonly string[], dialect: Dialect = dialects.ash): TestResult {
  return new TestReader(process, words, dialect).result();
}

/** [[ … ]], as busybox ash has it: == compares with a pattern. */
export function* evaluateTestCommand(shell: Shell, node: TestExpression): Blocking<number> {
  return (yield* isTrue(shell, node)) ? 0 : 1;
}

function* isTrue(shell: Shell, node: TestExpression): Blocking<boolean> {
  switch (node.type) {
    case 'TestNot':
      return node.negations.length % 2 === 1 ? !(yield* isTrue(shell, node.operand)) : yield* isTrue(shell, node.operand);
    case 'TestGroup':
      return yield* isTrue(shell, node.expression);
    case 'TestLogical':
      for (const operand of node.operands) {
        const value = yield* isTrue(shell, operand);
        if (value !== (node.operator === '&&')) return value;
      }
      return node.operator === '&&';
    case 'TestUnary':
      return unaryTest(shell.process, node.operator, yield* expandWord(shell, node.operand)) ?? false;
    case 'TestBinary': {
      const left = yield* expandWord(shell, node.left);
      const { operator } = node;
      if (operator === '=' || operator === '==' || operator === '!=') {
        return patternRegExp(yield* expandPattern(shell, node.right)).test(left) === (operator !== '!=');
      }
      const right = yield* expandWord(shell, node.right);
      if (operator === '=~') return matchesRegExp(left, right);
      return binaryTest(shell.process, left, operator, right, Number) ?? false;
    }
  }
}

/** What is no regular expression matches nothing. */
function matchesRegExp(text: string, pattern: string): boolean {
  try {
    return posixRegExp(pattern, 'extended').test(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false;
    throw thrown;
  }
}

class TestReader {
  private readonly process: Process;
  private readonly words: readonly string[];
  private readonly dialect: Dialect;
  private at = 0;
  private problem: string | undefined;

  constructor(process: Process, words: readonly string[], dialect: Dialect) {
    this.process = process;
    this.words = words;
    this.dialect = dialect;
  }

  result(): TestResult {
    if (this.words.length === 0) return { status: 1 };
    const value = this.or();
    const rest = this.words[this.at];
    if (this.problem === undefined && rest !== undefined) this.problem = `${rest}: unknown operand`;
    if (this.problem !== undefined) return { status: 2, problem: this.problem };
    return { status: value ? 0 : 1 };
  }

  private or(): boolean {
    let value = this.and();
    while (this.words[this.at] === '-o') {
      this.at++;
      const next = this.and();
      value ||= next;
    }
    return value;
  }

  private and(): boolean {
    let value = this.not();
    while (this.words[this.at] === '-a') {
      this.at++;
      const next = this.not();
      value &&= next;
    }
    return value;
  }

  private not(): boolean {
    if (this.words[this.at] === '!' && this.at + 1 < this.words.length && !this.isBinaryAt(this.at)) {
      this.at++;
      return !this.not();
    }
    return this.primary();
  }

  private isBinaryAt(at: number): boolean {
    const operator = this.words[at + 1];
    return operator !== undefined && binaryOperators.has(operator) && at + 2 < this.words.length;
  }

  private primary(): boolean {
    const word = this.words[this.at] ?? '';
    if (this.isBinaryAt(this.at)) {
      const operator = this.words[this.at + 1]!;
      const right = this.words[this.at + 2]!;
      this.at += 3;
      return binaryTest(this.process, word, operator, right, (text) => this.number(text)) ?? false;
    }
    if (word === '(' && this.words.length > 1) {
      this.at++;
      const value = this.or();
      if (this.words[this.at] !== ')') this.problem ??= 'closing paren expected';
      this.at++;
      return value;
    }
    const operand = this.words[this.at + 1];
    if (operand !== undefined && unaryOperators.has(word)) {
      this.at += 2;
      return unaryTest(this.process, word, operand) ?? false;
    }
    const operator = this.words[this.at + 1];
    if (operator !== undefined && binaryOperators.has(operator) && this.at + 2 >= this.words.length) {
      this.problem ??= `${operator}: argument expected`;
      this.at += 2;
      return false;
    }
    this.at++;
    return word !== '';
  }

  private number(text: string): number {
    if (/^\s*[-+]?\d+\s*$/.test(text)) return Number(text);
    this.problem ??= this.dialect.badNumber(text);
    return Number.NaN;
  }
}

const binaryOperators = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);
const unaryOperators = new Set('-n -z -e -f -d -h -L -s -r -w -x -c -b -p -S -t -O -G -u -g -k -N'.split(' '));

function binaryTest(
  process: Process,
  left: string,
  operator: string,
  right: string,
  number: (text: string) => number,
): boolean | undefined {
  const inode = (path: string): Inode | undefined => process.kernel.files.lookUp(process, path);
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-eq':
      return number(left) === number(right);
    case '-ne':
      return number(left) !== number(right);
    case '-lt':
      return number(left) < number(right);
    case '-le':
      return number(left) <= number(right);
    case '-gt':
      return number(left) > number(right);
    case '-ge':
      return number(left) >= number(right);
    case '-nt':
      return (inode(left)?.modifiedMs ?? 0) > (inode(right)?.modifiedMs ?? 0);
    case '-ot':
      return (inode(left)?.modifiedMs ?? 0) < (inode(right)?.modifiedMs ?? 0);
    case '-ef':
      return inode(left) !== undefined && inode(left) === inode(right);
    default:
      return undefined;
  }
}

const permissions: Readonly<Record<string, Permission>> = { '-r': 'read', '-w': 'write', '-x': 'execute' };

function unaryTest(process: Process, operator: string, operand: string): boolean | undefined {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return process.descriptors[Number(operand)]?.terminal !== undefined;
  const { files } = process.kernel;
  const permission = permissions[operator];
  if (permission) return files.mayUse(process, operand, permission);
  const inode = files.lookUp(process, operand, operator === '-h' || operator === '-L' ? 'keep' : 'follow');
  if (!inode) return false;
  switch (operator) {
    case '-e':
      return true;
    case '-f':
      return inode.type === 'file';
    case '-d':
      return inode.type === 'directory';
    case '-h':
    case '-L':
      return inode.type === 'link';
    case '-c':
      return inode.type === 'device';
    case '-s':
      return sizeOf(inode) > 0;
    case '-O':
      return inode.uid === process.credentials.uid;
    case '-G':
      return inode.gid === process.credentials.gid;
    case '-u':
      return (inode.mode & 0o4000) !== 0;
    case '-g':
      return (inode.mode & 0o2000) !== 0;
    case '-k':
      return (inode.mode & 0o1000) !== 0;
    default:
      return false;
  }
}

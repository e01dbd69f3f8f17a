// awk
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { forAppending, forReading, forWriting } from '../filesystem.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import { Pipe } from '../pipe.ts';
import type { Process } from '../process.ts';
import { decode, encode } from '../text.ts';
import { AwkInput } from './awk-input.ts';
import {
  type AwkExpression,
  AwkMistake,
  type AwkRedirect,
  type AwkRule,
  type AwkScript,
  type AwkStatement,
  parseAwk,
} from './awk-syntax.ts';
import { awkFormat, InputText, isTrue, looksNumeric, numberOf, textOf, type Value } from './awk-values.ts';
import { complainOfUsage, parseOptions } from './options.ts';
import { posixRegExp } from './regular-expression.ts';
import { formatTime } from './time-format.ts';
import { failedCall, programName } from './wording.ts';

export function* awk(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'F:v:f:e:', { stops: true });
  const operands = [...options.operands];
  const sources = [...(options.values.get('e') ?? [])];
  for (const file of options.values.get('f') ?? []) {
    try {
      sources.push(decode(process.readFile(file)));
    } catch (thrown) {
      yield* process.complain(`awk: can't open '${file}': ${failedCall(thrown).message}\n`);
      return 1;
    }
  }
  if (sources.length === 0) {
    const script = operands.shift();
    if (options.problem || script === undefined)
      return yield* complainOfUsage(process, argv, options.problem, '[OPTIONS] [AWK_PROGRAM] [FILE]...');
    sources.push(script);
  }
  try {
    const interpreter = new Interpreter(process, parseAwk(sources.join('\n')), [programName(argv), ...operands]);
    for (const assignment of options.values.get('v') ?? []) interpreter.assignFromText(assignment);
    const separator = options.values.get('F')?.at(-1);
    if (separator !== undefined) interpreter.assignFromText(`FS=${separator === 't' ? '\t' : separator}`);
    return yield* interpreter.run();
  } catch (thrown) {
    if (!(thrown instanceof AwkMistake)) throw thrown;
    yield* process.complain(`awk: cmd. line:1: ${thrown.message}\n`);
    return 1;
  }
}

class Jump {
  readonly kind: 'next' | 'break' | 'continue';

  constructor(kind: 'next' | 'break' | 'continue') {
    this.kind = kind;
  }
}

class AwkReturn {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

class AwkExit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

type AwkArray = Map<string, Value>;
type Cell = Value | AwkArray | undefined;

const maxCallDepth = 200;

class Interpreter {
  private readonly process: Process;
  private readonly script: AwkScript;
  private readonly globals = new Map<string, Cell>();
  private locals: Map<string, Cell> | undefined;
  private callDepth = 0;
  private fields: string[] = [];
  private record = '';
  private isRecordStale = false;
  private readonly ranges = new Set<AwkRule>();
  private readonly outputs = new Map<string, { file: OpenFile; child: Process | undefined }>();
  private readonly inputs = new Map<string, AwkInput>();
  private readonly main: AwkInput;
  private readonly expressions = new Map<string, RegExp>();
  private seed = 0;

  constructor(process: Process, script: AwkScript, argv: readonly string[]) {
    this.process = process;
    this.script = script;
    const initial: Readonly<Record<string, Value>> = {
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      NR: 0,
      FNR: 0,
      NF: 0,
      SUBSEP: '\x1c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      FILENAME: '',
      RSTART: 0,
      RLENGTH: -1,
      ARGC: argv.length,
    };
    for (const [name, value] of Object.entries(initial)) this.globals.set(name, value);
    this.globals.set('ARGV', new Map(argv.map((word, index) => [String(index), word])));
    this.globals.set('ENVIRON', new Map([...process.environment].map(([name, value]) => [name, new InputText(value)])));
    this.main = new AwkInput(process, argv.slice(1), {
      assign: (word) => this.assignFromText(word),
      opened: (name) => {
        this.globals.set('FILENAME', name);
        this.globals.set('FNR', 0);
      },
    });
  }

  assignFromText(word: string): void {
    const equals = word.indexOf('=');
    const { text } = unescapeValue(word.slice(equals + 1));
    this.setVariable(word.slice(0, equals), new InputText(text));
  }

  *run(): Blocking<number> {
    let code = 0;
    try {
      for (const rule of this.script.rules) if (rule.kind === 'begin') yield* this.execute(rule.body);
      const isReading = this.script.rules.some(({ kind }) => kind !== 'begin');
      if (isReading) yield* this.records();
    } catch (thrown) {
      if (!(thrown instanceof AwkExit)) throw thrown;
      ({ code } = thrown);
    }
    try {
      for (const rule of this.script.rules) if (rule.kind === 'end') yield* this.execute(rule.body);
    } catch (thrown) {
      if (!(thrown instanceof AwkExit)) throw thrown;
      ({ code } = thrown);
    }
    for (const name of [...this.outputs.keys()]) yield* this.close(name);
    return code || this.main.status;
  }

  private *records(): Blocking {
    for (;;) {
      const line = yield* this.main.next(this.text(this.globals.get('RS') as Value));
      if (line === undefined) return;
      this.count();
      this.setRecord(line);
      try {
        for (const rule of this.script.rules) if (yield* this.selects(rule)) yield* this.execute(rule.body);
      } catch (thrown) {
        if (!(thrown instanceof Jump) || thrown.kind !== 'next') throw thrown;
      }
    }
  }

  private count(): void {
    for (const name of ['NR', 'FNR']) this.globals.set(name, numberOf(this.globals.get(name) as Value) + 1);
  }

  private *selects(rule: AwkRule): Blocking<boolean> {
    if (this.process.spend(3)) yield* this.process.rest();
    switch (rule.kind) {
      case 'always':
        return true;
      case 'pattern':
        return isTrue(yield* this.value(rule.from!));
      case 'range': {
        if (!this.ranges.has(rule)) {
          if (!isTrue(yield* this.value(rule.from!))) return false;
          this.ranges.add(rule);
        }
        if (isTrue(yield* this.value(rule.to!))) this.ranges.delete(rule);
        return true;
      }
      default:
        return false;
    }
  }

  // Statements

  private *execute(statement: AwkStatement): Blocking {
    if (this.process.spend(1)) yield* this.process.rest();
    switch (statement.type) {
      case 'block':
        for (const child of statement.statements) yield* this.execute(child);
        break;
      case 'expression':
        yield* this.value(statement.expression);
        break;
      case 'print':
        yield* this.print(statement);
        break;
      case 'if':
        if (isTrue(yield* this.value(statement.test))) yield* this.execute(statement.yes);
        else if (statement.no) yield* this.execute(statement.no);
        break;
      case 'loop':
        yield* this.loop(statement);
        break;
      case 'forIn':
        for (const key of [...this.array(statement.array).keys()]) {
          this.setVariable(statement.variable, new InputText(key));
          if (!(yield* this.body(statement.body))) break;
        }
        break;
      case 'delete':
        if (statement.keys) this.array(statement.name).delete(yield* this.key(statement.keys));
        else this.array(statement.name).clear();
        break;
      case 'next':
      case 'break':
      case 'continue':
        throw new Jump(statement.type);
      case 'exit':
        throw new AwkExit(statement.value ? numberOf(yield* this.value(statement.value)) & 255 : 0);
      case 'return':
        throw new AwkReturn(statement.value ? yield* this.value(statement.value) : '');
    }
  }

  private *loop(statement: AwkStatement & { type: 'loop' }): Blocking {
    if (statement.first) yield* this.execute(statement.first);
    for (let isFirst = true; ; isFirst = false) {
      yield* this.process.work(1);
      const isTested = statement.test && !(statement.testsAfter && isFirst);
      if (isTested && !isTrue(yield* this.value(statement.test!))) return;
      if (!(yield* this.body(statement.body))) return;
      if (statement.step) yield* this.execute(statement.step);
    }
  }

  /** Runs a loop's body; false when it is left by break. */
  private *body(statement: AwkStatement): Blocking<boolean> {
    try {
      yield* this.execute(statement);
    } catch (thrown) {
      if (!(thrown instanceof Jump) || thrown.kind === 'next') throw thrown;
      return thrown.kind === 'continue';
    }
    return true;
  }

  private *print(statement: AwkStatement & { type: 'print' }): Blocking {
    const values: Value[] = [];
    for (const expression of statement.values) values.push(yield* this.value(expression));
    let bytes: Uint8Array;
    if (statement.isFormatted) bytes = awkFormat(this.text(values[0] ?? ''), values.slice(1));
    else {
      const words = values.length === 0 ? [this.wholeRecord()] : values.map((value) => textOf(value));
      bytes = encode(words.join(this.text(this.globals.get('OFS') as Value)) + this.text(this.globals.get('ORS') as Value));
    }
    const file = statement.redirect ? yield* this.output(statement.redirect) : this.process.file(1);
    yield* file.write!(this.process, bytes);
  }

  private *output(redirect: AwkRedirect): Blocking<OpenFile> {
    const name = this.text(yield* this.value(redirect.target));
    const known = this.outputs.get(name);
    if (known) return known.file;
    if (redirect.kind !== '|') {
      const standard = { '/dev/stdout': 1, '/dev/stderr': 2, '-': 1 }[name];
      const file =
        standard === undefined ? this.process.open(name, redirect.kind === '>' ? forWriting : forAppending) : this.process.file(standard);
      this.outputs.set(name, { file: retain(file), child: undefined });
      return file;
    }
    const pipe = new Pipe();
    const child = this.process.fork(['sh', '-c', name]);
    child.setDescriptor(0, pipe.reader);
    child.run(child.execute(['sh', '-c', name]));
    this.outputs.set(name, { file: retain(pipe.writer), child });
    return pipe.writer;
  }

  private *close(name: string): Blocking<number> {
    const output = this.outputs.get(name);
    const input = this.inputs.get(name);
    this.outputs.delete(name);
    this.inputs.delete(name);
    input?.close();
    if (!output) return input ? 0 : -1;
    release(output.file);
    return output.child ? yield* this.process.waitFor(output.child) : 0;
  }

  // Values

  private *value(expression: AwkExpression): Blocking<Value> {
    switch (expression.type) {
      case 'number':
      case 'string':
        return expression.value;
      case 'regex':
        return this.expression(expression.source).test(this.wholeRecord()) ? 1 : 0;
      case 'variable':
        return this.variable(expression.name);
      case 'field':
        return this.field(numberOf(yield* this.value(expression.index)));
      case 'element': {
        const key = yield* this.key(expression.keys);
        const array = this.array(expression.name);
        if (!array.has(key)) array.set(key, new InputText(''));
        return array.get(key)!;
      }
      case 'in':
        return this.array(expression.name).has(yield* this.key(expression.keys)) ? 1 : 0;
      case 'assign': {
        const given = yield* this.value(expression.value);
        if (expression.operator === '=') return yield* this.assign(expression.target, given);
        const before = numberOf(yield* this.value(expression.target));
        return yield* this.assign(expression.target, arithmetic(expression.operator[0]!, before, numberOf(given)));
      }
      case 'increment': {
        const before = numberOf(yield* this.value(expression.target));
        yield* this.assign(expression.target, before + expression.by);
        return expression.isPrefix ? before + expression.by : before;
      }
      case 'unary': {
        const operand = yield* this.value(expression.operand);
        if (expression.operator === '!') return isTrue(operand) ? 0 : 1;
        return expression.operator === '-' ? -numberOf(operand) : numberOf(operand);
      }
      case 'binary':
        return yield* this.binary(expression);
      case 'choice':
        return yield* this.value(isTrue(yield* this.value(expression.test)) ? expression.yes : expression.no);
      case 'group': {
        let last: Value = '';
        for (const item of expression.items) last = yield* this.value(item);
        return last;
      }
      case 'call':
        return yield* this.call(expression);
      case 'getline':
        return yield* this.getline(expression);
    }
  }

  private *binary({ operator, left, right }: AwkExpression & { type: 'binary' }): Blocking<Value> {
    const one = yield* this.value(left);
    if (operator === '&&') return isTrue(one) && isTrue(yield* this.value(right)) ? 1 : 0;
    if (operator === '||') return isTrue(one) || isTrue(yield* this.value(right)) ? 1 : 0;
    if (operator === '~' || operator === '!~') {
      const expression = yield* this.dynamicExpression(right);
      return expression.test(this.text(one)) === (operator === '~') ? 1 : 0;
    }
    const other = yield* this.value(right);
    if (operator === ' ') {
      const joined = this.text(one) + this.text(other);
      if (joined.length > 1_000_000) this.process.allocate(joined.length);
      return joined;
    }
    if ('<=>=!'.includes(operator[0]!)) return this.compare(operator, one, other) ? 1 : 0;
    return arithmetic(operator, numberOf(one), numberOf(other));
  }

  private compare(operator: string, one: Value, other: Value): boolean {
    const areNumbers = looksNumeric(one) && looksNumeric(other);
    const [left, right] = areNumbers ? [numberOf(one), numberOf(other)] : [this.text(one), this.text(other)];
    switch (operator) {
      case '<':
        return left < right;
      case '<=':
        return left <= right;
      case '>':
        return left > right;
      case '>=':
        return left >= right;
      case '==':
        return left === right;
      default:
        return left !== right;
    }
  }

  private *assign(target: AwkExpression, value: Value): Blocking<Value> {
    if (target.type === 'variable') this.setVariable(target.name, value);
    else if (target.type === 'element') this.array(target.name).set(yield* this.key(target.keys), value);
    else if (target.type === 'field') this.setField(numberOf(yield* this.value(target.index)), this.text(value));
    return value;
  }

  private *key(keys: readonly AwkExpression[]): Blocking<string> {
    const words: string[] = [];
    for (const key of keys) words.push(this.text(yield* this.value(key)));
    return words.join(this.text(this.globals.get('SUBSEP') as Value));
  }

  private variable(name: string): Value {
    const cell = this.locals?.has(name) ? this.locals.get(name) : this.globals.get(name);
    return cell === undefined || cell instanceof Map ? new InputText('') : cell;
  }

  private setVariable(name: string, value: Value): void {
    if (this.locals?.has(name)) {
      this.locals.set(name, value);
      return;
    }
    this.globals.set(name, value);
    if (name !== 'NF') return;
    this.fields.length = Math.max(0, numberOf(value));
    for (let index = 0; index < this.fields.length; index++) this.fields[index] ??= '';
    this.isRecordStale = true;
  }

  private array(name: string): AwkArray {
    const place = this.locals?.has(name) ? this.locals : this.globals;
    const cell = place.get(name);
    if (cell instanceof Map) return cell;
    const made: AwkArray = new Map();
    place.set(name, made);
    return made;
  }

  private text(value: Value): string {
    return textOf(value);
  }

  // The record

  private setRecord(line: string): void {
    this.record = line;
    this.isRecordStale = false;
    this.fields = this.split(line, this.text(this.globals.get('FS') as Value));
    this.globals.set('NF', this.fields.length);
  }

  private wholeRecord(): string {
    if (this.isRecordStale) {
      this.record = this.fields.join(this.text(this.globals.get('OFS') as Value));
      this.isRecordStale = false;
    }
    return this.record;
  }

  private field(index: number): Value {
    if (index === 0) return new InputText(this.wholeRecord());
    return new InputText(this.fields[index - 1] ?? '');
  }

  private setField(index: number, text: string): void {
    if (index === 0) {
      this.setRecord(text);
      return;
    }
    while (this.fields.length < index) this.fields.push('');
    this.fields[index - 1] = text;
    this.globals.set('NF', this.fields.length);
    this.isRecordStale = true;
  }

  private split(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') return text.trim() === '' ? [] : text.replace(/^[ \t\n]+|[ \t\n]+$/g, '').split(/[ \t\n]+/);
    if (separator === '') return [...text];
    if (separator.length === 1 && separator !== '\\') return text.split(separator);
    // A separator with groups must not put them among the fields.
    return text.split(new RegExp(this.expression(separator).source.replace(/\((?!\?)/g, '(?:')));
  }

  private expression(source: string): RegExp {
    let expression = this.expressions.get(source);
    if (!expression) {
      try {
        expression = posixRegExp(source, 'extended', 's');
      } catch (thrown) {
        if (!(thrown instanceof SyntaxError)) throw thrown;
        throw new AwkMistake(`bad regex '${source}': ${thrown.message}`);
      }
      this.expressions.set(source, expression);
    }
    return expression;
  }

  private *dynamicExpression(node: AwkExpression): Blocking<RegExp> {
    return this.expression(node.type === 'regex' ? node.source : this.text(yield* this.value(node)));
  }

  private *getline(node: AwkExpression & { type: 'getline' }): Blocking<Value> {
    const source = node.source ? this.text(yield* this.value(node.source)) : undefined;
    let input = this.main;
    try {
      if (source !== undefined) input = this.inputs.get(source) ?? this.openInput(source, node.from === 'command');
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      return -1;
    }
    const line = yield* input.next(this.text(this.globals.get('RS') as Value));
    if (line === undefined) return 0;
    if (node.from !== 'file') this.count();
    if (node.target) yield* this.assign(node.target, new InputText(line));
    else this.setRecord(line);
    return 1;
  }

  private openInput(source: string, isCommand: boolean): AwkInput {
    let file: OpenFile;
    if (isCommand) {
      const pipe = new Pipe();
      const child = this.process.fork(['sh', '-c', source]);
      child.setDescriptor(1, pipe.writer);
      child.run(child.execute(['sh', '-c', source]));
      file = pipe.reader;
    } else file = source === '-' ? this.process.file(0) : this.process.open(source, forReading);
    const input = new AwkInput(this.process, [], undefined, file);
    this.inputs.set(source, input);
    return input;
  }

  // Functions

  private *call({ name, values }: AwkExpression & { type: 'call' }): Blocking<Value> {
    const own = this.script.functions.get(name);
    if (own) return yield* this.callOwn(own.parameters, own.body, values);
    const [first, second, third] = values;
    if (name === 'split' && first && second?.type === 'variable') return yield* this.splitInto(first, second.name, third);
    if ((name === 'sub' || name === 'gsub') && first && second) return yield* this.substitute(name, first, second, third);
    if (name === 'match' && first && second) {
      const match = (yield* this.dynamicExpression(second)).exec(this.text(yield* this.value(first)));
      this.globals.set('RSTART', match ? match.index + 1 : 0);
      this.globals.set('RLENGTH', match ? match[0].length : -1);
      return match ? match.index + 1 : 0;
    }
    if (name === 'length' && first?.type === 'variable') {
      const cell = this.locals?.has(first.name) ? this.locals.get(first.name) : this.globals.get(first.name);
      if (cell instanceof Map) return cell.size;
    }
    const given: Value[] = [];
    for (const value of values) given.push(yield* this.value(value));
    return yield* this.callBuiltin(name, given);
  }

  private *callBuiltin(name: string, given: readonly Value[]): Blocking<Value> {
    const text = (index: number): string => this.text(given[index] ?? '');
    const number = (index: number): number => numberOf(given[index] ?? 0);
    switch (name) {
      case 'length':
        return [...(given.length > 0 ? text(0) : this.wholeRecord())].length;
      case 'substr': {
        const characters = [...text(0)];
        const start = Math.round(number(1));
        const end = given.length > 2 ? start + Math.round(number(2)) : Number.POSITIVE_INFINITY;
        return characters.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join('');
      }
      case 'index':
        return text(0).indexOf(text(1)) + 1;
      case 'sprintf':
        return decode(awkFormat(text(0), given.slice(1)));
      case 'tolower':
        return text(0).toLowerCase();
      case 'toupper':
        return text(0).toUpperCase();
      case 'int':
        return Math.trunc(number(0));
      case 'sqrt':
      case 'sin':
      case 'cos':
      case 'exp':
      case 'log':
        return Math[name](number(0));
      case 'atan2':
        return Math.atan2(number(0), number(1));
      case 'rand':
        return this.process.random.next();
      case 'srand': {
        const before = this.seed;
        this.seed = given.length > 0 ? number(0) : Math.floor(this.process.clock.now / 1000);
        return before;
      }
      case 'systime':
        return Math.floor(this.process.clock.now / 1000);
      case 'strftime':
        return formatTime(
          given.length > 0 ? text(0) : '%a %b %e %H:%M:%S %Z %Y',
          given.length > 1 ? number(1) * 1000 : this.process.clock.now,
        );
      case 'fflush':
        return 0;
      case 'close':
        return yield* this.close(text(0));
      case 'system': {
        const words = ['sh', '-c', text(0)];
        const child = this.process.fork(words);
        child.run(child.execute(words));
        return yield* this.process.waitFor(child);
      }
      default:
        throw new AwkMistake(`call to undefined function ${name}`);
    }
  }

  private *callOwn(parameters: readonly string[], body: AwkStatement, values: readonly AwkExpression[]): Blocking<Value> {
    if (this.callDepth >= maxCallDepth) throw new AwkMistake('functions call each other too deeply');
    const locals = new Map<string, Cell>();
    for (const [index, name] of parameters.entries()) {
      const given = values[index];
      if (given?.type === 'variable') {
        const place = this.locals?.has(given.name) ? this.locals : this.globals;
        locals.set(name, place.get(given.name));
      } else locals.set(name, given ? yield* this.value(given) : undefined);
    }
    const outer = this.locals;
    this.locals = locals;
    this.callDepth++;
    try {
      yield* this.execute(body);
      return '';
    } catch (thrown) {
      if (!(thrown instanceof AwkReturn)) throw thrown;
      return thrown.value;
    } finally {
      this.locals = outer;
      this.callDepth--;
      this.handBackArrays(parameters, values, locals, outer);
    }
  }

  /** An array that was nothing before the call is the caller's from now on. */
  private handBackArrays(
    parameters: readonly string[],
    values: readonly AwkExpression[],
    locals: Map<string, Cell>,
    outer: Map<string, Cell> | undefined,
  ): void {
    for (const [index, name] of parameters.entries()) {
      const given = values[index];
      const made = locals.get(name);
      if (given?.type !== 'variable' || !(made instanceof Map)) continue;
      (outer?.has(given.name) ? outer : this.globals).set(given.name, made);
    }
  }

  private *splitInto(first: AwkExpression, array: string, third: AwkExpression | undefined): Blocking<Value> {
    const text = this.text(yield* this.value(first));
    const separator =
      third === undefined
        ? this.text(this.globals.get('FS') as Value)
        : third.type === 'regex'
          ? third.source
          : this.text(yield* this.value(third));
    const isExpression = third?.type === 'regex' && separator.length === 1;
    const parts = isExpression && text !== '' ? text.split(this.expression(separator)) : this.split(text, separator);
    const target = this.array(array);
    target.clear();
    for (const [index, part] of parts.entries()) target.set(String(index + 1), new InputText(part));
    return parts.length;
  }

  private *substitute(
    name: 'sub' | 'gsub',
    first: AwkExpression,
    second: AwkExpression,
    third: AwkExpression | undefined,
  ): Blocking<Value> {
    const target: AwkExpression = third ?? { type: 'field', index: { type: 'number', value: 0 } };
    const expression = yield* this.dynamicExpression(first);
    const replacement = this.text(yield* this.value(second));
    const text = this.text(yield* this.value(target));
    let count = 0;
    const replaced = text.replace(new RegExp(expression.source, name === 'gsub' ? 'gs' : 's'), (match) => {
      count++;
      return replacement.replace(/\\\\|\\&|&/g, (mark) => (mark === '&' ? match : mark === '\\&' ? '&' : '\\'));
    });
    if (count > 0) yield* this.assign(target, replaced);
    return count;
  }
}

function arithmetic(operator: string, one: number, other: number): number {
  switch (operator) {
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    case '/':
    case '%':
      if (other === 0) throw new AwkMistake('Division by zero');
      return operator === '/' ? one / other : one % other;
    default:
      return one ** other;
  }
}

function unescapeValue(text: string): { text: string } {
  return { text: text.replace(/\\([nt\\"])/g, (_whole, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter) };
}

// Runs awk scripts.
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import type { Process } from '../process.ts';
import { encode } from '../text.ts';
import { pureFunction } from './awk-functions.ts';
import { AwkInput } from './awk-input.ts';
import { AwkMemory, type Cell } from './awk-memory.ts';
import { AwkStreams } from './awk-streams.ts';
import { type AwkExpression, AwkMistake, type AwkRule, type AwkScript, type AwkStatement } from './awk-syntax.ts';
import { awkFormat, InputText, isTrue, looksNumeric, numberOf, textOf, type Value } from './awk-values.ts';

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

const maxCallDepth = 200;

/** Runs a parsed script. */
export class AwkInterpreter {
  private readonly process: Process;
  private readonly script: AwkScript;
  private readonly memory = new AwkMemory();
  private readonly streams: AwkStreams;
  private callDepth = 0;
  private readonly ranges = new Set<AwkRule>();
  private readonly main: AwkInput;
  private seed = 0;

  constructor(process: Process, script: AwkScript, argv: readonly string[]) {
    this.process = process;
    this.script = script;
    this.streams = new AwkStreams(process);
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
    for (const [name, value] of Object.entries(initial)) this.memory.globals.set(name, value);
    this.memory.globals.set('ARGV', new Map(argv.map((word, index) => [String(index), word])));
    this.memory.globals.set('ENVIRON', new Map([...process.environment].map(([name, value]) => [name, new InputText(value)])));
    this.main = new AwkInput(process, argv.slice(1), {
      assign: (word) => this.assignFromText(word),
      opened: (name) => {
        this.memory.globals.set('FILENAME', name);
        this.memory.globals.set('FNR', 0);
      },
    });
  }

  assignFromText(word: string): void {
    const equals = word.indexOf('=');
    const { text } = unescapeValue(word.slice(equals + 1));
    this.memory.setVariable(word.slice(0, equals), new InputText(text));
  }

  *run(): Blocking<number> {
    try {
      return yield* this.runRules();
    } catch (thrown) {
      if (thrown instanceof AwkReturn) throw new AwkMistake('return not in function');
      if (thrown instanceof Jump) throw new AwkMistake(`${thrown.kind} where there is nothing to leave`);
      throw thrown;
    }
  }

  private *runRules(): Blocking<number> {
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
    yield* this.streams.closeAll();
    return code || this.main.status;
  }

  private *records(): Blocking {
    for (;;) {
      const line = yield* this.main.next(this.memory.own('RS'));
      if (line === undefined) return;
      this.count();
      this.memory.setRecord(line);
      try {
        for (const rule of this.script.rules) if (yield* this.selects(rule)) yield* this.execute(rule.body);
      } catch (thrown) {
        if (!(thrown instanceof Jump) || thrown.kind !== 'next') throw thrown;
      }
    }
  }

  private count(): void {
    for (const name of ['NR', 'FNR']) this.memory.globals.set(name, numberOf(this.memory.variable(name)) + 1);
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
        for (const key of [...this.memory.array(statement.array).keys()]) {
          this.memory.setVariable(statement.variable, new InputText(key));
          if (!(yield* this.body(statement.body))) break;
        }
        break;
      case 'delete':
        if (statement.keys) this.memory.array(statement.name).delete(yield* this.key(statement.keys));
        else this.memory.array(statement.name).clear();
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
    if (statement.isFormatted) bytes = awkFormat(textOf(values[0] ?? ''), values.slice(1));
    else {
      const words = values.length === 0 ? [this.memory.wholeRecord()] : values.map((value) => textOf(value));
      bytes = encode(words.join(this.memory.own('OFS')) + this.memory.own('ORS'));
    }
    const file = statement.redirect
      ? this.streams.output(statement.redirect.kind, textOf(yield* this.value(statement.redirect.target)))
      : this.process.file(1);
    yield* file.write!(this.process, bytes);
  }

  // Values

  private *value(expression: AwkExpression): Blocking<Value> {
    switch (expression.type) {
      case 'number':
      case 'string':
        return expression.value;
      case 'regex':
        return this.memory.expression(expression.source).test(this.memory.wholeRecord()) ? 1 : 0;
      case 'variable':
        return this.memory.variable(expression.name);
      case 'field':
        return this.memory.field(numberOf(yield* this.value(expression.index)));
      case 'element': {
        const key = yield* this.key(expression.keys);
        const array = this.memory.array(expression.name);
        if (!array.has(key)) array.set(key, new InputText(''));
        return array.get(key)!;
      }
      case 'in':
        return this.memory.array(expression.name).has(yield* this.key(expression.keys)) ? 1 : 0;
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
      return expression.test(textOf(one)) === (operator === '~') ? 1 : 0;
    }
    const other = yield* this.value(right);
    if (operator === ' ') {
      const joined = textOf(one) + textOf(other);
      if (joined.length > 1_000_000) this.process.allocate(joined.length);
      return joined;
    }
    if ('<=>=!'.includes(operator[0]!)) return this.compare(operator, one, other) ? 1 : 0;
    return arithmetic(operator, numberOf(one), numberOf(other));
  }

  private compare(operator: string, one: Value, other: Value): boolean {
    const areNumbers = looksNumeric(one) && looksNumeric(other);
    const [left, right] = areNumbers ? [numberOf(one), numberOf(other)] : [textOf(one), textOf(other)];
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
    if (target.type === 'variable') this.memory.setVariable(target.name, value);
    else if (target.type === 'element') this.memory.array(target.name).set(yield* this.key(target.keys), value);
    else if (target.type === 'field') this.memory.setField(numberOf(yield* this.value(target.index)), textOf(value));
    return value;
  }

  private *key(keys: readonly AwkExpression[]): Blocking<string> {
    const words: string[] = [];
    for (const key of keys) words.push(textOf(yield* this.value(key)));
    return words.join(this.memory.own('SUBSEP'));
  }

  // The record

  private *dynamicExpression(node: AwkExpression): Blocking<RegExp> {
    return this.memory.expression(node.type === 'regex' ? node.source : textOf(yield* this.value(node)));
  }

  private *getline(node: AwkExpression & { type: 'getline' }): Blocking<Value> {
    const source = node.source ? textOf(yield* this.value(node.source)) : undefined;
    let input = this.main;
    try {
      if (source !== undefined) input = this.streams.input(source, node.from === 'command');
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      return -1;
    }
    const line = yield* input.next(this.memory.own('RS'));
    if (line === undefined) return 0;
    if (node.from !== 'file') this.count();
    if (node.target) yield* this.assign(node.target, new InputText(line));
    else this.memory.setRecord(line);
    return 1;
  }

  // Functions

  private *call({ name, values }: AwkExpression & { type: 'call' }): Blocking<Value> {
    const own = this.script.functions.get(name);
    if (own) return yield* this.callOwn(own.parameters, own.body, values);
    const [first, second, third] = values;
    if (name === 'split' && first && second?.type === 'variable') return yield* this.splitInto(first, second.name, third);
    if ((name === 'sub' || name === 'gsub') && first && second) return yield* this.substitute(name, first, second, third);
    if (name === 'match' && first && second) {
      const match = (yield* this.dynamicExpression(second)).exec(textOf(yield* this.value(first)));
      this.memory.globals.set('RSTART', match ? match.index + 1 : 0);
      this.memory.globals.set('RLENGTH', match ? match[0].length : -1);
      return match ? match.index + 1 : 0;
    }
    if (name === 'length' && first?.type === 'variable') {
      const cell = this.memory.placeOf(first.name).get(first.name);
      if (cell instanceof Map) return cell.size;
    }
    const given: Value[] = [];
    for (const value of values) given.push(yield* this.value(value));
    return pureFunction(this.process, this.memory, name, given) ?? (yield* this.outsideFunction(name, given));
  }

  /** Functions that reach beyond values. */
  private *outsideFunction(name: string, given: readonly Value[]): Blocking<Value> {
    switch (name) {
      case 'srand': {
        const before = this.seed;
        this.seed = given[0] === undefined ? Math.floor(this.process.clock.now / 1000) : numberOf(given[0]);
        return before;
      }
      case 'close':
        return yield* this.streams.close(textOf(given[0] ?? ''));
      case 'system': {
        const words = ['sh', '-c', textOf(given[0] ?? '')];
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
        const place = this.memory.placeOf(given.name);
        locals.set(name, place.get(given.name));
      } else locals.set(name, given ? yield* this.value(given) : undefined);
    }
    const outer = this.memory.locals;
    this.memory.locals = locals;
    this.callDepth++;
    try {
      yield* this.execute(body);
      return '';
    } catch (thrown) {
      if (!(thrown instanceof AwkReturn)) throw thrown;
      return thrown.value;
    } finally {
      this.memory.locals = outer;
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
      (outer?.has(given.name) ? outer : this.memory.globals).set(given.name, made);
    }
  }

  private *splitInto(first: AwkExpression, array: string, third: AwkExpression | undefined): Blocking<Value> {
    const text = textOf(yield* this.value(first));
    const separator =
      third === undefined ? this.memory.own('FS') : third.type === 'regex' ? third.source : textOf(yield* this.value(third));
    const isExpression = third?.type === 'regex' && separator.length === 1;
    const parts = isExpression && text !== '' ? text.split(this.memory.expression(separator)) : this.memory.split(text, separator);
    const target = this.memory.array(array);
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
    const replacement = textOf(yield* this.value(second));
    const text = textOf(yield* this.value(target));
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

// The language of awk, parsed.

export type AwkExpression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'field'; readonly index: AwkExpression }
  | { readonly type: 'element'; readonly name: string; readonly keys: readonly AwkExpression[] }
  | { readonly type: 'in'; readonly name: string; readonly keys: readonly AwkExpression[] }
  | { readonly type: 'assign'; readonly operator: string; readonly target: AwkExpression; readonly value: AwkExpression }
  | { readonly type: 'increment'; readonly by: 1 | -1; readonly isPrefix: boolean; readonly target: AwkExpression }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: AwkExpression }
  | { readonly type: 'binary'; readonly operator: string; readonly left: AwkExpression; readonly right: AwkExpression }
  | { readonly type: 'choice'; readonly test: AwkExpression; readonly yes: AwkExpression; readonly no: AwkExpression }
  | { readonly type: 'call'; readonly name: string; readonly values: readonly AwkExpression[] }
  | {
      readonly type: 'getline';
      readonly from: 'input' | 'file' | 'command';
      readonly source?: AwkExpression;
      readonly target?: AwkExpression;
    }
  | { readonly type: 'group'; readonly items: readonly AwkExpression[] };

export type AwkStatement =
  | { readonly type: 'expression'; readonly expression: AwkExpression }
  | { readonly type: 'print'; readonly isFormatted: boolean; readonly values: readonly AwkExpression[]; readonly redirect?: AwkRedirect }
  | { readonly type: 'if'; readonly test: AwkExpression; readonly yes: AwkStatement; readonly no?: AwkStatement }
  | {
      readonly type: 'loop';
      readonly first?: AwkStatement;
      readonly test?: AwkExpression;
      readonly step?: AwkStatement;
      readonly body: AwkStatement;
      readonly testsAfter: boolean;
    }
  | { readonly type: 'forIn'; readonly variable: string; readonly array: string; readonly body: AwkStatement }
  | { readonly type: 'block'; readonly statements: readonly AwkStatement[] }
  | { readonly type: 'delete'; readonly name: string; readonly keys?: readonly AwkExpression[] }
  | { readonly type: 'next' | 'break' | 'continue' }
  | { readonly type: 'exit' | 'return'; readonly value?: AwkExpression };

export interface AwkRedirect {
  readonly kind: '>' | '>>' | '|';
  readonly target: AwkExpression;
}

export interface AwkRule {
  readonly kind: 'begin' | 'end' | 'always' | 'pattern' | 'range';
  readonly from?: AwkExpression;
  readonly to?: AwkExpression;
  readonly body: AwkStatement;
}

export interface AwkFunction {
  readonly parameters: readonly string[];
  readonly body: AwkStatement;
}

export interface AwkScript {
  readonly rules: readonly AwkRule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

/** What is wrong with a script. */
export class AwkMistake {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Parses a script. Throws an AwkMistake. */
export function parseAwk(source: string): AwkScript {
  return new AwkParser(tokenize(source)).script();
}

interface Token {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'function name' | 'keyword' | 'symbol' | 'newline' | 'end';
  readonly text: string;
}

const keywords = new Set(
  'BEGIN END function func if else while for do break continue next nextfile exit return delete in getline print printf'.split(' '),
);
const symbols = [
  '**=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '**',
  '>>',
  '!~',
  ...'{}()[];,+-*/%^!<>~?:=$|',
];

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const blank = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)+/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const token = nextToken(rest, tokens.at(-1));
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

function nextToken(rest: string, before: Token | undefined): { token: Token; length: number } {
  const take = (kind: Token['kind'], length: number, text = rest.slice(0, length)): { token: Token; length: number } => ({
    token: { kind, text },
    length,
  });
  if (rest[0] === '\n') return take('newline', 1);
  const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
  if (number) return take('number', number[0].length);
  const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  if (name !== undefined) {
    if (keywords.has(name)) return take('keyword', name.length, name === 'func' ? 'function' : name);
    return take(rest[name.length] === '(' ? 'function name' : 'name', name.length);
  }
  if (rest[0] === '"') {
    const string = /^"((?:[^"\\\n]|\\[\s\S])*)"/.exec(rest);
    if (!string) throw new AwkMistake('unterminated string');
    return take('string', string[0].length, awkEscapes(string[1]!));
  }
  // A slash begins a regular expression wherever a value may stand.
  const endsValue =
    before &&
    (before.kind === 'number' || before.kind === 'string' || before.kind === 'name' || [')', ']', '$', '++', '--'].includes(before.text));
  if (rest[0] === '/' && !endsValue) {
    const regex = /^\/((?:[^/\\\n[]|\\[\s\S]|\[\^?\]?(?:\[:\w+:\]|\\[\s\S]|[^\]\\\n])*\])*)\//.exec(rest);
    if (!regex) throw new AwkMistake('unterminated regexp');
    return take('regex', regex[0].length, regex[1]!);
  }
  const symbol = symbols.find((candidate) => rest.startsWith(candidate));
  if (symbol === undefined) throw new AwkMistake(`unexpected token`);
  return take('symbol', symbol.length, symbol === '**' ? '^' : symbol === '**=' ? '^=' : symbol);
}

function awkEscapes(text: string): string {
  const simple: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    '/': '/',
    '"': '"',
    '\\': '\\',
  };
  return text.replace(/\\([0-7]{1,3}|\n|[\s\S])/g, (whole, code: string) => {
    if (code === '\n') return '';
    return /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (simple[code] ?? whole);
  });
}

const binaryLevels: readonly (readonly string[])[] = [
  ['+', '-'],
  ['*', '/', '%'],
];

class AwkParser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private readonly functions = new Map<string, AwkFunction>();
  /** Inside print's list > is a redirection; inside for's head `in` is not an operator. */
  private noGreater = false;
  private noIn = false;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  script(): AwkScript {
    const rules: AwkRule[] = [];
    this.skipBreaks();
    while (this.token.kind !== 'end') {
      if (this.accept('function')) this.functionDefinition();
      else rules.push(this.rule());
      this.skipBreaks();
    }
    return { rules, functions: this.functions };
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private is(...texts: string[]): boolean {
    return (this.token.kind === 'symbol' || this.token.kind === 'keyword') && texts.includes(this.token.text);
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw new AwkMistake('unexpected token');
  }

  private skipNewlines(): void {
    while (this.token.kind === 'newline') this.at++;
  }

  private skipBreaks(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.at++;
  }

  private functionDefinition(): void {
    const name = this.tokens[this.at++]!.text;
    const parameters: string[] = [];
    this.expect('(');
    while (!this.accept(')')) {
      parameters.push(this.tokens[this.at++]!.text);
      this.accept(',');
      this.skipNewlines();
    }
    this.skipNewlines();
    this.functions.set(name, { parameters, body: this.block() });
  }

  private rule(): AwkRule {
    if (this.accept('BEGIN')) return { kind: 'begin', body: this.block() };
    if (this.accept('END')) return { kind: 'end', body: this.block() };
    if (this.is('{')) return { kind: 'always', body: this.block() };
    const from = this.expression();
    const to = this.accept(',') ? this.expression() : undefined;
    const whole: AwkStatement = { type: 'print', isFormatted: false, values: [] };
    const body = this.is('{') ? this.block() : whole;
    return to ? { kind: 'range', from, to, body } : { kind: 'pattern', from, body };
  }

  private block(): AwkStatement {
    this.expect('{');
    const statements: AwkStatement[] = [];
    this.skipBreaks();
    while (!this.accept('}')) {
      if (this.token.kind === 'end') throw new AwkMistake('unexpected end of file');
      statements.push(this.statement());
      this.skipBreaks();
    }
    return { type: 'block', statements };
  }

  private body(): AwkStatement {
    this.skipNewlines();
    if (this.accept(';')) return { type: 'block', statements: [] };
    return this.statement();
  }

  private statement(): AwkStatement {
    if (this.is('{')) return this.block();
    if (this.accept('if')) return this.ifStatement();
    if (this.accept('while')) {
      this.expect('(');
      const test = this.expression();
      this.expect(')');
      return { type: 'loop', test, body: this.body(), testsAfter: false };
    }
    if (this.accept('do')) {
      const body = this.body();
      this.skipBreaks();
      this.expect('while');
      this.expect('(');
      const test = this.expression();
      this.expect(')');
      return { type: 'loop', test, body, testsAfter: true };
    }
    if (this.accept('for')) return this.forStatement();
    return this.simpleStatement();
  }

  private ifStatement(): AwkStatement {
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    const yes = this.body();
    const before = this.at;
    this.skipBreaks();
    if (this.accept('else')) return { type: 'if', test, yes, no: this.body() };
    this.at = before;
    return { type: 'if', test, yes };
  }

  private forStatement(): AwkStatement {
    this.expect('(');
    const [variable, keyword, array, close] = this.tokens.slice(this.at, this.at + 4);
    if (variable?.kind === 'name' && keyword?.text === 'in' && array && close?.text === ')') {
      this.at += 4;
      return { type: 'forIn', variable: variable.text, array: array.text, body: this.body() };
    }
    const first = this.is(';') ? undefined : this.simpleStatement();
    this.expect(';');
    this.skipNewlines();
    const test = this.is(';') ? undefined : this.expression();
    this.expect(';');
    this.skipNewlines();
    const step = this.is(')') ? undefined : this.simpleStatement();
    this.expect(')');
    return { type: 'loop', ...(first && { first }), ...(test && { test }), ...(step && { step }), body: this.body(), testsAfter: false };
  }

  private simpleStatement(): AwkStatement {
    if (this.is('print', 'printf')) return this.printStatement();
    for (const type of ['next', 'break', 'continue'] as const) if (this.accept(type)) return { type };
    for (const type of ['exit', 'return'] as const) {
      if (!this.accept(type)) continue;
      const isBare = this.token.kind === 'newline' || this.token.kind === 'end' || this.is(';', '}');
      return isBare ? { type } : { type, value: this.expression() };
    }
    if (this.accept('delete')) {
      const name = this.tokens[this.at++]!.text;
      return this.accept('[') ? { type: 'delete', name, keys: this.list(']') } : { type: 'delete', name };
    }
    if (this.is('nextfile')) throw new AwkMistake('nextfile is not simulated in this cluster');
    return { type: 'expression', expression: this.expression() };
  }

  private printStatement(): AwkStatement {
    const isFormatted = this.tokens[this.at++]!.text === 'printf';
    let values: readonly AwkExpression[] = [];
    this.noGreater = true;
    const isBare = this.token.kind === 'newline' || this.token.kind === 'end' || this.is(';', '}', '>', '>>', '|');
    if (!isBare) {
      const items = [this.expression()];
      while (this.accept(',')) {
        this.skipNewlines();
        items.push(this.expression());
      }
      const [only] = items;
      values = items.length === 1 && only?.type === 'group' ? only.items : items;
    }
    this.noGreater = false;
    for (const kind of ['>', '>>', '|'] as const) {
      if (!this.accept(kind)) continue;
      return { type: 'print', isFormatted, values, redirect: { kind, target: this.concatenation() } };
    }
    return { type: 'print', isFormatted, values };
  }

  private list(end: string): AwkExpression[] {
    const items: AwkExpression[] = [];
    this.skipNewlines();
    while (!this.accept(end)) {
      items.push(this.expression());
      this.skipNewlines();
      if (!this.accept(',') && !this.is(end)) throw new AwkMistake('unexpected token');
      this.skipNewlines();
    }
    return items;
  }

  private expression(): AwkExpression {
    const left = this.choice();
    for (const operator of ['=', '+=', '-=', '*=', '/=', '%=', '^=']) {
      if (!isTarget(left) || !this.accept(operator)) continue;
      this.skipNewlines();
      return { type: 'assign', operator, target: left, value: this.expression() };
    }
    return left;
  }

  private choice(): AwkExpression {
    const test = this.or();
    if (!this.accept('?')) return test;
    this.skipNewlines();
    const yes = this.expression();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return { type: 'choice', test, yes, no: this.expression() };
  }

  private or(): AwkExpression {
    let left = this.and();
    while (this.accept('||')) {
      this.skipNewlines();
      left = { type: 'binary', operator: '||', left, right: this.and() };
    }
    return left;
  }

  private and(): AwkExpression {
    let left = this.membership();
    while (this.accept('&&')) {
      this.skipNewlines();
      left = { type: 'binary', operator: '&&', left, right: this.membership() };
    }
    return left;
  }

  private membership(): AwkExpression {
    let left = this.match();
    while (!this.noIn && this.accept('in')) {
      const name = this.tokens[this.at++]!.text;
      left = { type: 'in', name, keys: left.type === 'group' ? left.items : [left] };
    }
    return left;
  }

  private match(): AwkExpression {
    let left = this.comparison();
    while (this.is('~', '!~')) {
      const operator = this.tokens[this.at++]!.text;
      left = { type: 'binary', operator, left, right: this.comparison() };
    }
    return left;
  }

  private comparison(): AwkExpression {
    let left = this.concatenation();
    for (;;) {
      if (this.is('<', '<=', '==', '!=', '>=') || (this.is('>') && !this.noGreater)) {
        const operator = this.tokens[this.at++]!.text;
        left = { type: 'binary', operator, left, right: this.concatenation() };
      } else if (this.is('|') && this.tokens[this.at + 1]?.text === 'getline') {
        this.at += 2;
        left = { type: 'getline', from: 'command', source: left, ...this.getlineTarget() };
      } else return left;
    }
  }

  private concatenation(): AwkExpression {
    let left = this.additive(0);
    while (this.startsValue()) left = { type: 'binary', operator: ' ', left, right: this.additive(0) };
    return left;
  }

  private startsValue(): boolean {
    const { kind } = this.token;
    if (kind === 'number' || kind === 'string' || kind === 'regex' || kind === 'name' || kind === 'function name') return true;
    return this.is('$', '!', '(', '-', '+', '++', '--') && !this.is('in');
  }

  private additive(level: number): AwkExpression {
    const operators = binaryLevels[level];
    if (!operators) return this.unary();
    let left = this.additive(level + 1);
    while (this.is(...operators)) {
      const operator = this.tokens[this.at++]!.text;
      left = { type: 'binary', operator, left, right: this.additive(level + 1) };
    }
    return left;
  }

  private unary(): AwkExpression {
    for (const operator of ['!', '-', '+']) if (this.accept(operator)) return { type: 'unary', operator, operand: this.unary() };
    return this.power();
  }

  private power(): AwkExpression {
    const left = this.postfix();
    return this.accept('^') ? { type: 'binary', operator: '^', left, right: this.unary() } : left;
  }

  private postfix(): AwkExpression {
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const) {
      if (this.accept(operator)) return { type: 'increment', by, isPrefix: true, target: this.postfix() };
    }
    const target = this.primary();
    if (!isTarget(target)) return target;
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const) {
      if (this.accept(operator)) return { type: 'increment', by, isPrefix: false, target };
    }
    return target;
  }

  private primary(): AwkExpression {
    const { kind, text } = this.token;
    if (kind === 'symbol' && text === '(') {
      this.at++;
      const outer = this.noGreater;
      this.noGreater = false;
      const items = this.list(')');
      this.noGreater = outer;
      return { type: 'group', items };
    }
    if (this.accept('$')) {
      if (this.is('++', '--')) return { type: 'field', index: this.postfix() };
      return { type: 'field', index: this.primary() };
    }
    if (this.accept('getline')) {
      const target = this.getlineTarget();
      if (this.accept('<')) return { type: 'getline', from: 'file', source: this.primary(), ...target };
      return { type: 'getline', from: 'input', ...target };
    }
    this.at++;
    switch (kind) {
      case 'number':
        return { type: 'number', value: Number(text) };
      case 'string':
        return { type: 'string', value: text };
      case 'regex':
        return { type: 'regex', source: text };
      case 'function name':
        this.expect('(');
        return { type: 'call', name: text, values: this.callValues() };
      case 'name':
        if (this.accept('[')) return { type: 'element', name: text, keys: this.list(']') };
        return text === 'length' ? { type: 'call', name: 'length', values: [] } : { type: 'variable', name: text };
      default:
        throw new AwkMistake(kind === 'end' ? 'unexpected end of file' : 'unexpected token');
    }
  }

  private callValues(): AwkExpression[] {
    const outer = this.noGreater;
    this.noGreater = false;
    const values = this.list(')');
    this.noGreater = outer;
    return values;
  }

  private getlineTarget(): { target?: AwkExpression } {
    if (this.token.kind !== 'name' && !this.is('$')) return {};
    return { target: this.primary() };
  }
}

function isTarget(expression: AwkExpression): boolean {
  return expression.type === 'variable' || expression.type === 'field' || expression.type === 'element';
}

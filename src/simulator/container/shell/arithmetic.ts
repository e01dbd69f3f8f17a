// $(( )): whole numbers of 64 bits.
import type { Blocking } from '../blocking.ts';
import { ShellError } from './control-flow.ts';
import { expandText, substituteCommand } from './expansion.ts';
import { parameterValue } from './parameter.ts';
import type { Shell } from './shell.ts';
import { type ArithmeticExpression, parseScript } from './syntax.ts';

const assignment = /^([-+*/%&|^]|<<|>>)?=$/;

/** The value of an expression; assignments in it happen. */
export function* evaluate(shell: Shell, node: ArithmeticExpression): Blocking<number> {
  switch (node.type) {
    case 'ArithmeticWord': {
      if (node.parts) return numberOf(shell, yield* expandText(shell, node.parts, node.value));
      return numberOf(shell, node.value.startsWith('$') ? (parameterValue(shell, node.value.slice(1)) ?? '') : node.value);
    }
    case 'ArithmeticGroup':
      return yield* evaluate(shell, node.expression);
    case 'ArithmeticCommandExpansion':
      return numberOf(shell, yield* substituteCommand(shell, node.script));
    case 'ArithmeticTernary':
      return yield* evaluate(shell, (yield* evaluate(shell, node.test)) !== 0 ? node.consequent : node.alternate);
    case 'ArithmeticUnary':
      return yield* evaluateUnary(shell, node);
    case 'ArithmeticBinary':
      return yield* evaluateBinary(shell, node);
  }
}

/** The value of an expression that stands in text: `let`, $(( )) whose inside had to be expanded first. */
export function* evaluateText(shell: Shell, text: string): Blocking<number> {
  if (text.trim() === '') return 0;
  const statement = parseScript(`: $((${text}))`).script.commands[0];
  const word = statement?.command.type === 'Command' ? statement.command.suffix[0] : undefined;
  const part = word?.type === 'Word' ? word.parts?.[0] : undefined;
  if (part?.type !== 'ArithmeticExpansion' || !part.expression) throw new ShellError('arithmetic syntax error');
  return yield* evaluate(shell, part.expression);
}

function* evaluateUnary(shell: Shell, node: ArithmeticExpression & { type: 'ArithmeticUnary' }): Blocking<number> {
  const before = yield* evaluate(shell, node.operand);
  switch (node.operator) {
    case '++':
    case '--': {
      const after = node.operator === '++' ? before + 1 : before - 1;
      if (node.operand.type !== 'ArithmeticWord') throw new ShellError('arithmetic syntax error');
      shell.set(node.operand.value, String(after));
      return node.prefix ? after : before;
    }
    case '-':
      return -before;
    case '!':
      return before === 0 ? 1 : 0;
    case '~':
      return Number(~BigInt(before));
    default:
      return before;
  }
}

function* evaluateBinary(shell: Shell, node: ArithmeticExpression & { type: 'ArithmeticBinary' }): Blocking<number> {
  const { operator, left, right } = node;
  if (operator === '&&') return (yield* evaluate(shell, left)) !== 0 && (yield* evaluate(shell, right)) !== 0 ? 1 : 0;
  if (operator === '||') return (yield* evaluate(shell, left)) !== 0 || (yield* evaluate(shell, right)) !== 0 ? 1 : 0;
  if (assignment.test(operator)) {
    if (left.type !== 'ArithmeticWord') throw new ShellError('arithmetic syntax error');
    const value = yield* evaluate(shell, right);
    const result = operator === '=' ? value : compute(shell, operator.slice(0, -1), yield* evaluate(shell, left), value);
    shell.set(left.value, String(result));
    return result;
  }
  const one = yield* evaluate(shell, left);
  return compute(shell, operator, one, yield* evaluate(shell, right));
}

function compute(shell: Shell, operator: string, one: number, other: number): number {
  switch (operator) {
    case '+':
      return within64(one + other, () => BigInt(one) + BigInt(other));
    case '-':
      return within64(one - other, () => BigInt(one) - BigInt(other));
    case '*':
      return within64(one * other, () => BigInt(one) * BigInt(other));
    case '/':
    case '%':
      if (other === 0) throw new ShellError(shell.dialect.divideByZero(`${one}${operator}${other}`));
      return operator === '/' ? Math.trunc(one / other) : one % other;
    case '**':
      return within64(one ** other, () => BigInt(one) ** BigInt(other));
    case '<':
      return Number(one < other);
    case '>':
      return Number(one > other);
    case '<=':
      return Number(one <= other);
    case '>=':
      return Number(one >= other);
    case '==':
      return Number(one === other);
    case '!=':
      return Number(one !== other);
    case '&':
      return Number(BigInt.asIntN(64, BigInt(one) & BigInt(other)));
    case '|':
      return Number(BigInt.asIntN(64, BigInt(one) | BigInt(other)));
    case '^':
      return Number(BigInt.asIntN(64, BigInt(one) ^ BigInt(other)));
    case '<<':
      return Number(BigInt.asIntN(64, BigInt(one) << BigInt(other & 63)));
    case '>>':
      return Number(BigInt(one) >> BigInt(other & 63));
    case ',':
      return other;
    default:
      throw new ShellError('arithmetic syntax error');
  }
}

function within64(quick: number, exact: () => bigint): number {
  if (Number.isSafeInteger(quick)) return quick;
  return Number.isFinite(quick) ? Number(BigInt.asIntN(64, exact())) : 0;
}

function numberOf(shell: Shell, text: string, depth = 0): number {
  const word = text.trim();
  if (word === '') return 0;
  if (/^0x[0-9a-f]+$/i.test(word)) return Number.parseInt(word, 16);
  if (/^0[0-7]+$/.test(word)) return Number.parseInt(word, 8);
  if (/^-?\d+$/.test(word)) return Number(word);
  if (/^[A-Za-z_]\w*$/.test(word) && depth < 100) {
    const value = shell.get(word);
    if (value === undefined && shell.options.has('u')) throw new ShellError(`${word}: parameter not set`);
    return numberOf(shell, value ?? '', depth + 1);
  }
  throw new ShellError('arithmetic syntax error');
}

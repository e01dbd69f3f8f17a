// $x and ${x…}: the value of a parameter, and what is done with it.
import type { Blocking } from '../blocking.ts';
import { evaluateText } from './arithmetic.ts';
import { ShellError } from './control-flow.ts';
import { expandPattern, expandWord } from './expansion.ts';
import { patternSource, trimPattern } from './pattern.ts';
import type { Shell } from './shell.ts';
import type { ParameterExpansionPart } from './syntax.ts';

/** The value of $name; undefined when it is not set. */
export function parameterValue(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '?':
      return String(shell.status);
    case '$':
      return String(shell.pid);
    case '!':
      return shell.lastBackground === undefined ? '' : String(shell.lastBackground);
    case '#':
      return String(shell.positional.length);
    case '*':
      return shell.positional.join(firstSeparator(shell));
    case '@':
      return shell.positional.join(' ');
    case '-':
      return [...shell.options].filter((option) => option.length === 1).join('');
    case '0':
      return shell.name;
    case 'PPID':
      return String(shell.process.parent?.pid ?? 0);
    case 'RANDOM':
      return shell.variables.find('RANDOM') ? shell.get('RANDOM') : String(shell.process.random.below(32768));
    case 'LINENO':
      return String(shell.line);
    default:
      return /^\d+$/.test(name) ? shell.positional[Number(name) - 1] : shell.get(name);
  }
}

/** As parameterValue, but with set -u what is not set ends the script. */
export function requiredValue(shell: Shell, name: string): string {
  const value = parameterValue(shell, name);
  if (value === undefined && shell.options.has('u') && name !== '@' && name !== '*') throw new ShellError(`${name}: parameter not set`);
  return value ?? '';
}

/** What stands between the words of "$*". */
export function firstSeparator(shell: Shell): string {
  return (shell.get('IFS') ?? ' ').slice(0, 1);
}

/** ${x#…}, ${x:1:2}, ${#x}: all but those with a default, which can give several fields. */
export function* transformedValue(shell: Shell, part: ParameterExpansionPart): Blocking<string> {
  const { parameter, operation } = part;
  if (part.prefix === '#') {
    if (parameter === '@' || parameter === '*') return String(shell.positional.length);
    return String([...requiredValue(shell, parameter)].length);
  }
  const value = requiredValue(shell, parameter);
  if (part.prefix === '!') throw new ShellError('syntax error: bad substitution');
  if (!operation) return value;
  switch (operation.type) {
    case 'Remove':
      return trimPattern(value, yield* expandPattern(shell, operation.operand), operation.operator);
    case 'Replace': {
      const source = patternSource(yield* expandPattern(shell, operation.pattern));
      const replacement = yield* expandWord(shell, operation.replacement);
      const anchored = operation.operator === '/#' ? `^(?:${source})` : operation.operator === '/%' ? `(?:${source})$` : source;
      if (source === '') return value;
      return value.replace(new RegExp(anchored, operation.operator === '//' ? 'gs' : 's'), () => replacement);
    }
    case 'Slice': {
      const offset = yield* evaluateText(shell, yield* expandWord(shell, operation.offset));
      const length = operation.length ? yield* evaluateText(shell, yield* expandWord(shell, operation.length)) : undefined;
      const characters = [...value];
      const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
      const end = length === undefined ? undefined : length < 0 ? characters.length + length : start + length;
      return characters.slice(start, end).join('');
    }
    default:
      throw new ShellError('syntax error: bad substitution');
  }
}

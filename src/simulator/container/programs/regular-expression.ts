// POSIX regular expressions (basic and extended, with GNU's additions) as JavaScript's.
import { setFlagsFromString } from 'node:v8';
import { bracketSource } from '../shell/pattern.ts';

// grep's and sed's own engines take time in proportion to the text, whatever the pattern; V8's backtracks, and `grep -E '(a+)+$'` would hold up the
// whole game. With this it goes over to its linear engine once a match backtracks too often.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

/** The source of a JavaScript expression for a POSIX one. */
export function posixSource(pattern: string, kind: 'basic' | 'extended'): string {
  let source = '';
  let isStart: boolean = true;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    const wasStart: boolean = isStart;
    isStart = false;
    if (character === '[') {
      const end = bracketEnd(pattern, index);
      if (end < 0) throw new SyntaxError('Unmatched [, [^, [:, [., or [=');
      source += bracketSource(
        pattern
          .slice(index + 1, end)
          .replace(/\\/g, '\\\\')
          .replace(/^!/, '\\!'),
      );
      index = end;
    } else if (character === '\\') {
      const next = pattern[++index];
      if (next === undefined) throw new SyntaxError('Trailing backslash');
      source += escaped(next, kind);
      isStart = kind === 'basic' && (next === '(' || next === '|');
    } else if (kind === 'basic') {
      source += basicCharacter(pattern, index, wasStart);
      isStart = character === '^' && wasStart;
    } else if (character === '{' && !/^\{\d*,?\d*\}/.test(pattern.slice(index))) source += '\\{';
    else if ('*+?'.includes(character) && wasStart) source += `\\${character}`;
    else {
      source += character === '/' ? '\\/' : character;
      isStart = character === '(' || character === '|' || (character === '^' && wasStart);
    }
  }
  return source;
}

function escaped(character: string, kind: 'basic' | 'extended'): string {
  switch (character) {
    case '<':
      return '\\b(?=\\w)';
    case '>':
      return '\\b(?<=\\w)';
    case '`':
      return '^';
    case "'":
      return '$';
    case 'n':
      return '\\n';
    case 't':
      return '\\t';
    case 'w':
    case 'W':
    case 's':
    case 'S':
    case 'b':
    case 'B':
      return `\\${character}`;
    default:
      if (/\d/.test(character)) return `\\${character}`;
      if ('+?(){}|'.includes(character)) return kind === 'basic' ? character : `\\${character}`;
      return /[\w]/.test(character) ? character : `\\${character}`;
  }
}

function basicCharacter(pattern: string, index: number, isStart: boolean): string {
  const character = pattern[index]!;
  if (character === '*') return isStart ? '\\*' : '*';
  if (character === '^') return isStart ? '^' : '\\^';
  if (character === '$') return index === pattern.length - 1 || /^\\[)|]/.test(pattern.slice(index + 1)) ? '$' : '\\$';
  return '+?(){}|/'.includes(character) ? `\\${character}` : character;
}

function bracketEnd(pattern: string, start: number): number {
  let index = start + 1;
  if (pattern[index] === '^') index++;
  if (pattern[index] === ']') index++;
  for (; index < pattern.length; index++) {
    if (pattern[index] === '[' && /[:.=]/.test(pattern[index + 1] ?? '')) {
      const end = pattern.indexOf(`${pattern[index + 1]}]`, index + 2);
      if (end > 0) index = end + 1;
    } else if (pattern[index] === ']') return index;
  }
  return -1;
}

/** A POSIX expression, compiled. Throws a SyntaxError with POSIX's words. */
export function posixRegExp(pattern: string, kind: 'basic' | 'extended', flags = ''): RegExp {
  const source = posixSource(pattern, kind);
  try {
    return new RegExp(source, flags);
  } catch {
    const open = (source.match(/(^|[^\\])\(/g) ?? []).length;
    const close = (source.match(/(^|[^\\])\)/g) ?? []).length;
    throw new SyntaxError(open > close ? 'Unmatched ( or \\(' : open < close ? 'Unmatched ) or \\)' : 'Invalid regular expression');
  }
}

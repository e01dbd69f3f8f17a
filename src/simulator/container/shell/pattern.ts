// Shell patterns (* ? [a-z]) as regular expressions.

const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
};

/** What stands for `[:digit:]` in a bracket of a regular expression. */
export function characterClass(name: string): string | undefined {
  return classes[name];
}

/** Backslashes in front of what a pattern would take for special. */
export function quotePattern(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/** Has the pattern anything special in it? */
export function isPattern(pattern: string): boolean {
  return /(^|[^\\])(\\\\)*[*?[]/.test(pattern);
}

/** Backslashes taken out. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}

/** The source of a regular expression that matches what the pattern does, stars taking as much (or as little) as they can. */
export function patternSource(pattern: string, star: '.*' | '.*?' = '.*'): string {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    if (character === '*') source += star;
    else if (character === '?') source += '.';
    else if (character === '\\') source += escapeRegExp(pattern[++index] ?? '\\');
    else if (character === '[') {
      const end = bracketEnd(pattern, index);
      source += end < 0 ? '\\[' : bracketSource(pattern.slice(index + 1, end));
      if (end >= 0) index = end;
    } else source += escapeRegExp(character);
  }
  return source;
}

const maxRemembered = 500;
const remembered = new Map<string, RegExp>();

/** Matches whole texts. */
export function patternRegExp(pattern: string): RegExp {
  let expression = remembered.get(pattern);
  if (!expression) {
    expression = compile(`^${patternSource(pattern)}$`);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(pattern, expression);
  }
  return expression;
}

/** ${x#p} ${x##p} ${x%p} ${x%%p} */
export function trimPattern(text: string, pattern: string, operator: string): string {
  const isLong = operator.length === 2;
  if (operator[0] === '#') {
    const match = compile(`^${patternSource(pattern, isLong ? '.*' : '.*?')}`).exec(text);
    return match ? text.slice(match[0].length) : text;
  }
  const match = compile(`^(${isLong ? '.*?' : '.*'})(?:${patternSource(pattern)})$`).exec(text);
  return match ? match[1]! : text;
}

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function compile(source: string): RegExp {
  try {
    return new RegExp(source, 's');
  } catch {
    // A range such as [z-a] matches nothing.
    return /[^\s\S]/;
  }
}

function bracketEnd(pattern: string, start: number): number {
  let index = start + 1;
  if (pattern[index] === '!' || pattern[index] === '^') index++;
  if (pattern[index] === ']') index++;
  for (; index < pattern.length; index++) {
    if (pattern[index] === '\\') index++;
    else if (pattern.startsWith('[:', index)) {
      const end = pattern.indexOf(':]', index + 2);
      if (end > 0) index = end + 1;
    } else if (pattern[index] === ']') return index;
  }
  return -1;
}

/** The inside of a shell's bracket as a regular expression's bracket. */
export function bracketSource(inside: string): string {
  const isNegated = inside[0] === '!' || inside[0] === '^';
  const body = (isNegated ? inside.slice(1) : inside).replace(
    /\[:(\w+):\]|\\?([\s\S])/g,
    (_whole, name: string | undefined, character: string) => {
      if (name !== undefined) return classes[name] ?? '';
      return character === ']' || character === '[' || character === '\\' || character === '^' ? `\\${character}` : character;
    },
  );
  return `[${isNegated ? '^' : ''}${body}]`;
}

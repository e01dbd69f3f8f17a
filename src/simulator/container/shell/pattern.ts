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

/** The source of a regular expression that finds what the pattern matches: for ${x/p/r}. */
export function patternSource(pattern: string): string {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    if (character === '*') source += '.*';
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

/** What a pattern's expression is to match. */
type Extent = 'whole' | 'shortest prefix' | 'longest prefix';

/** Matches whole texts. */
export function patternRegExp(pattern: string): RegExp {
  return remember(`whole ${pattern}`, () => extentRegExp(segmentsOf(pattern), 'whole'));
}

/** ${x#p} ${x##p} ${x%p} ${x%%p}. The end of a text is the beginning of the reversed one. */
export function trimPattern(text: string, pattern: string, operator: string): string {
  const extent = operator.length === 2 ? 'longest prefix' : 'shortest prefix';
  if (operator[0] === '#') {
    const match = remember(`${operator} ${pattern}`, () => extentRegExp(segmentsOf(pattern), extent)).exec(text);
    return match ? text.slice(match[0].length) : text;
  }
  const reversed = remember(`${operator} ${pattern}`, () =>
    extentRegExp(
      segmentsOf(pattern)
        .reverse()
        .map((tokens) => [...tokens].reverse()),
      extent,
    ),
  );
  const match = reversed.exec(text.split('').reverse().join(''));
  return match ? text.slice(0, text.length - match[0].length) : text;
}

/** The pattern's pieces between its stars, each as expressions for single characters. */
function segmentsOf(pattern: string): string[][] {
  const segments: string[][] = [[]];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    const end = character === '[' ? bracketEnd(pattern, index) : -1;
    if (character === '*') segments.push([]);
    else if (end >= 0) {
      segments.at(-1)!.push(bracketSource(pattern.slice(index + 1, end)));
      index = end;
    } else if (character === '?') segments.at(-1)!.push('.');
    else segments.at(-1)!.push(escapeRegExp(character === '\\' ? (pattern[++index] ?? '\\') : character));
  }
  return segments;
}

/**
 * What stands between two stars may be taken where it is found first: no later place could do better. So the expression looks it up in a group that
 * is never taken back (a lookahead and what it caught), and no pattern takes longer than the text's length times its own.
 */
function extentRegExp(segments: readonly (readonly string[])[], extent: Extent): RegExp {
  const [first = '', ...rest] = segments.map((tokens) => tokens.join(''));
  const last = extent === 'shortest prefix' ? undefined : rest.pop();
  const middle = rest.map((segment, index) => `(?=(.*?${segment}))\\${index + 1}`).join('');
  const tail = last === undefined ? '' : `.*${last}`;
  return compile(`^${first}${middle}${tail}${extent === 'whole' ? '$' : ''}`);
}

function remember(key: string, make: () => RegExp): RegExp {
  let expression = remembered.get(key);
  if (!expression) {
    expression = make();
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(key, expression);
  }
  return expression;
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

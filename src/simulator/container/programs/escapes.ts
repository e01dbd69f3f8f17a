// Backslash escapes of echo -e and printf.

/** Text with its escapes replaced. `isCut`: \c ended it, and nothing more is to be said. Bytes above 0x7f are kept as bytes (text.ts). */
export function replaceEscapes(text: string, octal: 'with zero' | 'plain' = 'with zero'): { text: string; isCut: boolean } {
  let out = '';
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '\\' || index + 1 >= text.length) {
      out += text[index];
      continue;
    }
    const letter = text[++index]!;
    if (letter === 'c') return { text: out, isCut: true };
    const simple = simpleEscapes[letter];
    const digits = digitsAt(text, index, octal);
    if (digits) {
      out += characterOf(digits.code);
      index = digits.end - 1;
    } else if (simple !== undefined) out += simple;
    else out += `\\${letter}`;
  }
  return { text: out, isCut: false };
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

function digitsAt(text: string, index: number, octal: 'with zero' | 'plain'): { code: number; end: number } | undefined {
  const match = octal === 'with zero' ? /(?:x([0-9a-fA-F]{1,2})|0([0-7]{0,3}))/y : /(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/y;
  match.lastIndex = index;
  const found = match.exec(text);
  if (!found) return undefined;
  const code = found[1] !== undefined ? Number.parseInt(found[1], 16) : Number.parseInt(found[2] || '0', 8);
  return { code: code & 255, end: match.lastIndex };
}

function characterOf(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

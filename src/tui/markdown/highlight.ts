// YAML and shell in the terminal's own colours.
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import yaml from 'highlight.js/lib/languages/yaml';
import { style } from './style.ts';

hljs.registerLanguage('yaml', yaml);
hljs.registerLanguage('bash', bash);
hljs.registerLanguage('sh', bash);
hljs.registerLanguage('json', json);

const plain = (text: string) => text;
const styles: Record<string, (text: string) => string> = {
  attr: style.cyan,
  attribute: style.cyan,
  string: style.green,
  number: style.yellow,
  literal: style.magenta,
  keyword: style.magenta,
  built_in: style.blue,
  comment: style.dim,
  meta: style.dim,
  bullet: style.yellow,
  variable: style.yellow,
  type: style.blue,
  symbol: style.magenta,
};
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'" };

/** The lines of a code block, each with its styles closed at its end. Unknown languages stay plain. */
export function highlight(code: string, language: string | undefined): string[] {
  if (!language || !hljs.getLanguage(language)) return code.split('\n');
  const html = hljs.highlight(code, { language, ignoreIllegals: true }).value;
  const open: string[] = [];
  let text = '';
  for (const [piece, scope, words] of html.matchAll(/<span class="hljs-([\w-]+)[^"]*">|<\/span>|([^<]+)/g)) {
    if (scope) open.push(scope);
    else if (piece === '</span>') open.pop();
    else text += styled(unescapeHtml(words ?? ''), styles[open.at(-1) ?? ''] ?? plain);
  }
  return text.split('\n');
}

function styled(text: string, apply: (text: string) => string): string {
  return text
    .split('\n')
    .map((line) => (line ? apply(line) : line))
    .join('\n');
}

/** The few entities that lexer and highlighter write. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#x27|#39);/g, (_, entity: string) => entities[entity]!);
}

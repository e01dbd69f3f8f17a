// Markdown to lines of text with styles, wrapped to a width: what the pagers show.
import { Lexer, type Token, type Tokens } from 'marked';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { highlight, unescapeHtml } from './highlight.ts';
import { style } from './style.ts';

/** A part of a text, from one `##` heading to the next. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Splits at `##` headings; what stands before the first is a section named after the `#` heading. */
export function renderSections(markdown: string, width: number): Section[] {
  const sections: { title: string; tokens: Token[] }[] = [];
  for (const token of new Lexer({ gfm: true }).lex(markdown)) {
    if (token.type === 'heading' && token.depth <= 2) sections.push({ title: plainText(token as Tokens.Heading), tokens: [] });
    else if (sections.length > 0) sections.at(-1)!.tokens.push(token);
    else if (token.type !== 'space') sections.push({ title: '', tokens: [token] });
  }
  return sections.map(({ title, tokens }) => ({ title, lines: tidy(renderBlocks(tokens, width)) }));
}

/** A whole text. */
export function renderMarkdown(markdown: string, width: number): string[] {
  return tidy(renderBlocks(new Lexer({ gfm: true }).lex(markdown), width));
}

function plainText(heading: Tokens.Heading): string {
  return heading.text.replace(/[*_`]/g, '');
}

/** No two empty lines in a row, none at the ends. */
function tidy(lines: readonly string[]): string[] {
  const kept = lines.filter((line, index) => line !== '' || (lines[index - 1] ?? '') !== '');
  while (kept[0] === '') kept.shift();
  while (kept.at(-1) === '') kept.pop();
  return kept;
}

function renderBlocks(tokens: readonly Token[], width: number): string[] {
  return tokens.flatMap((token) => renderBlock(token, width));
}

function renderBlock(token: Token, width: number): string[] {
  switch (token.type) {
    case 'heading':
      return [...wrap(style.bold(style.cyan(renderInline(token.tokens))), width), ''];
    case 'paragraph':
      return [...wrap(renderInline(token.tokens), width), ''];
    case 'text':
      return wrap(renderInline(token.tokens ?? [token]), width);
    case 'blockquote':
      return [...tidy(renderBlocks(token.tokens ?? [], width - 2)).map((line) => `${style.dim('│')} ${line}`), ''];
    case 'list':
      return [...renderList(token as Tokens.List, width), ''];
    case 'code':
      return [...renderCode(token as Tokens.Code, width), ''];
    case 'table':
      return [...renderTable(token as Tokens.Table, width), ''];
    case 'html':
      return [...wrap(shownHtml(token.raw).trim(), width), ''];
    case 'hr':
      return [style.dim('─'.repeat(width)), ''];
    default:
      return [];
  }
}

/** Indented; what is too long goes on in the next line, so that nothing is hidden. */
function renderCode(code: Tokens.Code, width: number): string[] {
  return highlight(code.text, code.lang?.split(/\s/)[0])
    .flatMap((line) => wrapAnsi(line, width - 2, { hard: true, trim: false }).split('\n'))
    .map((line) => `  ${line}`);
}

function renderList(list: Tokens.List, width: number): string[] {
  return list.items.flatMap((item, index) => {
    const mark = list.ordered ? `${Number(list.start || 1) + index}. ` : '• ';
    const lines = tidy(renderBlocks(item.tokens, width - mark.length));
    return lines.map((line, place) => (place === 0 ? mark : ' '.repeat(mark.length)) + line);
  });
}

/** Columns as wide as their longest cell; the widest give way until the table fits. */
function renderTable(table: Tokens.Table, width: number): string[] {
  const rows = [table.header, ...table.rows].map((cells) => cells.map((cell) => renderInline(cell.tokens)));
  const widths = table.header.map((_, column) => Math.max(3, ...rows.map((row) => stringWidth(row[column] ?? ''))));
  const room = width - 2 * (widths.length - 1);
  while (widths.reduce((sum, value) => sum + value, 0) > room && Math.max(...widths) > 8) widths[widths.indexOf(Math.max(...widths))]! -= 1;
  const lines = rows.flatMap((row, index) => {
    const cells = row.map((cell, column) => wrap(cell, widths[column]!));
    const height = Math.max(...cells.map(({ length }) => length));
    const drawn = Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, column) => padded(cell[line] ?? '', widths[column]!))
        .join('  ')
        .trimEnd(),
    );
    return index === 0 ? [...drawn.map(style.bold), style.dim(widths.map((value) => '─'.repeat(value)).join('  '))] : drawn;
  });
  return lines;
}

/** There is no HTML here: "<pod name>" is what the author wants to say. Comments are the author's own. */
function shownHtml(raw: string): string {
  return raw.replace(/<!--[\s\S]*?-->/g, '');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(8, width), { hard: true, trim: true }).split('\n');
}

function renderInline(tokens: readonly Token[] | undefined): string {
  return (tokens ?? []).map(renderSpan).join('');
}

function renderSpan(token: Token): string {
  const inner = () => renderInline('tokens' in token ? token.tokens : undefined);
  switch (token.type) {
    case 'strong':
      return style.bold(inner());
    case 'em':
      return style.italic(inner());
    case 'del':
      return style.strike(inner());
    case 'codespan':
      return style.yellow(unescapeHtml((token as Tokens.Codespan).text));
    case 'link':
      return `${style.underline(inner())}${style.dim(` (${(token as Tokens.Link).href})`)}`;
    case 'br':
      return '\n';
    case 'html':
      return shownHtml(token.raw);
    default:
      return 'tokens' in token && token.tokens
        ? inner()
        : unescapeHtml('text' in token ? String(token.text).replaceAll('\n', ' ') : token.raw);
  }
}

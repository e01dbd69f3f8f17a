// One row of the shell's screen as text with styles. Palette colours stay palette colours, so the player's own theme applies.
import type { IBufferCell, Terminal } from '@xterm/headless';
import { hasColour } from '../theme.ts';

/** The row at `y` of the buffer, without the blanks at its end. */
export function serializeRow(terminal: Terminal, y: number, cell: IBufferCell): string {
  const line = terminal.buffer.active.getLine(y);
  if (!line) return '';
  let text = '';
  let style = '';
  let blanks = 0;
  for (let x = 0; x < Math.min(terminal.cols, line.length); x++) {
    line.getCell(x, cell);
    const width = cell.getWidth();
    if (width === 0) continue; // the second half of a wide character
    if (cell.isAttributeDefault() && (cell.getChars() === '' || cell.getChars() === ' ')) {
      blanks++;
      continue;
    }
    if (blanks > 0) {
      text += `${style ? '\u001b[0m' : ''}${' '.repeat(blanks)}`;
      style = '';
      blanks = 0;
    }
    const wanted = styleOf(cell);
    if (wanted !== style) text += wanted ? `\u001b[0${wanted}m` : '\u001b[0m';
    style = wanted;
    text += charactersOf(cell, width);
  }
  return style ? `${text}\u001b[0m` : text;
}

function charactersOf(cell: IBufferCell, width: number): string {
  const characters = cell.isInvisible() ? ' ' : cell.getChars() || ' ';
  // Emulator and string-width disagree about the emoji selector on narrow characters.
  return width === 1 && characters.length > 1 ? characters.replaceAll('\ufe0f', '') : characters;
}

/** SGR parameters, each with a semicolon before it; '' for the default style. */
function styleOf(cell: IBufferCell): string {
  if (cell.isAttributeDefault()) return '';
  let style = '';
  if (cell.isBold()) style += ';1';
  if (cell.isDim()) style += ';2';
  if (cell.isItalic()) style += ';3';
  if (cell.isUnderline()) style += ';4';
  if (cell.isInverse()) style += ';7';
  if (cell.isStrikethrough()) style += ';9';
  if (!hasColour) return style;
  if (cell.isFgRGB()) style += `;38;2;${rgb(cell.getFgColor())}`;
  else if (cell.isFgPalette()) style += palette(cell.getFgColor(), 30);
  if (cell.isBgRGB()) style += `;48;2;${rgb(cell.getBgColor())}`;
  else if (cell.isBgPalette()) style += palette(cell.getBgColor(), 40);
  return style;
}

function palette(index: number, base: number): string {
  if (index < 8) return `;${base + index}`;
  if (index < 16) return `;${base + 60 + index - 8}`;
  return `;${base + 8};5;${index}`;
}

function rgb(value: number): string {
  return `${(value >> 16) & 255};${(value >> 8) & 255};${value & 255}`;
}

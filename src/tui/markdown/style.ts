// Select graphic rendition: the few styles that rendered Markdown uses, in the player's own palette.
import { hasColour } from '../theme.ts';

const sgr = (on: number, off: number) => (text: string) => (text ? `\u001b[${on}m${text}\u001b[${off}m` : '');
const colour = (on: number) => (hasColour ? sgr(on, 39) : (text: string) => text);

export const style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  italic: sgr(3, 23),
  underline: sgr(4, 24),
  strike: sgr(9, 29),
  cyan: colour(36),
  green: colour(32),
  yellow: colour(33),
  blue: colour(34),
  magenta: colour(35),
};

// Select graphic rendition: the few styles that rendered Markdown uses, in the player's own palette.
const sgr = (on: number, off: number) => (text: string) => (text ? `\u001b[${on}m${text}\u001b[${off}m` : '');

export const style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  italic: sgr(3, 23),
  underline: sgr(4, 24),
  strike: sgr(9, 29),
  cyan: sgr(36, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  blue: sgr(34, 39),
  magenta: sgr(35, 39),
};

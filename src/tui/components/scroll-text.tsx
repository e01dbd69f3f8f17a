// Lines of text of which a part is visible, with a bar that says which.
import { Box, Text } from 'ink';

export interface ScrollTextProps {
  readonly lines: readonly string[];
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

/** The highest `top` at which the last line is at the foot. */
export function lastTop(lines: readonly string[], rows: number): number {
  return Math.max(0, lines.length - rows);
}

export function ScrollText({ lines, top, columns, rows }: ScrollTextProps) {
  const first = Math.min(top, lastTop(lines, rows));
  const visible = lines.slice(first, first + rows).map((line) => line || ' ');
  return (
    <Box width={columns} height={rows} flexShrink={0}>
      <Box width={columns - 2} height={rows} overflow="hidden">
        <Text wrap="truncate-end">{visible.join('\n')}</Text>
      </Box>
      <Box width={2} height={rows} justifyContent="flex-end">
        <Text dimColor>{scrollBar(first, lines.length, rows)}</Text>
      </Box>
    </Box>
  );
}

function scrollBar(top: number, total: number, rows: number): string {
  if (total <= rows) return ' ';
  const size = Math.max(1, Math.round((rows * rows) / total));
  const at = Math.round(((rows - size) * top) / (total - rows));
  return Array.from({ length: rows }, (_, row) => (row >= at && row < at + size ? '┃' : '│')).join('\n');
}

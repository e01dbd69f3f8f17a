// The shell's screen inside ours.
import { Box, Text, useCursor } from 'ink';
import { useEffect, useReducer } from 'react';
import type { PtyTerminal } from './pty-terminal.ts';

export interface ShellPaneProps {
  readonly shell: PtyTerminal;
  readonly hasFocus: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Where the pane begins on the whole screen. */
  readonly x: number;
  readonly y: number;
}

export function ShellPane({ shell, hasFocus, columns, rows, x, y }: ShellPaneProps) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const { setCursorPosition } = useCursor();
  useEffect(() => shell.subscribe(redraw), [shell]);
  useEffect(() => shell.resize({ columns, rows }), [shell, columns, rows]);
  setCursorPosition(hasFocus && shell.cursor ? { x: x + shell.cursor.x, y: y + shell.cursor.y } : undefined);
  return (
    <Box width={columns} height={rows} overflow="hidden" flexShrink={0}>
      <Text wrap="truncate-end">
        {shell.rows
          .slice(0, rows)
          .map((row) => row || ' ')
          .join('\n')}
      </Text>
    </Box>
  );
}

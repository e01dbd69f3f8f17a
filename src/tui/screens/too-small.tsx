// A terminal in which nothing could be read.
import { Box, Text } from 'ink';
import { smallest } from '../theme.ts';

export function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  return (
    <Box width={columns} height={rows} alignItems="center" justifyContent="center">
      <Text wrap="wrap">{`A little more room, please: ${smallest.columns}×${smallest.rows} at least (this is ${columns}×${rows}).`}</Text>
    </Box>
  );
}

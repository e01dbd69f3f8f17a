// The line at the foot: the keys that matter now, at most six.
import { Box, Text } from 'ink';
import type { KeyBinding } from '../keys.ts';
import { colours } from '../theme.ts';

export interface HelpLineProps {
  readonly bindings: readonly KeyBinding[];
  readonly columns: number;
  /** Shown at the right end. */
  readonly note?: string;
}

export function HelpLine({ bindings, columns, note }: HelpLineProps) {
  return (
    <Box width={columns} height={1} justifyContent="space-between" paddingX={1} flexShrink={0}>
      <Text wrap="truncate-end">
        {bindings.slice(0, 6).map(({ key, does }, index) => (
          <Text key={`${key}${does}`}>
            {index > 0 ? '   ' : ''}
            <Text color={colours.accent}>{key}</Text> <Text dimColor>{does}</Text>
          </Text>
        ))}
      </Text>
      {note ? <Text dimColor>{note}</Text> : null}
    </Box>
  );
}

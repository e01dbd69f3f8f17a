// The line at the foot: the keys that matter now, at most six.
import { Box, Text } from 'ink';
import stringWidth from 'string-width';
import type { KeyBinding } from '../keys.ts';
import { colours } from '../theme.ts';

export interface HelpLineProps {
  readonly bindings: readonly KeyBinding[];
  readonly columns: number;
}

const gap = '   ';

export function HelpLine({ bindings, columns }: HelpLineProps) {
  return (
    <Box width={columns} height={1} paddingX={1} flexShrink={0}>
      <Text wrap="truncate-end">
        {fitting(bindings, columns - 2).map(({ key, does }, index) => (
          <Text key={`${key}${does}`}>
            {index > 0 ? gap : ''}
            <Text color={colours.accent}>{key}</Text> <Text dimColor>{does}</Text>
          </Text>
        ))}
      </Text>
    </Box>
  );
}

/** At most six, and no more than fit; the last one, which tells about the others, stays. */
export function fitting(bindings: readonly KeyBinding[], columns: number): readonly KeyBinding[] {
  const widthOf = (shown: readonly KeyBinding[]) => stringWidth(shown.map(({ key, does }) => `${key} ${does}`).join(gap));
  const shown = bindings.length > 6 ? [...bindings.slice(0, 5), bindings.at(-1)!] : [...bindings];
  while (shown.length > 1 && widthOf(shown) > columns) shown.splice(-2, 1);
  return shown;
}

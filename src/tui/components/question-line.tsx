// A question at the foot, where the keys stood: what it costs is in it, and only a yes says yes.
import { Box, Text } from 'ink';
import { colours } from '../theme.ts';

export const yesOrNo = 'y: yes, any other key: no';
/** Before the game ends while a level is being played: the level ends with it. */
export const quitQuestion = `Quit the game and this level? ${yesOrNo}`;

export interface QuestionLineProps {
  readonly question: string;
  readonly columns: number;
}

/** As many lines as it needs. */
export function QuestionLine({ question, columns }: QuestionLineProps) {
  return (
    <Box paddingX={1} width={columns} flexShrink={0}>
      <Text color={colours.doubt} wrap="wrap">
        {question}
      </Text>
    </Box>
  );
}

// Asks a yes-or-no question on the terminal.
import { createInterface } from 'node:readline/promises';

/** Whether the answer begins with y. Without a terminal it is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl+C and Ctrl+D close it without an answer.
    const closed = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    if (answer === undefined) process.stderr.write('\n');
    return /^y/i.test(answer ?? '');
  } finally {
    terminal.close();
  }
}

// Asks a yes-or-no question on the terminal.
import { createInterface } from 'node:readline/promises';

/** Whether the answer begins with y. Without a terminal it is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y/i.test(await terminal.question(`${question} [y/N] `));
  } finally {
    terminal.close();
  }
}

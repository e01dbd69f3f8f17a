// Asks a yes-or-no question on the terminal.
import { createInterface } from 'node:readline/promises';

/** Whether the answer begins with y. Without a terminal it is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl+C and Ctrl+D close it without an answer.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    return /^y/i.test(await Promise.race([terminal.question(`${question} [y/N] `), closed]));
  } finally {
    terminal.close();
  }
}

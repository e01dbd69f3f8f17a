// Snippets that were run by a real busybox 1.36 must say and return the same here.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exec, startContainer } from './run-container.ts';

interface Snippet {
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const { cases } = JSON.parse(readFileSync('tests/recordings/busybox-1.36-sh.json', 'utf8')) as { cases: Snippet[] };

describe('busybox 1.36 shell snippets', () => {
  test.each(cases)('$script', ({ script, stdout, stderr, exit }) => {
    const result = exec(startContainer(['sleep', '1000000']), ['/bin/sh', '-c', script]);
    expect({ stdout: result.stdout, stderr: result.stderr, exit: result.exit }).toEqual({ stdout, stderr, exit });
  });
});

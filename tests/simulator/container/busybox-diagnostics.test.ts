// What ash and its applets say when something is wrong, held to a recording of busybox 1.35 on Debian.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exec, startContainer } from './run-container.ts';

/** Facts of the machine that was recorded on, usage texts, and what is not simulated. */
const left = new Set([
  'diff <(x) y', // process substitution
  'which ls nope', // where that machine has its ls
  'ulimit -n',
  'sleep', // usage texts are not re-told in full
  'nslookup',
  'wget',
  'nc',
  'grep',
  'mkdir /proc/x', // /proc there was an empty directory
  'type ls; type cd; type nope', // a busybox that prefers its applets to PATH
  'command -v ls',
  'head -n1 /etc/hostname; tail -n 1 /nonexist',
  'echo $RANDOM | wc -c', // chance
  'ps | head -2', // columns of another build
  'echo $0 $# $-',
  'printf "%d\\n" abc',
]);

interface Recorded {
  readonly command: string;
  readonly output: string;
  readonly exit: number;
}

const recorded: Recorded[] = readFileSync('tests/recordings/busybox-1.35-diagnostics.txt', 'utf8')
  .split(/^--- /m)
  .slice(1)
  .map((entry) => {
    const lines = entry.trimEnd().split('\n');
    const exit = Number(lines.pop()!.replace('rc=', ''));
    return {
      command: lines[0]!.trimEnd(),
      output: lines
        .slice(1)
        .map((line) => `${line}\n`)
        .join(''),
      exit,
    };
  });

describe('busybox diagnostics', () => {
  test.each(recorded.filter(({ command }) => !left.has(command)))('$command', ({ command, output, exit }) => {
    const result = exec(startContainer(['sleep', '1000000']), ['sh', '-c', command]);
    expect({ output: result.all, exit: result.exit }).toEqual({ output, exit });
  });

  test('most of the recording is held to', () => {
    expect(recorded.length - left.size).toBeGreaterThanOrEqual(70);
  });
});

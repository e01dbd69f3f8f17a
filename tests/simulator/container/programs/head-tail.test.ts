// head and tail: how they are told how much.
import { expect, test } from 'vitest';
import { exec, startContainer } from '../run-container.ts';

const rig = startContainer(['sleep', '1000000']);
const lines = 'one\ntwo\nthree\n';

test.each([
  [['tail', '-n', '+2'], 'two\nthree\n'],
  [['tail', '+3'], 'three\n'],
  [['tail', '-n', '-1'], 'three\n'],
  [['tail', '-1'], 'three\n'],
  [['head', '-n', '-1'], 'one\ntwo\n'],
  [['head', '-2'], 'one\ntwo\n'],
])('%j prints the lines that it is asked for', (argv, printed) => {
  expect(exec(rig, argv, lines)).toMatchObject({ stdout: printed, stderr: '', exit: 0 });
});

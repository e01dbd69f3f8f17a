// Shell scripts and tools as Debian has them: what they print and return is held to a recording of the real ones.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findImage } from '../../../src/simulator/images/catalogue.ts';
import { exec, type Rig, startContainer } from './run-container.ts';

interface Recorded {
  readonly script: string;
  readonly stdout: string;
  readonly exit: number;
}

const { cases } = JSON.parse(readFileSync('tests/recordings/debian-12-tools.json', 'utf8')) as { cases: Recorded[] };

function debian(): Rig {
  const image = findImage('nginx:1.27');
  if (typeof image === 'string') throw new Error(image);
  const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return startContainer(['sleep', '1000000'], { image, environment: { PATH, HOME: '/root' } });
}

describe('dash and the tools of Debian 12', () => {
  test.each(cases)('$script', ({ script, stdout, exit }) => {
    const result = exec(debian(), ['dash', '-c', script]);
    expect({ stdout: result.stdout, exit: result.exit }).toEqual({ stdout, exit });
  });

  test('speak as they do there', () => {
    const said = (script: string): string => exec(debian(), ['sh', '-c', script]).all;
    expect(said('nosuch')).toBe('sh: 1: nosuch: not found\n');
    expect(said('echo x > /proc/nope')).toBe('sh: 1: cannot create /proc/nope: Directory nonexistent\n');
    expect(said('touch /proc/nope')).toBe("touch: cannot touch '/proc/nope': No such file or directory\n");
    expect(said('bash -c nosuch')).toBe('bash: line 1: nosuch: command not found\n');
    expect(said('ls /nope; echo $?')).toBe("ls: cannot access '/nope': No such file or directory\n2\n");
  });
});

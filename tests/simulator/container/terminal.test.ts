// A person at a terminal: what the screen shows for what is typed.
import { describe, expect, test } from 'vitest';
import { channels } from '../../../src/simulator/apiserver/request.ts';
import { rootCredentials } from '../../../src/simulator/container/credentials.ts';
import { collect, exitCode, type Rig, startContainer, startMs } from './run-container.ts';

interface Session {
  /** Types, lets time pass, and gives what the screen got since. */
  readonly type: (keys: string, ms?: number) => string;
  readonly exit: () => number | undefined;
  readonly resize: (columns: number, rows: number) => void;
}

function open(argv: readonly string[], rig: Rig = startContainer(['sleep', '100000'])): Session {
  const stream = rig.container.exec(argv, { tty: true, stdin: true });
  const got = collect(stream);
  let seen = 0;
  return {
    type(keys, ms = 100) {
      if (keys !== '') stream.write(channels.stdin, Buffer.from(keys));
      rig.clock.runUntil(rig.clock.now + ms);
      const all = Buffer.concat(got.channels[channels.stdout]!).toString();
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    },
    exit: () => (got.isEnded ? exitCode(got.channels[channels.error]!) : undefined),
    resize: (columns, rows) => stream.write(channels.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))),
  };
}

describe('an interactive shell', () => {
  test('prompts, runs, and passes its status on', () => {
    const session = open(['sh']);
    expect(session.type('')).toBe('/ # ');
    expect(session.type('echo hi\r')).toBe('echo hi\r\nhi\r\n/ # ');
    expect(session.type('cd\r')).toBe('cd\r\n~ # ');
    session.type('exit 3\r');
    expect(session.exit()).toBe(3);
  });

  test('ps tells a script’s lines in one, as far as the terminal is wide', () => {
    const rig = startContainer(['sh', '-c', 'while true; do\n  wget -q -T 3 -O- http://label-queue/ 2>&1\n  sleep 5\ndone\n']);
    const session = open(['sh'], rig);
    session.resize(60, 24);
    session.type('');
    const [, header, first] = session.type('ps\r').split('\r\n');
    expect([header, first]).toEqual(['PID   USER     TIME  COMMAND', '    1 root      0:00 sh -c while true; do   wget -q -T 3 -O']);
    expect(session.type('ps | cat\r')).toContain(' sh -c while true; do   wget -q -T 3 -O- http://label-queue/ 2>&1   sleep 5 done');
  });

  test('a user without root’s rights sees a $', () => {
    const rig = startContainer(['sleep', '100000'], { credentials: { ...rootCredentials, uid: 1000 }, environment: { PATH: '/bin' } });
    expect(open(['sh'], rig).type('')).toBe('/ $ ');
  });

  test('^D at an empty prompt leaves', () => {
    const session = open(['sh']);
    session.type('false\r');
    expect(session.type('\x04')).toBe('\r\n');
    expect(session.exit()).toBe(1);
  });

  test('^C drops the line, and kills what runs in the foreground only', () => {
    const session = open(['sh']);
    session.type('');
    expect(session.type('echo unfini\x03')).toBe('echo unfini^C\r\n/ # ');
    session.type('sleep 500 &\r');
    session.type('sleep 1000\r');
    expect(session.type('\x03')).toBe('^C\r\n/ # ');
    expect(session.type('echo $?\r')).toBe('echo $?\r\n130\r\n/ # ');
    expect(session.type('jobs\r')).toBe('jobs\r\n[1]+  Running                 sleep 500\r\n/ # ');
  });

  test('^C ends a hot loop', () => {
    const session = open(['sh']);
    session.type('while true; do :; done\r', 5000);
    session.type('\x03', 5000);
    expect(session.type('echo back\r', 1000)).toContain('back\r\n/ # ');
  });

  test('keys move in the line, delete, and bring history back', () => {
    const session = open(['sh']);
    session.type('');
    session.type('echo abd\x1b[Dc\r');
    expect(session.type('\x1b[A')).toBe('\r/ # echo abcd\x1b[J');
    expect(session.type('\x7f\x7fX\r')).toContain('\r\nabX\r\n/ # ');
    expect(session.type('nonsense\x15echo cleared\r')).toContain('\r\ncleared\r\n/ # ');
    expect(session.type('\x1b[A\x1b[A\x1b[A\x1b[B\r')).toContain('\r\nabX\r\n');
  });

  test('an open quote or loop is asked for with >', () => {
    const session = open(['sh']);
    session.type('');
    expect(session.type('for i in 1 2; do\r')).toBe('for i in 1 2; do\r\n> ');
    expect(session.type('echo $i; done\r')).toBe('echo $i; done\r\n1\r\n2\r\n/ # ');
    expect(session.type('echo "a\r')).toBe('echo "a\r\n> ');
    expect(session.type('b"\r')).toBe('b"\r\na\r\nb\r\n/ # ');
    expect(session.type('echo )\r')).toContain('sh: syntax error: unexpected ")"\r\n/ # ');
  });

  test('a here-document is asked for up to its end', () => {
    const session = open(['sh']);
    session.type('');
    expect(session.type('cat <<E\r')).toBe('cat <<E\r\n> ');
    expect(session.type('a $HOME\r')).toBe('a $HOME\r\n> ');
    expect(session.type('E\r')).toBe('E\r\na /root\r\n/ # ');
  });

  test('Tab completes commands and paths', () => {
    const session = open(['sh']);
    session.type('');
    expect(session.type('hostn\t')).toBe('hostname ');
    expect(session.type('\x15cat /etc/pas\t')).toContain('swd ');
    expect(session.type('\x15ls /et\t')).toContain('c/');
  });

  test('several lines typed at once all run', () => {
    const session = open(['sh']);
    session.type('');
    const shown = session.type('echo one\recho two\r');
    expect(shown).toContain('\r\none\r\n');
    expect(shown).toContain('\r\ntwo\r\n/ # ');
  });

  test('what is typed while a command runs goes to that command', () => {
    const session = open(['sh']);
    session.type('');
    session.type('cat\r');
    expect(session.type('hello\r')).toBe('hello\r\nhello\r\n');
    expect(session.type('\x04')).toBe('/ # ');
  });

  test('a background job is told when it is done', () => {
    const session = open(['sh']);
    session.type('');
    expect(session.type('sleep 2 &\r')).toMatch(/^sleep 2 &\r\n\[1\] \d+\r\n\/ # $/);
    session.type('', 3000);
    expect(session.type('\r')).toContain('[1]+  Done                    sleep 2\r\n/ # ');
  });
});

describe('jobs', () => {
  test('can be ended from the prompt, though the prompt itself ignores TERM', () => {
    const session = open(['sh']);
    session.type('sleep 500 &\r');
    expect(session.type('kill %1\r') + session.type('\r')).toContain('[1]+  Terminated              sleep 500\r\n/ # ');
    session.type('kill $$\r');
    expect(session.exit()).toBeUndefined();
  });
});

describe('a terminal', () => {
  test('tells its size to programs', () => {
    const session = open(['sh']);
    session.resize(120, 40);
    expect(session.type('stty size\r')).toContain('\r\n40 120\r\n');
    expect(session.type('tty; [ -t 0 ] && echo yes\r')).toContain('/dev/pts/0\r\nyes\r\n');
  });

  test('^C ends a command without a shell', () => {
    const session = open(['sleep', '1000']);
    expect(session.type('\x03')).toBe('^C');
    expect(session.exit()).toBe(130);
  });

  test('a client that is gone takes its shell along', () => {
    const rig = startContainer(['sleep', '100000']);
    const stream = rig.container.exec(['sh'], { tty: true, stdin: true });
    rig.clock.runUntil(startMs + 1000);
    expect(rig.container.stats().processes).toBe(2);
    stream.hangUp();
    rig.clock.runUntil(startMs + 2000);
    expect(rig.container.stats().processes).toBe(1);
  });

  test('names are listed in columns', () => {
    const session = open(['sh']);
    session.type('mkdir /tmp/d; cd /tmp/d; touch a b c\r');
    expect(session.type('ls\r')).toBe('ls\r\na  b  c\r\n/tmp/d # ');
  });

  test('letters of several bytes come whole, even in pieces', () => {
    const rig = startContainer(['sleep', '100000']);
    const stream = rig.container.exec(['cat'], { tty: true, stdin: true });
    const got = collect(stream);
    for (const byte of Buffer.from('é\r')) {
      stream.write(0, Uint8Array.of(byte));
      rig.clock.runUntil(rig.clock.now + 10);
    }
    expect(Buffer.concat(got.channels[1]!).toString()).toBe('é\r\né\r\n');
  });
});

describe('PID 1 on a terminal', () => {
  test('can be attached to, and is left by ^D', () => {
    const rig = startContainer(['sh'], { tty: true, stdin: true });
    rig.clock.runUntil(startMs + 1000);
    const stream = rig.container.attach();
    const got = collect(stream);
    stream.write(channels.stdin, Buffer.from('echo hi\r'));
    rig.clock.runUntil(startMs + 2000);
    expect(Buffer.concat(got.channels[1]!).toString()).toBe('echo hi\r\nhi\r\n/ # ');
    stream.write(channels.stdin, Buffer.from('\x04'));
    rig.clock.runUntil(startMs + 3000);
    expect([rig.container.exit?.exitCode, got.isEnded]).toEqual([0, true]);
  });

  test('sees the end of its input with the first client, if it is to have only one', () => {
    for (const stdinOnce of [true, false]) {
      const rig = startContainer(['sh'], { tty: true, stdin: true, stdinOnce });
      const stream = rig.container.attach();
      stream.write(channels.stdin, Buffer.from('exit 3\r'.slice(0, stdinOnce ? 0 : 4)));
      stream.end(channels.stdin);
      rig.clock.runUntil(startMs + 3000);
      expect(rig.container.exit?.exitCode).toBe(stdinOnce ? 0 : undefined);
    }
  });
});

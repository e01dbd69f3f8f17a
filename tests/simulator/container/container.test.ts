// Containers through their face: how they start, end, are signalled, and what they use.
import { describe, expect, test } from 'vitest';
import { Clock } from '../../../src/simulator/clock.ts';
import { rootCredentials } from '../../../src/simulator/container/credentials.ts';
import { entryOf, makeDirectory, makeFile } from '../../../src/simulator/container/inode.ts';
import { SpaceAccount } from '../../../src/simulator/container/space-account.ts';
import { ExecError, StartError } from '../../../src/simulator/container/start-error.ts';
import { busyboxRoot, collect, exec, exitCode, makeContainer, type Rig, startContainer, startMs } from './run-container.ts';

const user = { uid: 1000, gid: 3000, groups: [2000, 3000], capabilities: new Set<string>() };

/** Seconds from now until the container is over; undefined when it isn't within `limit`. */
function secondsToExit({ clock, container }: Rig, limit = 100): number | undefined {
  const from = clock.now;
  return clock.runUntil(from + limit * 1000, () => container.exit !== undefined) ? (clock.now - from) / 1000 : undefined;
}

describe('starting', () => {
  test('a program that is not in the PATH fails in runc words', () => {
    const { container } = makeContainer({ argv: ['nginxzz', '-g'] });
    const words =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ' +
      'error during container init: exec: "nginxzz": executable file not found in $PATH';
    expect(() => container.start()).toThrow(new StartError(words));
  });

  test.each([
    ['/nowhere/app', 'exec: "/nowhere/app": stat /nowhere/app: no such file or directory'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied'],
  ])('%s cannot be started: %s', (path, words) => {
    expect(() => makeContainer({ argv: [path] }).container.start()).toThrow(words);
  });

  test('a working directory that is missing is made', () => {
    const rig = startContainer(['pwd'], { workingDirectory: '/srv/app' });
    rig.clock.runUntil(startMs + 1000);
    expect(rig.stdout()).toBe('/srv/app\n');
  });

  test('the environment has HOSTNAME and HOME', () => {
    const rig = startContainer(['env'], { environment: { PATH: '/bin', LEVEL: '3' } });
    rig.clock.runUntil(startMs + 1000);
    expect(rig.stdout().split('\n').sort()).toEqual(['', 'HOME=/root', 'HOSTNAME=web-0', 'LEVEL=3', 'PATH=/bin']);
  });
});

describe('ending', () => {
  test('the exit code is the command’s', () => {
    const rig = startContainer(['sh', '-c', 'echo starting; echo broken >&2; exit 3']);
    secondsToExit(rig);
    expect([rig.container.exit, rig.stdout(), rig.stderr()]).toEqual([{ exitCode: 3, oomKilled: false }, 'starting\n', 'broken\n']);
  });

  test('listeners are told once, also those that come late', () => {
    const rig = startContainer(['true']);
    const told: number[] = [];
    rig.container.onExit(({ exitCode: code }) => told.push(code));
    secondsToExit(rig);
    rig.container.onExit(({ exitCode: code }) => told.push(code + 100));
    rig.clock.runUntil(rig.clock.now + 1);
    expect(told).toEqual([0, 100]);
  });

  test('everything ends with PID 1', () => {
    const rig = startContainer(['sh', '-c', 'sleep 1000 & sleep 1; exit 0']);
    secondsToExit(rig);
    expect(rig.container.stats().processes).toBe(0);
  });

  test.each([
    ['sleep', ['sleep', '3600']],
    ['a shell loop', ['sh', '-c', 'while true; do sleep 1; done']],
  ])('%s as PID 1 ignores TERM and dies of KILL', (_name, argv) => {
    const rig = startContainer(argv);
    rig.clock.runUntil(startMs + 5000);
    rig.container.signal('TERM');
    expect(secondsToExit(rig, 30)).toBeUndefined();
    rig.container.signal('KILL');
    secondsToExit(rig);
    expect(rig.container.exit).toEqual({ exitCode: 137, signal: 9, oomKilled: false });
  });

  test('a trap runs when the foreground command is done', () => {
    const rig = startContainer(['sh', '-c', "trap 'echo bye; exit 0' TERM; while true; do sleep 1; done"]);
    rig.clock.runUntil(startMs + 1500);
    rig.container.signal('SIGTERM');
    expect(secondsToExit(rig)).toBeLessThanOrEqual(1);
    expect([rig.container.exit?.exitCode, rig.stdout()]).toEqual([0, 'bye\n']);
  });

  test('a trap interrupts wait at once', () => {
    const rig = startContainer(['sh', '-c', "trap 'exit 0' TERM; sleep 3600 & wait $!"]);
    rig.clock.runUntil(startMs + 1500);
    rig.container.signal('TERM');
    expect(secondsToExit(rig)).toBe(0);
    expect(rig.container.exit?.exitCode).toBe(0);
  });

  test('a trap does not interrupt a long foreground sleep', () => {
    const rig = startContainer(['sh', '-c', "trap 'exit 0' TERM; sleep 3600; true"]);
    rig.clock.runUntil(startMs + 1500);
    rig.container.signal('TERM');
    expect(secondsToExit(rig, 30)).toBeUndefined();
  });

  test('no process inside can kill PID 1', () => {
    const rig = startContainer(['sleep', '3600']);
    expect(exec(rig, ['sh', '-c', 'kill -9 1; kill 1; echo $?'])).toMatchObject({ stdout: '0\n', exit: 0 });
    expect(rig.container.exit).toBeUndefined();
  });
});

describe('memory', () => {
  test.each([
    ['a line without an end', ['tail', '/dev/zero']],
    ['a variable that grows', ['sh', '-c', 'x=aaaaaaaaaa; while true; do x=$x$x; done']],
    ['a big buffer', ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=64M']],
    ['files in /dev/shm', ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/x bs=1M count=60; sleep 1000']],
    ['a substitution', ['sh', '-c', 'x=$(yes); echo never']],
  ])('%s ends the container as OOMKilled', (_name, argv) => {
    const rig = startContainer(argv, { memoryLimitBytes: 20 * 1024 ** 2 });
    secondsToExit(rig);
    expect(rig.container.exit).toEqual({ exitCode: 137, signal: 9, oomKilled: true });
  });

  test('what a process took is given back when it ends', () => {
    const rig = startContainer(['sleep', '3600'], { memoryLimitBytes: 20 * 1024 ** 2 });
    const before = rig.container.stats().memoryBytes;
    for (let round = 0; round < 3; round++)
      exec(rig, ['sh', '-c', 'x=$(dd if=/dev/zero bs=1M count=4 2>/dev/null | tr "\\0" a); echo $x | wc -c']);
    expect(rig.container.stats().memoryBytes).toBe(before);
  });
});

describe('exec', () => {
  test('a missing program is told in runc words', () => {
    const rig = startContainer(['sleep', '3600']);
    const words =
      /^failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "bash": executable file not found in \$PATH$/;
    expect(() => rig.container.exec(['bash'])).toThrow(ExecError);
    expect(() => rig.container.exec(['bash'])).toThrow(words);
  });

  test('nothing is left of an exec that could not be started', () => {
    const rig = startContainer(['sleep', '3600']);
    const before = rig.container.stats();
    expect(() => rig.container.exec(['bash'])).toThrow();
    expect(rig.container.stats()).toEqual(before);
  });

  test('stdin reaches the program, and its end too', () => {
    expect(exec(startContainer(['sleep', '3600']), ['sh', '-c', 'wc -c; exit 5'], 'hello\n')).toMatchObject({ stdout: '6\n', exit: 5 });
  });

  test('a shell runs what comes in line by line, and its commands read what is behind', () => {
    const rig = startContainer(['sleep', '3600']);
    expect(exec(rig, ['sh'], 'echo a\nread x\nhello\necho "<$x>"\nfor i in 1 2\ndo echo $i\ndone\ncat\nrest\n').stdout).toBe(
      'a\n<hello>\n1\n2\nrest\n',
    );
    const stream = rig.container.exec(['sh'], { stdin: true });
    const got = collect(stream);
    stream.write(0, Buffer.from('echo one\n'));
    rig.clock.runUntil(rig.clock.now + 100);
    expect(Buffer.concat(got.channels[1]!).toString()).toBe('one\n');
  });

  test('a client that pauses holds the writer up, and loses nothing', () => {
    const rig = startContainer(['sleep', '3600']);
    const stream = rig.container.exec(['sh', '-c', 'seq 100000']);
    const got = collect(stream);
    rig.clock.runUntil(rig.clock.now + 5);
    stream.pause();
    rig.clock.runUntil(rig.clock.now + 60_000);
    expect(got.isEnded).toBe(false);
    stream.resume();
    rig.clock.runUntil(rig.clock.now + 60_000);
    expect(Buffer.concat(got.channels[1]!).toString().split('\n').at(-2)).toBe('100000');
  });

  test('a probe gets exit code and output together', () => {
    const rig = startContainer(['sleep', '3600']);
    const results: unknown[] = [];
    rig.container.run(['sh', '-c', 'echo out; echo err >&2; exit 2'], (code, output) =>
      results.push([code, Buffer.from(output).toString()]),
    );
    rig.clock.runUntil(rig.clock.now + 1000);
    expect(results).toEqual([[2, 'out\nerr\n']]);
  });

  test('attach sees what PID 1 says from now on', () => {
    const rig = startContainer(['sh', '-c', 'i=0; while true; do echo $((i+=1)); sleep 1; done']);
    rig.clock.runUntil(startMs + 2500);
    const got = collect(rig.container.attach());
    rig.clock.runUntil(startMs + 4500);
    expect(Buffer.concat(got.channels[1]!).toString()).toBe('4\n5\n');
  });

  test('stdin of a container that has one comes by attach', () => {
    const rig = startContainer(['sh', '-c', 'read line; echo got $line'], { stdin: true });
    const stream = rig.container.attach();
    const got = collect(stream);
    stream.write(0, Buffer.from('hello\n'));
    rig.clock.runUntil(startMs + 1000);
    expect([Buffer.concat(got.channels[1]!).toString(), got.isEnded, exitCode(got.channels[3]!)]).toEqual(['got hello\n', true, 0]);
  });
});

describe('files', () => {
  test('containers of one image do not see each other’s changes', () => {
    const clock = new Clock(startMs);
    const [one, other] = [startContainer(['sleep', '3600'], { clock }), startContainer(['sleep', '3600'], { clock })];
    exec(one, ['sh', '-c', 'echo mine >> /etc/passwd; rm /etc/group; touch /new']);
    expect(exec(other, ['sh', '-c', 'wc -l < /etc/passwd; ls /etc/group /new'])).toMatchObject({
      stdout: '1\n/etc/group\n',
      stderr: 'ls: /new: No such file or directory\n',
    });
  });

  test('a volume is shared by the containers that mount it', () => {
    const clock = new Clock(startMs);
    const volume = makeDirectory({}, { mode: 0o777 });
    const writer = startContainer(['sleep', '3600'], { clock, mounts: [{ path: '/out', inode: volume, type: 'ext4' }] });
    const reader = startContainer(['sleep', '3600'], {
      clock,
      mounts: [{ path: '/in/deep', inode: volume, readOnly: true, type: 'ext4' }],
    });
    exec(writer, ['sh', '-c', 'echo written by writer > /out/note']);
    expect(exec(reader, ['sh', '-c', 'cat /in/deep/note; touch /in/deep/other'])).toMatchObject({
      stdout: 'written by writer\n',
      stderr: 'touch: /in/deep/other: Read-only file system\n',
    });
  });

  test('a read-only root still has volumes that can be written', () => {
    const mounts = [{ path: '/cache', inode: makeDirectory({}, { mode: 0o777 }) }];
    const rig = startContainer(['sleep', '3600'], { readOnlyRoot: true, mounts });
    expect(exec(rig, ['sh', '-c', 'touch /cache/file && ls /cache; touch /file'])).toMatchObject({
      stdout: 'file\n',
      stderr: 'touch: /file: Read-only file system\n',
    });
  });

  test('users are held to modes; a setgid volume hands its group on', () => {
    const volume = makeDirectory({}, { gid: 2000, mode: 0o2777 });
    const rig = startContainer(['sleep', '3600'], { credentials: user, mounts: [{ path: '/data', inode: volume }] });
    const script = 'id; touch /data/file; ls -ldn /data | cut -c1-33; ls -ln /data/file | cut -c1-33; touch /etc/file; cat /etc/shadow';
    expect(exec(rig, ['sh', '-c', script])).toMatchObject({
      stdout: 'uid=1000 gid=3000 groups=2000,3000\ndrwxrwsrwx    2 0        2000    \n-rw-r--r--    1 1000     2000    \n',
      stderr: "touch: /etc/file: Permission denied\ncat: can't open '/etc/shadow': No such file or directory\n",
    });
  });

  test('root without DAC_OVERRIDE is held to modes too', () => {
    const root = busyboxRoot();
    const etc = entryOf(root, 'etc');
    if (etc?.type !== 'directory') throw new Error('no /etc');
    etc.entries.set('secret', makeFile('x', { uid: 5, mode: 0o600 }));
    const image = { root };
    expect(exec(startContainer(['sleep', '9'], { image }), ['cat', '/etc/secret']).stdout).toBe('x');
    const credentials = { ...rootCredentials, capabilities: new Set<string>() };
    expect(exec(startContainer(['sleep', '9'], { image, credentials }), ['cat', '/etc/secret']).stderr).toBe(
      "cat: can't open '/etc/secret': Permission denied\n",
    );
  });

  test('a volume with a limit runs full', () => {
    const space = new SpaceAccount({ limitBytes: 1024 ** 2 });
    const rig = startContainer(['sleep', '3600'], { mounts: [{ path: '/data', inode: makeDirectory(), space }] });
    expect(exec(rig, ['dd', 'if=/dev/zero', 'of=/data/x', 'bs=64k', 'count=32']).stderr).toContain(
      "dd: error writing '/data/x': No space left on device\n",
    );
    expect(space.usedBytes).toBe(1024 ** 2);
    exec(rig, ['rm', '/data/x']);
    expect(space.usedBytes).toBe(0);
  });

  test('tail -f sees what another container appends', () => {
    const clock = new Clock(startMs);
    const volume = makeDirectory({ log: makeFile('first\n', { mode: 0o666 }) });
    const mounts = [{ path: '/logs', inode: volume }];
    const follower = startContainer(['tail', '-f', '/logs/log'], { clock, mounts });
    const writer = startContainer(['sh', '-c', 'for i in 1 2 3; do echo $i >> /logs/log; sleep 5; done'], { clock, mounts });
    clock.runUntil(startMs + 60_000);
    expect([follower.stdout(), writer.container.exit?.exitCode]).toEqual(['first\n1\n2\n3\n', 0]);
  });

  test('/proc tells of capabilities', () => {
    const locked = startContainer(['sleep', '9'], { credentials: { ...rootCredentials, capabilities: new Set() }, noNewPrivileges: true });
    expect(exec(locked, ['sh', '-c', 'grep -E "^(CapEff|NoNewPrivs)" /proc/1/status'])).toMatchObject({
      stdout: 'CapEff:\t0000000000000000\nNoNewPrivs:\t1\n',
    });
    const capabilities = new Set([...rootCredentials.capabilities, 'NET_ADMIN']);
    capabilities.delete('CHOWN');
    const net = startContainer(['sleep', '9'], { credentials: { ...rootCredentials, capabilities } });
    expect(exec(net, ['sh', '-c', 'grep CapEff /proc/1/status; touch /a; chown 5 /a'])).toMatchObject({
      stdout: 'CapEff:\t00000000a80435fa\n',
      stderr: 'chown: /a: Operation not permitted\n',
    });
  });

  test('binary files survive kubectl cp both ways', () => {
    const rig = startContainer(['sleep', '3600']);
    const bytes = Uint8Array.from({ length: 200_000 }, (_unused, index) => (index * 7919 + (index >> 8)) & 255);
    exec(rig, ['sh', '-c', 'cat > /tmp/blob'], bytes);
    const packed = exec(rig, ['tar', 'cf', '-', '/tmp/blob']);
    expect(packed.stderr).toBe("tar: removing leading '/' from member names\n");
    const other = startContainer(['sleep', '3600']);
    expect(exec(other, ['tar', '-xmf', '-', '-C', '/home'], packed.bytes)).toMatchObject({ stdout: '', stderr: '', exit: 0 });
    expect(Buffer.compare(exec(other, ['cat', '/home/tmp/blob']).bytes, bytes)).toBe(0);
  });
});

describe('time', () => {
  test('hot loops and runaway programs cost little, and end when killed', () => {
    const scripts = [
      'while true; do :; done',
      'yes > /dev/null',
      'while true; do nosuch 2> /dev/null; done',
      'b() { b | b & }; b; sleep 1000',
      'cat /dev/urandom | md5sum',
    ];
    const clock = new Clock(startMs);
    const rigs = scripts.map((script) => startContainer(['sh', '-c', script], { clock }));
    clock.runUntil(startMs + 20_000);
    for (const { container } of rigs) container.signal('KILL');
    clock.runUntil(clock.now + 1000);
    expect(rigs.map(({ container }) => container.exit?.exitCode)).toEqual(rigs.map(() => 137));
  }, 20_000);

  test('a hot loop shows a whole core in use', () => {
    const rig = startContainer(['sh', '-c', 'while true; do :; done']);
    rig.clock.runUntil(startMs + 30_000);
    expect(rig.container.stats().cpuNanoseconds / 30e9).toBeCloseTo(1, 1);
  });

  test('a recursion without end is a segmentation fault', () => {
    const rig = startContainer(['sleep', '3600']);
    expect(exec(rig, ['sh', '-c', 'sh -c "f() { f; }; f"; echo $?'])).toMatchObject({ stdout: '139\n', stderr: 'Segmentation fault\n' });
  });

  test('the same seed gives the same hour', () => {
    const run = (): string => {
      const clock = new Clock(startMs);
      const log: string[] = [];
      for (let index = 0; index < 5; index++) {
        const script = 'while true; do echo $RANDOM $(date +%T.%N) $(head -c 4 /dev/urandom | od -An -tx1); sleep 7; done';
        startContainer(['sh', '-c', script], {
          clock,
          name: `c${index}`,
          log: (_stream, bytes) => log.push(`${clock.now} ${index} ${Buffer.from(bytes)}`),
        });
      }
      clock.runUntil(startMs + 600_000);
      return log.join('');
    };
    const first = run();
    expect(first.split('\n').length).toBeGreaterThan(400);
    expect(run()).toBe(first);
  });
});

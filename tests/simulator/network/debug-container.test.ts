// A container that debugs another, as kubectl debug --target makes it: as a real 1.34 cluster shows it.
import { beforeEach, expect, test } from 'vitest';
import { exec, type Result, type Started, startContainer } from './container-rig.ts';
import { NetworkRig } from './network-rig.ts';

let rig: NetworkRig;
let target: Started;
let debug: Started;

beforeEach(() => {
  rig = new NetworkRig();
  const pod = rig.pod('web');
  target = startContainer(rig, pod, 'hashicorp/http-echo:1.0', ['/http-echo', '-listen=:8080', '-text=hi']);
  debug = startContainer(rig, pod, 'busybox:1.36', ['sh', '-c', 'sleep 1000; true'], { debugs: target });
  rig.settle();
});

const run = (...argv: string[]): Result => exec(rig, debug, argv);

test('it sees the processes of the other, its files and its ports', () => {
  expect(run('ps').stdout).toMatch(
    /^PID .*\n {4}1 65532 +0:00 \/http-echo -listen=:8080 -text=hi\n +\d+ root +0:00 sh -c sleep 1000; true\n/,
  );
  expect(run('ls', '/proc/1/root/').stdout).toContain('http-echo\n');
  expect(run('ls', '/proc/self/root/').stdout).toContain('bin\n');
  expect(run('cat', '/proc/1/cmdline').stdout).toContain('/http-echo\0');
  expect(run('netstat', '-tlnp').stdout).toMatch(/\ntcp {8}0 {6}0 :::8080 {17}:::\* {20}LISTEN {6}1\/http-echo\n/);
});

test('when the first process of the other ends, it ends too; its own end harms nobody', () => {
  const second = startContainer(rig, rig.pod('other'), 'busybox:1.36', ['sleep', '1000']);
  const guest = startContainer(rig, rig.pod('guest'), 'busybox:1.36', ['sleep', '1'], { debugs: second });
  rig.clock.runUntil(rig.clock.now + 2000);
  expect(guest.container.exit).toMatchObject({ exitCode: 0 });
  expect(second.container.exit).toBeUndefined();
  run('kill', '1');
  rig.clock.runUntil(rig.clock.now + 1000);
  expect(target.container.exit).toBeDefined();
  expect(debug.container.exit).toMatchObject({ exitCode: 137 });
});

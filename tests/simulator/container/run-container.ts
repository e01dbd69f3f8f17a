// A container of its own for a test: a small busybox image, a virtual clock, and what it said.
import type { Stream } from '../../../src/simulator/apiserver/request.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Container, type ContainerOptions } from '../../../src/simulator/container/container.ts';
import { rootCredentials } from '../../../src/simulator/container/credentials.ts';
import { type DirectoryInode, makeDirectory, makeFile, putInode } from '../../../src/simulator/container/inode.ts';
import { Random } from '../../../src/simulator/random.ts';

export const startMs = Date.UTC(2026, 0, 15, 9, 0, 0);

const appletNames = (
  '[ [[ ash awk base64 basename cat chgrp chmod chown clear cmp comm cp cut date dd df diff dirname du echo egrep env expr false fgrep find fold free grep ' +
  'groups gunzip gzip head hexdump hostname id kill killall less ln ls md5sum mkdir mktemp more mount mv nice nl nohup nproc od paste pgrep pidof pkill ' +
  'printenv printf ps pwd readlink realpath rev rm rmdir sed seq sh sha1sum sha256sum sha512sum shuf sleep sort stat strings stty sync tac tail tar tee ' +
  'test time timeout top touch tr true truncate tty uname uniq unlink uptime usleep vi watch wc which whoami xargs xxd yes zcat busybox'
).split(' ');

/** The image that the recordings were made on: a busybox in /bin, root in /etc/passwd. */
export function busyboxRoot(): DirectoryInode {
  const root = makeDirectory({}, { modifiedMs: startMs });
  for (const name of appletNames)
    putInode(root, `/bin/${name}`, makeFile('\x7fELF', { mode: 0o755, program: name === '[[' ? '[' : name, modifiedMs: startMs }));
  putInode(root, '/etc/passwd', makeFile('root:x:0:0:root:/root:/bin/sh\n', { modifiedMs: startMs }));
  putInode(root, '/etc/group', makeFile('root:x:0:\n', { modifiedMs: startMs }));
  for (const [path, mode] of [
    ['/tmp', 0o1777],
    ['/root', 0o700],
    ['/home', 0o755],
  ] as const)
    putInode(root, path, makeDirectory({}, { mode, modifiedMs: startMs }));
  return root;
}

const sharedRoot = busyboxRoot();

export interface Rig {
  readonly clock: Clock;
  readonly container: Container;
  /** What PID 1 said so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A container that isn't started yet. */
export function makeContainer(options: Partial<ContainerOptions> & { clock?: Clock } = {}): Rig {
  const clock = options.clock ?? new Clock(startMs);
  const said = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const container = new Container({
    clock,
    random: new Random(1),
    name: 'web',
    hostname: 'web-0',
    argv: ['sleep', '1000000'],
    environment: { PATH: '/bin', HOME: '/root', HOSTNAME: 'web-0' },
    workingDirectory: '/',
    credentials: rootCredentials,
    image: { root: sharedRoot },
    network: { ip: '10.244.1.2' } as ContainerOptions['network'],
    log: (stream, bytes) => said[stream].push(bytes.slice()),
    onFault: (_process, thrown) => {
      throw thrown;
    },
    ...options,
  });
  const text = (pieces: Uint8Array[]): string => Buffer.concat(pieces).toString();
  return { clock, container, stdout: () => text(said.stdout), stderr: () => text(said.stderr) };
}

/** A started container with this command. */
export function startContainer(argv: readonly string[], options: Partial<ContainerOptions> & { clock?: Clock } = {}): Rig {
  const rig = makeContainer({ ...options, argv });
  rig.container.start();
  return rig;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly bytes: Uint8Array;
  /** stdout and stderr in the order in which they came. */
  readonly all: string;
}

/** Collects what a stream delivers, up to its end. */
export function collect(stream: Stream): { readonly channels: Uint8Array[][]; readonly said: Uint8Array[]; isEnded: boolean } {
  const collected = { channels: [[], [], [], [], []] as Uint8Array[][], said: [] as Uint8Array[], isEnded: false };
  stream.onData((channel, bytes) => {
    collected.channels[channel]!.push(bytes);
    if (channel < 3) collected.said.push(bytes);
  });
  stream.onEnd(() => {
    collected.isEnded = true;
  });
  return collected;
}

/** Runs a command in the container, with this stdin, for at most an hour of its time. */
export function exec({ clock, container }: Rig, argv: readonly string[], stdin?: string | Uint8Array): ExecResult {
  const stream = container.exec(argv, { stdin: stdin !== undefined });
  const collected = collect(stream);
  if (stdin !== undefined) {
    stream.write(0, Buffer.from(stdin));
    stream.end(0);
  }
  clock.runUntil(clock.now + 3_600_000, () => collected.isEnded);
  const bytes = Buffer.concat(collected.channels[1]!);
  return {
    stdout: bytes.toString(),
    stderr: Buffer.concat(collected.channels[2]!).toString(),
    exit: exitCode(collected.channels[3]!),
    bytes,
    all: Buffer.concat(collected.said).toString(),
  };
}

/** The exit code that an exec's Status tells; -1 when there was none. */
export function exitCode(status: readonly Uint8Array[]): number {
  if (status.length === 0) return -1;
  const parsed = JSON.parse(Buffer.concat(status).toString()) as { status: string; details?: { causes: { message: string }[] } };
  return parsed.status === 'Success' ? 0 : Number(parsed.details?.causes[0]?.message);
}

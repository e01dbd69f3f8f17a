// Containers on a network rig: starts one, runs commands in it, and gives what they say.
import { channels } from '../../../src/simulator/apiserver/request.ts';
import { Container } from '../../../src/simulator/container/container.ts';
import { rootCredentials } from '../../../src/simulator/container/credentials.ts';
import { makeFile } from '../../../src/simulator/container/inode.ts';
import { decode } from '../../../src/simulator/container/text.ts';
import { Catalogue } from '../../../src/simulator/images/catalogue.ts';
import type { NetworkNamespace } from '../../../src/simulator/network/network-namespace.ts';
import type { NetworkRig } from './network-rig.ts';

export interface Started {
  readonly container: Container;
  /** What PID 1 has said so far, both streams. */
  log(): string;
}

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order they were written. */
  readonly output: string;
  readonly code: number;
  readonly seconds: number;
}

export interface StartOptions {
  readonly namespace?: string;
  readonly user?: number;
  readonly environment?: Record<string, string>;
  readonly files?: Record<string, string>;
  /** Lines of /etc/resolv.conf instead of the cluster's. */
  readonly resolver?: string;
  readonly readOnlyRoot?: boolean;
  readonly catalogue?: Catalogue;
  /** What it debugs. */
  readonly debugs?: Started;
}

const standard = new Catalogue();

/** Starts a container of an image in a pod's network, as a kubelet would. */
export function startContainer(
  rig: NetworkRig,
  network: NetworkNamespace,
  reference: string,
  argv: readonly string[],
  options: StartOptions = {},
): Started {
  const image = (options.catalogue ?? standard).find(reference);
  if (image === 'not found') throw new Error(`${reference}: not found`);
  const { entrypoint = [], cmd = [], environment = {}, workingDirectory = '/' } = image.config;
  const namespace = options.namespace ?? 'default';
  const resolver =
    options.resolver ?? `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`;
  const files = { '/etc/resolv.conf': resolver, '/etc/hosts': `127.0.0.1\tlocalhost\n${network.ip}\tpod\n`, ...options.files };
  let log = '';
  const user = options.user ?? Number(/^\d+/.exec(image.config.user ?? '')?.[0] ?? 0);
  const container = new Container({
    clock: rig.clock,
    random: rig.random,
    name: 'c',
    hostname: 'pod',
    argv: argv.length > 0 ? (argv[0] === '--' ? [...entrypoint, ...argv.slice(1)] : argv) : [...entrypoint, ...cmd],
    environment: { ...environment, ...options.environment },
    workingDirectory,
    credentials: user === 0 ? rootCredentials : { ...rootCredentials, uid: user, gid: user, groups: [] },
    image,
    readOnlyRoot: options.readOnlyRoot ?? false,
    mounts: Object.entries(files).map(([path, content]) => ({ path, inode: makeFile(content) })),
    network,
    ...(options.debugs && { debugs: options.debugs.container }),
    log: (_stream, bytes) => {
      log += decode(bytes);
    },
  });
  container.start();
  rig.clock.settle();
  return { container, log: () => log };
}

/** Runs a command in a container until it ends, or for at most `limitSeconds`. */
export function exec(
  rig: NetworkRig,
  { container }: Started,
  argv: readonly string[],
  options: { stdin?: string; limitSeconds?: number } = {},
): Result {
  const startedAt = rig.clock.now;
  const stream = container.exec(argv, { stdin: options.stdin !== undefined });
  const said = { stdout: '', stderr: '', output: '' };
  let code = -1;
  let endedAt = -1;
  stream.onData((channel, bytes) => {
    const text = decode(bytes);
    if (channel === channels.stdout) said.stdout += text;
    if (channel === channels.stderr) said.stderr += text;
    if (channel !== channels.error) said.output += text;
    else code = exitCodeOf(text);
  });
  stream.onEnd(() => {
    endedAt = rig.clock.now;
  });
  if (options.stdin !== undefined) {
    stream.write(channels.stdin, new TextEncoder().encode(options.stdin));
    stream.end(channels.stdin);
  }
  rig.clock.runUntil(startedAt + (options.limitSeconds ?? 300) * 1000, () => endedAt >= 0);
  return { ...said, code, seconds: ((endedAt < 0 ? rig.clock.now : endedAt) - startedAt) / 1000 };
}

function exitCodeOf(status: string): number {
  const parsed = JSON.parse(status) as { status: string; details?: { causes?: { reason: string; message: string }[] } };
  if (parsed.status === 'Success') return 0;
  return Number(parsed.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message ?? Number.NaN);
}

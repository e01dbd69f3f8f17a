// A cluster that is lost in mid-level: the game says so, judges nothing meanwhile, and goes on by itself when it is back.
// K8SQUEST_TEST_STOP_SERVER is a shell command that keeps a real cluster's API server from answering for a while.
import { exec } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeconfigOf, readContext } from '../../src/cluster/context-kubeconfig.ts';
import { Judge } from '../../src/game/judge.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load-levels.ts';
import { sceneOf } from '../../src/game/session.ts';
import { type ForeignCluster, openForeignCluster, realContext } from './foreign-cluster.ts';

const level = loadLevel('levels/3-networking/25-networkpolicy-too-restrictive') as Level;
let foreign: ForeignCluster;
let wire: Wire;

beforeAll(async () => {
  foreign = await openForeignCluster({ networkPolicies: 'enforced' });
  wire = await Wire.to(new URL(foreign.server));
}, 60_000);
afterAll(async () => {
  await wire?.cut();
  await foreign?.close();
}, 60_000);

/** The way to the cluster, which can be cut, or blocked so that nothing comes through. */
class Wire {
  readonly port: number;
  private server: Server;
  private readonly target: URL;
  /** From each end to the other. */
  private readonly ways = new Map<Socket, Socket>();
  private isBlocked = false;

  private constructor(server: Server, target: URL) {
    this.server = server;
    this.target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.join(socket));
  }

  static async to(target: URL): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Wire(server, target);
  }

  async cut(): Promise<void> {
    for (const socket of this.ways.keys()) socket.destroy();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  async mend(): Promise<void> {
    this.server = createServer((socket) => this.join(socket));
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  block(): void {
    this.isBlocked = true;
    for (const socket of this.ways.keys()) socket.unpipe();
  }

  free(): void {
    this.isBlocked = false;
    for (const [one, two] of this.ways) one.pipe(two);
  }

  private join(socket: Socket): void {
    const other = connect(Number(this.target.port || 443), this.target.hostname);
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      this.ways.set(one, two);
      one.on('error', () => two.destroy());
      one.on('close', () => {
        this.ways.delete(one);
        two.destroy();
      });
      if (!this.isBlocked) one.pipe(two);
    }
  }
}

/** A kubeconfig whose way to the cluster is the wire. */
function kubeconfigByWire(): string {
  const path = join(foreign.folder, 'by-wire');
  const context = readContext(foreign.context, [foreign.kubeconfig]);
  const { hostname } = new URL(context.server);
  const name = isIP(hostname) ? 'kubernetes' : hostname; // one that every API server's certificate has
  const cluster = { ...context.cluster, server: `https://127.0.0.1:${wire.port}`, 'tls-server-name': name };
  writeFileSync(path, kubeconfigOf({ ...context, cluster }, 'default'));
  return path;
}

/** Level 25, staged and looked at. */
async function beginLevel(kubeconfig: string) {
  const game = foreign.game('one', { kubeconfig });
  await game.open();
  Object.assign(game, { capabilities: new Set(['network-policy']) });
  await game.stage(sceneOf(level));
  const told: string[] = [];
  const judge = new Judge({
    level,
    api: game.api,
    clock: game.clock,
    onLost: (why) => told.push(`lost: ${why}`),
    onFound: () => told.push('found'),
  });
  const outcomes = () => judge.states.map(({ verdict }) => verdict?.outcome);
  judge.start();
  await expect.poll(outcomes, { timeout: 60_000 }).toEqual(['unmet', 'met', 'met', 'met']);
  return { game, judge, told, outcomes };
}

function repair() {
  return foreign.put({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'repair', namespace: 'k8squest' },
    spec: {
      podSelector: { matchLabels: { app: 'backend' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    },
  });
}

const unknown = ['unknown', 'unknown', 'unknown', 'unknown'];

test('while it is lost nothing is judged or passed; when it is back, what was done meanwhile counts', async () => {
  const { game, judge, told, outcomes } = await beginLevel(kubeconfigByWire());
  await wire.cut();
  await expect.poll(outcomes, { timeout: 20_000 }).toEqual(unknown);
  expect(told).toEqual([expect.stringMatching(`^lost: the cluster of context "${foreign.context}" can't be reached: .+\\.$`)]);
  await repair();
  await new Promise((resolve) => setTimeout(resolve, 8000));
  expect(judge.hasPassed).toBe(false);
  expect(outcomes()).toEqual(unknown);

  await wire.mend();
  await expect.poll(() => judge.hasPassed, { timeout: 40_000 }).toBe(true);
  expect(told[1]).toBe('found');
  expect(outcomes()).toEqual(['met', 'met', 'met', 'met']);
  judge.stop();
  await game.clean();
}, 240_000);

/** Looks all the time while something goes on: the outcomes that were ever there, each as one word per goal. */
async function outcomesDuring(work: Promise<unknown>, outcomes: () => readonly (string | undefined)[]): Promise<string[]> {
  const seen = new Set<string>();
  let isOver = false;
  const ending = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    seen.add(outcomes().join(' '));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await ending;
  return [...seen];
}

/** What is, or that it isn't known. */
const true25 = /^(unmet|unknown)( (met|unknown)){3}$/;

test('while it hangs, nothing is said but what is, or that it is not known', async () => {
  const { game, judge, outcomes } = await beginLevel(kubeconfigByWire());
  wire.block();
  const seen = await outcomesDuring(new Promise((resolve) => setTimeout(resolve, 20_000)), outcomes);
  wire.free();
  for (const text of seen) expect(text).toMatch(true25);
  expect(seen.filter((text) => /^unknown unknown unknown/.test(text))).not.toEqual([]);
  await expect.poll(outcomes, { timeout: 60_000 }).toEqual(['unmet', 'met', 'met', 'met']);
  expect(judge.hasPassed).toBe(false);
  await repair();
  await expect.poll(() => judge.hasPassed, { timeout: 60_000 }).toBe(true);
  judge.stop();
  await game.clean();
}, 240_000);

const stopServer = process.env['K8SQUEST_TEST_STOP_SERVER'];
if (realContext !== undefined && stopServer !== undefined)
  test('an API server that is stopped in mid-level: the game says so, verdicts stay true, and the level goes on by itself', async () => {
    const { game, judge, told, outcomes } = await beginLevel(foreign.kubeconfig);
    const seen = await outcomesDuring(promisify(exec)(stopServer), outcomes);
    for (const text of seen) expect(text).toMatch(true25);
    expect(seen).toContain(unknown.join(' '));
    expect(told[0]).toMatch(/^lost: /);
    await expect.poll(outcomes, { timeout: 120_000 }).toEqual(['unmet', 'met', 'met', 'met']);
    expect(told.at(-1)).toBe('found');
    expect(judge.hasPassed).toBe(false);
    await repair();
    await expect.poll(() => judge.hasPassed, { timeout: 60_000 }).toBe(true);
    judge.stop();
    await game.clean();
  }, 600_000);

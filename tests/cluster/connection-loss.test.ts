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
});

/** The way to the cluster, which can be cut. */
class Wire {
  readonly port: number;
  private server: Server;
  private readonly target: URL;
  private readonly sockets = new Set<Socket>();

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
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  async mend(): Promise<void> {
    this.server = createServer((socket) => this.join(socket));
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  private join(socket: Socket): void {
    const other = connect(Number(this.target.port || 443), this.target.hostname);
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => two.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        two.destroy();
      });
      one.pipe(two);
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

const stopServer = process.env['K8SQUEST_TEST_STOP_SERVER'];
if (realContext !== undefined && stopServer !== undefined)
  test('an API server that is stopped in mid-level: verdicts stay true, and the level goes on by itself', async () => {
    const { game, judge, told, outcomes } = await beginLevel(foreign.kubeconfig);
    let isBack = false;
    const seen = new Set<string>();
    const stopping = promisify(exec)(stopServer).finally(() => {
      isBack = true;
    });
    while (!isBack) {
      seen.add(outcomes().join(' '));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await stopping;
    // What couldn't be looked at isn't known; nothing else is ever said than what is.
    for (const text of seen)
      for (const [index, outcome] of text.split(' ').entries()) expect([index === 0 ? 'unmet' : 'met', 'unknown']).toContain(outcome);
    expect([...seen]).toContain(unknown.join(' '));
    expect(told[0]).toMatch(/^lost: /);
    await expect.poll(outcomes, { timeout: 120_000 }).toEqual(['unmet', 'met', 'met', 'met']);
    expect(told.at(-1)).toBe('found');
    expect(judge.hasPassed).toBe(false);
    await repair();
    await expect.poll(() => judge.hasPassed, { timeout: 60_000 }).toBe(true);
    judge.stop();
    await game.clean();
  }, 600_000);

// A cluster that is lost in mid-level: the game says so, judges nothing meanwhile, and goes on by itself when it is back.
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Judge } from '../../src/game/judge.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load-levels.ts';
import { sceneOf } from '../../src/game/session.ts';
import { type ForeignCluster, openForeignCluster } from './foreign-cluster.ts';

const level = loadLevel('levels/3-networking/25-networkpolicy-too-restrictive') as Level;
let foreign: ForeignCluster;
let wire: Wire;

beforeAll(async () => {
  foreign = await openForeignCluster({ networkPolicies: 'enforced' });
  wire = await Wire.to(new URL(foreign.simulated.server).port);
}, 60_000);
afterAll(async () => {
  await wire?.cut();
  await foreign?.close();
});

/** The way to the cluster, which can be cut. */
class Wire {
  readonly port: number;
  private server: Server;
  private readonly target: string;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server, target: string) {
    this.server = server;
    this.target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.join(socket));
  }

  static async to(target: string): Promise<Wire> {
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
    const other = connect(Number(this.target), '127.0.0.1');
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

test('while it is lost nothing is judged or passed; when it is back, what was done meanwhile counts', async () => {
  const kubeconfig = join(foreign.folder, 'by-wire');
  writeFileSync(kubeconfig, readFileSync(foreign.kubeconfig, 'utf8').replace(/server: .*/, `server: https://127.0.0.1:${wire.port}`));
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
  await expect.poll(outcomes, { timeout: 20_000 }).toEqual(['unmet', 'met', 'met', 'met']);

  await wire.cut();
  await expect.poll(outcomes, { timeout: 10_000 }).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  expect(told).toEqual([expect.stringMatching(/^lost: the cluster of context "k8squest" can't be reached: .+\.$/)]);
  await foreign.put({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'repair', namespace: 'k8squest' },
    spec: {
      podSelector: { matchLabels: { app: 'backend' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 8000));
  expect(judge.hasPassed).toBe(false);
  expect(outcomes()).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);

  await wire.mend();
  await expect.poll(() => judge.hasPassed, { timeout: 40_000 }).toBe(true);
  expect(told[1]).toBe('found');
  expect(outcomes()).toEqual(['met', 'met', 'met', 'met']);
  judge.stop();
  await game.clean();
}, 120_000);

// The ingress add-on of a simulated cluster: there when a level or an option asks for it, with a door on the host.
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Scene } from '../../src/cluster/cluster.ts';
import { SimulatedCluster, type SimulatedClusterOptions } from '../../src/cluster/simulated.ts';
import type { KubernetesObject } from '../../src/simulator/client.ts';

let folder: string;
const clusters: SimulatedCluster[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8squest-entrance-'));
});
afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Partial<SimulatedClusterOptions> = {}): Promise<SimulatedCluster> {
  const cluster = new SimulatedCluster({ kubeconfig: join(folder, 'kubeconfig'), seed: 3, ...options });
  clusters.push(cluster);
  await cluster.open();
  return cluster;
}

const labels = { app: 'tea' };
const tea = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'tea', namespace: 'shop' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'tea', image: 'hashicorp/http-echo:1.0', args: ['-text=Sencha', '-listen=:8080'] }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'tea', namespace: 'shop' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'tea', namespace: 'shop' },
    spec: {
      rules: [
        {
          host: 'tea.example',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'tea', port: { number: 80 } } } }] },
        },
      ],
    },
  },
] as unknown as KubernetesObject[];

const scene = (requires: Scene['requires'], broken: readonly KubernetesObject[]): Scene => ({
  namespaces: ['shop'],
  setup: [],
  broken,
  images: [],
  ageMs: 60_000,
  requires,
});

function get(address: string, host: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${address}/`, { method: body ? 'POST' : 'GET', headers: { Host: host }, agent: false }, (response) => {
      let text = '';
      response.on('data', (bytes) => {
        text += bytes;
      });
      response.on('end', () => resolve(`${response.statusCode} ${text.trim()}`));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

test('a level that requires ingress gets a controller that the host reaches, and the next level none', async () => {
  const cluster = await open();
  expect(cluster.capabilities).toContain('ingress');
  expect(cluster.ingressAddress).toBeUndefined();
  await cluster.stage(scene(['ingress'], tea));
  const address = cluster.ingressAddress!;
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await get(address, 'tea.example')).toBe('200 Sencha');
  expect(await get(address, 'coffee.example')).toBe('404 404 Not Found');
  expect(await get(address, 'tea.example', 'x'.repeat(300_000))).toBe('200 Sencha');
  await cluster.stage(scene([], tea));
  expect(cluster.ingressAddress).toBeUndefined();
  await expect(get(address, 'tea.example')).rejects.toThrow('ECONNREFUSED');
}, 30_000);

test('what came in by the door is in the journal: a replay makes the same cluster', async () => {
  const cluster = await open();
  await cluster.stage(scene(['ingress'], tea));
  expect(await get(cluster.ingressAddress!, 'tea.example')).toBe('200 Sencha');
  expect(cluster.journal.map(({ input }) => input.type)).toContain('outside');
  expect(cluster.dump() === cluster.replayedDump()).toBe(true);
}, 30_000);

test('the option makes one without a level; requests that nobody serves end', async () => {
  const cluster = await open({ addons: ['ingress'] });
  expect(await get(cluster.ingressAddress!, 'tea.example')).toBe('404 404 Not Found');
  const namespace = 'ingress-controller';
  await cluster.api.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: namespace, namespace },
    spec: { replicas: 0 },
  } as never);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await expect(get(cluster.ingressAddress!, 'tea.example')).rejects.toThrow(/socket hang up|ECONNRESET/);
}, 30_000);

// The KubernetesApi suite: straight into the simulator's handlers, by client-node against its listener, or on a real context.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigFiles, kubeconfigOf, readContext } from '../../src/cluster/context-kubeconfig.ts';
import type { KubernetesApi } from '../../src/cluster/kubernetes-api.ts';
import { RealApi } from '../../src/cluster/real-api.ts';
import { Connection } from '../../src/cluster/real-api-connection.ts';
import { SimulatedCluster } from '../../src/cluster/simulated.ts';
import { realContext } from '../cluster/foreign-cluster.ts';
import { type ApiUnderTest, describeKubernetesApi, until } from './kubernetes-api-suite.ts';

/** Without `close` the cluster stays. */
async function within(api: KubernetesApi, close?: () => Promise<void>): Promise<ApiUnderTest> {
  const namespace = `k8squest-suite-${Math.random().toString(36).slice(2, 8)}`;
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const reference = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: namespace };
  return {
    api,
    namespace,
    async close() {
      await api.delete(reference);
      if (close) await close();
      else await until(50_000, async () => (await api.get(reference)) === undefined);
    },
  };
}

async function simulated(): Promise<{ cluster: SimulatedCluster; kubeconfig: string; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-suite-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const cluster = new SimulatedCluster({ kubeconfig, seed: 11 });
  await cluster.open();
  const close = async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { cluster, kubeconfig, close };
}

function byClientNode(context: string, files: readonly string[]): RealApi {
  return new RealApi(new Connection(context, kubeconfigOf(readContext(context, files), 'default')));
}

if (realContext === undefined) {
  describeKubernetesApi("in process, into the simulator's handlers", async () => {
    const { cluster, close } = await simulated();
    return within(cluster.api, close);
  });
  describeKubernetesApi("by client-node, against the simulator's listener", async () => {
    const { kubeconfig, close } = await simulated();
    return within(byClientNode('k8squest', [kubeconfig]), close);
  });
} else {
  const context = realContext;
  describeKubernetesApi(`by client-node, on the context ${context}`, () => within(byClientNode(context, kubeconfigFiles())));
}

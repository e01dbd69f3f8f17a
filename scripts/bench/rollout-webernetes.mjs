// The same rollouts on webernetes, bundled before: `node BUNDLE REPLICAS NODES TIMES` prints their milliseconds as JSON.
// Its clock is paused and stepped from timer to timer; between two steps all of its promises run out. Nothing waits for the host's time.
import { Cluster } from '@ngrok/webernetes';
import { greeting, nodePort, readyEndpoints, rolloutManifests } from './rollout-manifests.mjs';

const [replicas, nodes, times] = process.argv.slice(2).map(Number);
const all = [];
while (all.length < times) all.push(await rollOut());
console.log(JSON.stringify(all));
process.exit(0);

async function rollOut() {
  const cluster = new Cluster({ nodes });
  const { api, clock } = cluster;
  cluster.pause();
  await driveUntil(clock, over(cluster.init()));
  // Until the cluster's own pods run.
  await driveUntil(clock, async () => (await api.corev1.listNamespacedPod({ namespace: 'kube-system' })).items.every(isReady));
  const from = performance.now();
  await driveUntil(clock, over(cluster.apply(rolloutManifests(replicas))));
  await driveUntil(clock, () => isRolledOut(api));
  let answer;
  const asked = cluster.fetch(`http://node-1:${nodePort}`).then(({ body }) => {
    answer = body;
  });
  await driveUntil(clock, over(asked));
  const ms = performance.now() - from;
  if (answer !== greeting) throw new Error(`the Service answered ${JSON.stringify(answer)}`);
  await driveUntil(clock, over(cluster.close()));
  return ms;
}

async function driveUntil(clock, isDone) {
  for (;;) {
    await new Promise((done) => setImmediate(done));
    if (await isDone()) return;
    const next = Math.min(...Array.from(clock.tasks.values(), ({ dueAtMs }) => dueAtMs));
    if (Number.isFinite(next)) clock.step(Math.max(0, next - clock.nowMs()));
  }
}

/** Whether a promise is fulfilled by now. */
function over(promise) {
  let isOver = false;
  promise.then(
    () => {
      isOver = true;
    },
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
  return () => isOver;
}

function isReady({ status }) {
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

async function isRolledOut(api) {
  const { status } = await api.appsv1.readNamespacedDeployment({ namespace: 'default', name: 'web' });
  if (status?.readyReplicas !== replicas) return false;
  return readyEndpoints((await api.discoveryv1.listNamespacedEndpointSlice({ namespace: 'default' })).items) === replicas;
}

// The same rollout on webernetes, in a process of its own, bundled before: `node BUNDLE REPLICAS NODES` prints its milliseconds as JSON.
// Its clock is paused and stepped from timer to timer; between two steps all of its promises run out. Whatever waits there, waits on no host time.
import { Cluster } from '@ngrok/webernetes';
import { greeting, nodePort, readyEndpoints, rolloutManifests } from './rollout-manifests.mjs';

const [replicas, nodes] = process.argv.slice(2).map(Number);
const cluster = new Cluster({ nodes });
const { api, clock } = cluster;
cluster.pause();
await driveUntil(over(cluster.init()));
await driveUntil(async () => (await api.corev1.listNamespacedPod({ namespace: 'kube-system' })).items.every(isReady));

const from = performance.now();
const begun = clock.nowMs();
await driveUntil(over(cluster.apply(rolloutManifests(replicas))));
await driveUntil(isRolledOut);
let answer;
await driveUntil(over(cluster.fetch(`http://node-1:${nodePort}`).then(({ body }) => (answer = body))));
const ms = performance.now() - from;
if (answer !== greeting) throw new Error(`the Service answered ${JSON.stringify(answer)}`);
console.log(JSON.stringify({ ms, virtualMs: clock.nowMs() - begun }));
process.exit(0);

async function driveUntil(isDone) {
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

async function isRolledOut() {
  const { status } = await api.appsv1.readNamespacedDeployment({ namespace: 'default', name: 'web' });
  if (status?.readyReplicas !== replicas) return false;
  return readyEndpoints((await api.discoveryv1.listNamespacedEndpointSlice({ namespace: 'default' })).items) === replicas;
}

// A container from its start to its end, told step by step: image, configuration, creation, hooks, signals. kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go
import type { Pod } from '../../apimachinery/objects.ts';
import { type Blocking, park } from '../container/blocking.ts';
import { Container, type ContainerExit } from '../container/container.ts';
import { StartError } from '../container/start-error.ts';
import { referenceTo } from '../event-recorder.ts';
import type { NetworkNamespace } from '../network/network-namespace.ts';
import { ContainerError } from './config-error.ts';
import { ContainerLog, lastLines } from './container-log.ts';
import { planContainer } from './container-options.ts';
import type { ContainerRecord, Run } from './container-record.ts';
import type { PodFacts } from './downward-api.ts';
import { formatDuration } from './image-puller.ts';
import { runHook } from './lifecycle-hooks.ts';
import type { NodeContext } from './node-context.ts';
import type { ProbeTarget } from './probe-attempt.ts';
import { pause, together } from './routine.ts';
import { createContainerMs, leastGraceSeconds, startContainerMs } from './timings.ts';
import type { PodVolumes } from './volumes.ts';

/** What a container's life needs of its pod. */
export interface PodSurroundings {
  readonly pod: Pod;
  readonly node: NodeContext;
  readonly volumes: PodVolumes;
  readonly network: NetworkNamespace;
  readonly facts: PodFacts;
  /** The running container whose processes a debug container is to see. */
  readonly targetOf: (record: ContainerRecord) => Container | undefined;
  /** The container has begun or ended. */
  readonly onChange: (record: ContainerRecord) => void;
}

const textDecoder = new TextDecoder();
/** kubernetes: pkg/kubelet/container/runtime.go, MaxContainerTerminationMessageLength and its LogLength, LogLines */
const longestMessageBytes = 4096;
const fallbackBytes = 2048;
const fallbackLines = 80;

/** `web_default(uid)`: how messages name a pod. */
function formatPod({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}

/** Records an event about one container. */
export function say(
  { pod, node }: Pick<PodSurroundings, 'pod' | 'node'>,
  record: ContainerRecord,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  const list = record.role === 'main' ? 'containers' : record.role === 'ephemeral' ? 'ephemeralContainers' : 'initContainers';
  node.recorder.record(referenceTo(pod, `spec.${list}{${record.name}}`), type, reason, message);
}

/** Tries to start a container, or to start it again. False when it came to nothing: the record's `failure` says why. */
export function* startContainer(record: ContainerRecord, around: PodSurroundings): Blocking<boolean> {
  const { pod, node } = around;
  if (isBackingOff(record, around)) return false;
  try {
    const image = yield* node.puller.ensure(pod.metadata.uid!, record.spec, (type, reason, message) =>
      say(around, record, type, reason, message),
    );
    const plan = planContainer(pod, record.spec, { ...around, image, target: around.targetOf(record) });
    yield* pause(node.clock, createContainerMs);
    const log = new ContainerLog(node.clock);
    const id = node.random.hex(64);
    const run: Run = {
      id,
      restartCount: record.run ? record.run.restartCount + 1 : 0,
      image,
      imageName: record.spec.image ?? '',
      credentials: plan.credentials,
      log,
      terminationFile: plan.terminationFile,
      container: new Container({ ...plan.options, random: node.random.fork(id), log: (stream, bytes) => log.write(stream, bytes) }),
      startedAtMs: undefined,
      exit: undefined,
      isStarted: !record.spec.startupProbe,
      isReady: !record.spec.readinessProbe,
      condemned: undefined,
    };
    say(around, record, 'Normal', 'Created', `Created container: ${record.name}`);
    yield* pause(node.clock, startContainerMs);
    return yield* begin(run, record, around);
  } catch (thrown) {
    if (!(thrown instanceof ContainerError)) throw thrown;
    record.failure = { reason: thrown.reason, message: thrown.message };
    const isAboutImage = !thrown.reason.startsWith('CreateContainer');
    say(around, record, 'Warning', 'Failed', `Error: ${isAboutImage ? thrown.reason : thrown.message}`);
    return false;
  }
}

function isBackingOff(record: ContainerRecord, around: PodSurroundings): boolean {
  const { backoff } = record;
  // A run that the kubelet has just ended is not among those that it knew to be over when the sync began, so the one before counts.
  const run = record.isJustKilled ? record.previous : record.run;
  record.isJustKilled = false;
  if (record.run?.imageName !== record.spec.image) backoff.reset();
  if (!run?.exit) return false;
  const { now } = around.node.clock;
  const failedAt = run.exit.finishedAtMs;
  if (!backoff.isWaiting(failedAt, now)) {
    backoff.next(failedAt, now);
    return false;
  }
  const pod = formatPod(around.pod);
  say(around, record, 'Warning', 'BackOff', `Back-off restarting failed container ${record.name} in pod ${pod}`);
  const message = `back-off ${formatDuration(backoff.currentMs)} restarting failed container=${record.name} pod=${pod}`;
  record.failure = { reason: 'CrashLoopBackOff', message };
  return true;
}

function* begin(run: Run, record: ContainerRecord, around: PodSurroundings): Blocking<boolean> {
  const { clock } = around.node;
  record.beginRun(run);
  try {
    run.container.start();
  } catch (thrown) {
    if (!(thrown instanceof StartError)) throw thrown;
    run.exit = { exitCode: thrown.exitCode, reason: thrown.reason, message: thrown.message, finishedAtMs: clock.now };
    run.log.end();
    record.failure = { reason: 'RunContainerError', message: thrown.message };
    say(around, record, 'Warning', 'Failed', `Error: ${thrown.message}`);
    around.onChange(record);
    return false;
  }
  run.startedAtMs = clock.now;
  record.failure = undefined;
  run.container.onExit((exit) => ended(run, exit, record, around));
  say(around, record, 'Normal', 'Started', `Started container ${record.name}`);
  around.onChange(record);
  const hook = record.spec.lifecycle?.postStart;
  if (!hook) return true;
  const isGood = yield* runHook(hook, probeTarget(run, record, around));
  if (isGood || run.exit) return true;
  say(around, record, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
  yield* killContainer(record, around, {
    message: 'FailedPostStartHook',
    graceSeconds: around.pod.spec.terminationGracePeriodSeconds ?? 30,
  });
  record.failure = { reason: 'PostStartHookError', message: 'PostStartHook failed' };
  return false;
}

function ended(run: Run, exit: ContainerExit, record: ContainerRecord, around: PodSurroundings): void {
  run.log.end();
  const reason = exit.oomKilled ? 'OOMKilled' : exit.exitCode === 0 ? 'Completed' : 'Error';
  run.exit = { exitCode: exit.exitCode, reason, message: terminationMessage(run, exit, record), finishedAtMs: around.node.clock.now };
  around.onChange(record);
}

function terminationMessage(run: Run, exit: ContainerExit, { spec }: ContainerRecord): string {
  const written = textDecoder.decode(run.terminationFile.content.all().subarray(0, longestMessageBytes));
  if (written || exit.exitCode === 0 || spec.terminationMessagePolicy !== 'FallbackToLogsOnError') return written;
  return lastLines(run.log.chunks(), fallbackLines)
    .map(({ bytes }) => textDecoder.decode(bytes))
    .join('')
    .slice(-fallbackBytes);
}

/** Ends a running container: preStop hook, its stop signal, and KILL when the grace period is over. */
export function* killContainer(record: ContainerRecord, around: PodSurroundings, how: { message: string; graceSeconds: number }): Blocking {
  const { run } = record;
  if (!run || !record.isRunning) return;
  const { clock } = around.node;
  say(around, record, 'Normal', 'Killing', how.message);
  let graceMs = how.graceSeconds * 1000;
  const hook = record.spec.lifecycle?.preStop;
  if (hook && graceMs > 0) {
    const before = clock.now;
    const isGood = yield* runHook(hook, probeTarget(run, record, around), graceMs);
    if (!isGood) say(around, record, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
    graceMs -= clock.now - before;
  }
  run.container.signal(run.image.config.stopSignal ?? 'TERM');
  yield* waitForExit(run, around, Math.max(graceMs, leastGraceSeconds * 1000));
  if (run.exit) return;
  run.container.signal('KILL');
  yield* waitForExit(run, around, Number.POSITIVE_INFINITY);
}

function* waitForExit(run: Run, { node }: PodSurroundings, limitMs: number): Blocking {
  if (run.exit) return;
  yield* park((wake) => {
    run.container.onExit(() => wake());
    return limitMs === Number.POSITIVE_INFINITY ? undefined : node.clock.after(limitMs, () => wake());
  });
}

/** Where probes and hooks of a run go. */
export function probeTarget(run: Run, record: ContainerRecord, { node, facts }: PodSurroundings): ProbeTarget {
  return { clock: node.clock, network: node.network, nodeName: node.name, podIp: facts.podIp, spec: record.spec, container: run.container };
}

/** Ends all containers of a pod within one grace period: first the others together, then the sidecars, the last one first. */
export function* stopContainers(records: readonly ContainerRecord[], around: PodSurroundings, graceSeconds: number): Blocking {
  const { clock } = around.node;
  const deadline = clock.now + graceSeconds * 1000;
  const stop = (record: ContainerRecord) =>
    killContainer(record, around, {
      message: `Stopping container ${record.name}`,
      graceSeconds: Math.max(0, (deadline - clock.now) / 1000),
    });
  yield* together(clock, records.filter((record) => record.role !== 'sidecar' && record.isRunning).map(stop));
  for (const record of records.filter(({ role }) => role === 'sidecar').reverse()) yield* stop(record);
}

// One pod on its node, from admission to the last container's end: what must run is started, what must not is ended, and the API is told.
// kubernetes: pkg/kubelet/pod_workers.go, pkg/kubelet/kubelet.go (SyncPod), pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions)
import { isEqual } from '../../apimachinery/clone.ts';
import type { Container as ContainerSpec, Pod, PodStatus } from '../../apimachinery/objects.ts';
import type { Cancel } from '../clock.ts';
import type { Blocking } from '../container/blocking.ts';
import type { Container } from '../container/container.ts';
import type { NetworkNamespace } from '../network/network-namespace.ts';
import { timestamp } from '../timestamp.ts';
import { Alarm } from './alarm.ts';
import { configError } from './config-error.ts';
import { containersToStart, whyToKill } from './container-decisions.ts';
import { killContainer, type PodSurroundings, probeTarget, say, startContainer, stopContainers } from './container-lifecycle.ts';
import { ContainerRecord, type ContainerRole } from './container-record.ts';
import type { PodFacts } from './downward-api.ts';
import { hasStorageLimit, whyToEvict } from './eviction.ts';
import { setUpVolumes } from './mounting.ts';
import type { NodeContext } from './node-context.ts';
import { podPhase } from './pod-phase.ts';
import { podStatus } from './pod-status.ts';
import { Prober } from './prober.ts';
import { withReadiness } from './readiness-report.ts';
import { pause, Routine } from './routine.ts';
import { evictionMs, failedSyncMs, failureReportMs, noticeMs, rejectMs, sandboxMs, tearDownMs, volumeRefreshMs } from './timings.ts';
import type { PayloadSources } from './volume-payload.ts';
import { PodVolumes } from './volumes.ts';

/** What one look at the pod came to. */
type SyncOutcome = 'in order' | 'failed' | 'over';

export interface PodWorkerOptions {
  readonly pod: Pod;
  readonly node: NodeContext;
  /** Why the node doesn't take the pod; undefined: it does. */
  readonly rejection?: { readonly reason: string; readonly message: string } | undefined;
  /** The pod's containers are over and it is out of the API, or will never be. */
  readonly onGone: () => void;
}

export class PodWorker {
  pod: Pod;
  readonly records: ContainerRecord[] = [];
  /** The pod's network while it has a sandbox. */
  network: NetworkNamespace | undefined;
  private readonly node: NodeContext;
  private readonly onGone: () => void;
  private readonly volumes: PodVolumes;
  private readonly startedAtMs: number;
  private podIp = '';
  private readonly probers = new Map<ContainerRecord, Prober>();
  private routine: Routine | undefined;
  private life: 'running' | 'ending' | 'over' = 'running';
  private verdict: { readonly reason: string; readonly message: string } | undefined;
  private isGone = false;
  private isTakenDown = false;
  private readonly alarm: Alarm;
  private cancelReport: Cancel | undefined;
  private cancelDeadline: Cancel | undefined;
  private cancelRefresh: Cancel | undefined;
  private cancelWatch: Cancel | undefined;

  constructor({ pod, node, rejection, onGone }: PodWorkerOptions) {
    this.pod = pod;
    this.node = node;
    this.onGone = onGone;
    this.startedAtMs = node.clock.now;
    this.alarm = new Alarm(node.clock);
    this.volumes = new PodVolumes({ nodeFiles: node.files, now: () => node.clock.now });
    this.addRecords();
    if (rejection) this.reject(rejection);
    else if (pod.metadata.deletionTimestamp) this.end();
    else {
      this.planDeadline();
      this.watchStorage();
      this.routine = new Routine(node.clock, this.live());
    }
  }

  /** The pod as it is in the API now. */
  update(pod: Pod): void {
    const before = this.pod;
    this.pod = pod;
    if (pod.metadata.deletionTimestamp) {
      const { deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
      // A second deletion may cut the grace period short.
      if (this.life !== 'ending' || grace < (before.metadata.deletionGracePeriodSeconds ?? 0)) this.end();
      return;
    }
    if (isEqual(pod.spec, before.spec) || this.life !== 'running') {
      this.planRefresh(
        !isEqual(pod.metadata.labels, before.metadata.labels) || !isEqual(pod.metadata.annotations, before.metadata.annotations),
      );
      return;
    }
    this.addRecords();
    this.planDeadline();
    this.alarm.ring();
  }

  /** The pod is no longer in the API: its containers are ended, nobody is told. */
  removed(): void {
    this.isGone = true;
    this.end();
  }

  /** A ConfigMap or Secret has changed. */
  sourceChanged(kind: 'configMap' | 'secret', name: string): void {
    const uses = (this.pod.spec.volumes ?? []).some((volume) => {
      const own = kind === 'configMap' ? volume.configMap?.name : volume.secret?.secretName;
      return own === name || volume.projected?.sources?.some((source) => source[kind]?.name === name);
    });
    this.planRefresh(uses);
  }

  /** True once none of its containers will run again. */
  get hasEnded(): boolean {
    return this.life === 'over';
  }

  /** A static pod has a new mirror in the API. */
  adopt(mirror: Pod): void {
    this.pod = mirror;
    this.report();
  }

  record(container: string): ContainerRecord | undefined {
    return this.records.find(({ name }) => name === container);
  }

  /** Gives up at once, without ending anything: the cluster is closed. */
  stop(): void {
    this.routine?.cancel();
    for (const prober of this.probers.values()) prober.stop();
    this.alarm.stop();
    for (const cancel of [this.cancelReport, this.cancelDeadline, this.cancelRefresh, this.cancelWatch]) cancel?.();
  }

  // What is to be done

  private *live(): Blocking {
    for (;;) {
      this.alarm.reset();
      const outcome = yield* this.sync();
      if (outcome === 'over') break;
      if (outcome === 'failed') this.planReport();
      yield* this.alarm.sleep(outcome === 'failed' ? failedSyncMs : Number.POSITIVE_INFINITY);
    }
    yield* this.finish(this.graceSeconds());
  }

  private *sync(): Blocking<SyncOutcome> {
    this.report();
    if (this.isOver()) return 'over';
    this.checkPullSecrets();
    yield* setUpVolumes(this.volumes, this.sources(), this.node);
    if (!this.network) yield* this.makeSandbox();
    let hasFailed = false;
    const ephemerals = this.records.filter(({ role, run }) => role === 'ephemeral' && !run);
    for (const record of ephemerals) if (!(yield* startContainer(record, this.surroundings()))) hasFailed = true;
    for (const record of this.records) yield* this.killIfUnfit(record);
    for (const record of containersToStart(this.pod, this.records)) {
      if (!(yield* startContainer(record, this.surroundings()))) hasFailed = true;
    }
    return hasFailed ? 'failed' : 'in order';
  }

  private checkPullSecrets(): void {
    const { client, recorder } = this.node;
    const names = (this.pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
    const missing = names.filter((name) => !client.resource('secrets').get(this.pod.metadata.namespace!, name));
    if (missing.length === 0) return;
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    recorder.record(this.pod, 'Warning', 'FailedToRetrieveImagePullSecret', message);
  }

  private *killIfUnfit(record: ContainerRecord): Blocking {
    const why = whyToKill(this.pod, record);
    if (!why) return;
    this.stopProbing(record);
    yield* killContainer(record, this.surroundings(), why);
    record.isJustKilled = true;
  }

  /** All that had to run has run. */
  private isOver(): boolean {
    const phase = podPhase(this.pod, this.records);
    return phase === 'Succeeded' || phase === 'Failed';
  }

  /** The pod ended by itself: sidecars go too, the sandbox is taken down; the status stays. */
  private *finish(graceSeconds: number): Blocking {
    this.life = 'over';
    if (this.network) yield* stopContainers(this.records, this.surroundings(), graceSeconds);
    yield* pause(this.node.clock, tearDownMs);
    this.tearDown();
    this.report();
  }

  // How it ends

  private end(): void {
    const hasEnded = this.life === 'over';
    this.life = 'ending';
    this.routine?.cancel();
    this.cancelDeadline?.();
    this.cancelRefresh?.();
    this.cancelWatch?.();
    for (const prober of this.probers.values()) prober.keepReadiness();
    if (hasEnded) this.bury();
    else this.routine = new Routine(this.node.clock, this.takeDown());
  }

  private *takeDown(): Blocking {
    this.report();
    const { deletionGracePeriodSeconds } = this.pod.metadata;
    const graceSeconds = this.isGone ? 0 : (deletionGracePeriodSeconds ?? this.graceSeconds());
    if (this.network) yield* stopContainers(this.records, this.surroundings(), graceSeconds);
    yield* pause(this.node.clock, tearDownMs / 2);
    this.tearDown();
    this.isTakenDown = true;
    this.report();
    yield* pause(this.node.clock, tearDownMs / 2);
    this.bury();
  }

  private bury(): void {
    this.tearDown();
    const { namespace, name, uid, deletionTimestamp } = this.pod.metadata;
    if (deletionTimestamp && !this.isGone) {
      this.node.client.resource('pods').delete(namespace!, name, { gracePeriodSeconds: 0, uid: uid! });
    }
    this.life = 'over';
    this.onGone();
  }

  private tearDown(): void {
    for (const prober of this.probers.values()) prober.stop();
    this.probers.clear();
    for (const { run } of this.records) if (run && !run.exit && run.startedAtMs !== undefined) run.container.signal('KILL');
    if (!this.network) return;
    this.node.network.remove(this.network);
    if (!this.pod.spec.hostNetwork) this.node.giveAddressBack(this.podIp);
    this.network = undefined;
  }

  private reject(verdict: { readonly reason: string; readonly message: string }): void {
    this.verdict = verdict;
    this.life = 'over';
    const tell = function* (this: PodWorker): Blocking {
      const { recorder, client, clock } = this.node;
      yield* pause(clock, rejectMs);
      recorder.record(this.pod, 'Warning', verdict.reason, verdict.message.replace(/^Pod was rejected: /, ''));
      client.resource('pods').modify(
        this.pod.metadata.namespace!,
        this.pod.metadata.name,
        (draft) => {
          draft.status = { ...draft.status, phase: 'Failed', ...verdict, startTime: timestamp(this.startedAtMs) };
        },
        'status',
      );
    }.bind(this);
    this.routine = new Routine(this.node.clock, tell());
  }

  private planDeadline(): void {
    this.cancelDeadline?.();
    const seconds = this.pod.spec.activeDeadlineSeconds;
    if (seconds === undefined || seconds === null) return;
    const leftMs = this.startedAtMs + seconds * 1000 - this.node.clock.now;
    this.cancelDeadline = this.node.clock.after(leftMs, () => {
      const verdict = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
      this.condemn(verdict, 'Normal', this.graceSeconds());
    });
  }

  /** The eviction manager looks every ten seconds. */
  private watchStorage(): void {
    if (!hasStorageLimit(this.pod)) return;
    this.cancelWatch = this.node.clock.after(evictionMs, () => {
      const message = whyToEvict(this.pod, this.records, this.volumes);
      if (message === undefined) this.watchStorage();
      else this.condemn({ reason: 'Evicted', message }, 'Warning', 0);
    });
  }

  /** The kubelet ends the pod; it stays in the API as failed. */
  private condemn(verdict: NonNullable<PodWorker['verdict']>, type: 'Normal' | 'Warning', graceSeconds: number): void {
    if (this.life !== 'running') return;
    this.verdict = verdict;
    this.node.recorder.record(this.pod, type, verdict.reason, verdict.message);
    this.routine?.cancel();
    this.report();
    this.routine = new Routine(this.node.clock, this.finish(graceSeconds));
  }

  // What it stands on

  private *makeSandbox(): Blocking {
    yield* pause(this.node.clock, sandboxMs);
    this.podIp = this.pod.spec.hostNetwork ? this.node.ip : this.node.takeAddress();
    this.network = this.node.network.addPod(this.pod, this.podIp);
    this.alarm.ringLater(noticeMs);
  }

  private sources(): PayloadSources {
    const { client, issueToken } = this.node;
    return { client, pod: this.pod, facts: this.facts(), issueToken };
  }

  private facts(): PodFacts {
    const { name, ip, allocatable } = this.node;
    return { podIp: this.podIp, hostIp: ip, nodeName: name, allocatable };
  }

  private surroundings(): PodSurroundings {
    return {
      pod: this.pod,
      node: this.node,
      volumes: this.volumes,
      network: this.network!,
      facts: this.facts(),
      targetOf: ({ name }) => this.targetOf(name),
      onChange: (record) => this.containerChanged(record),
    };
  }

  private targetOf(container: string): Container | undefined {
    const target = this.pod.spec.ephemeralContainers?.find(({ name }) => name === container)?.targetContainerName;
    if (!target) return undefined;
    const record = this.record(target);
    if (!record?.run) throw configError(`unable to find target container ${target}`);
    return record.isRunning ? record.run.container : undefined;
  }

  private graceSeconds(): number {
    return this.pod.spec.terminationGracePeriodSeconds ?? 30;
  }

  private addRecords(): void {
    const { initContainers = [], containers, ephemeralContainers = [] } = this.pod.spec;
    const all: [ContainerSpec, ContainerRole][] = [
      ...initContainers.map((spec): [ContainerSpec, ContainerRole] => [spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init']),
      ...containers.map((spec): [ContainerSpec, ContainerRole] => [spec, 'main']),
      ...ephemeralContainers.map((spec): [ContainerSpec, ContainerRole] => [spec, 'ephemeral']),
    ];
    for (const [spec, role] of all) {
      const known = this.record(spec.name);
      if (known) known.spec = spec;
      else this.records.push(new ContainerRecord(spec, role));
    }
  }

  // What happens meanwhile

  private containerChanged(record: ContainerRecord): void {
    // Nobody looks at single containers any more, and a readiness probe asks until all are over.
    if (this.life === 'ending') return;
    this.stopProbing(record);
    const { run } = record;
    if (run && record.isRunning) {
      const prober = new Prober({
        clock: this.node.clock,
        record,
        run,
        target: probeTarget(run, record, this.surroundings()),
        warn: (message) => say({ pod: this.pod, node: this.node }, record, 'Warning', 'Unhealthy', message),
        onChange: () => {
          if (this.life === 'ending') this.reportReadiness(record.name, run.isReady);
          else this.report();
          this.alarm.ring();
        },
        onCondemned: () => this.alarm.ring(),
      });
      this.probers.set(record, prober);
    }
    this.alarm.ringLater(noticeMs);
  }

  private stopProbing(record: ContainerRecord): void {
    this.probers.get(record)?.stop();
    this.probers.delete(record);
  }

  // Unlike Kubernetes: why a container waits is told after a second, each time; a kubelet tells it at its next sync, which comes as late as 15 s.
  private planReport(): void {
    this.cancelReport?.();
    this.cancelReport = this.node.clock.after(failureReportMs, () => {
      if (this.life === 'running') this.report();
    });
  }

  /** Files follow at the pod's next regular sync. */
  private planRefresh(isNeeded: boolean): void {
    if (!isNeeded || this.cancelRefresh || this.life !== 'running') return;
    const { clock } = this.node;
    const sinceSync = (clock.now - this.startedAtMs) % volumeRefreshMs;
    this.cancelRefresh = clock.after(volumeRefreshMs - sinceSync, () => {
      this.cancelRefresh = undefined;
      const sources = this.sources();
      for (const volume of this.pod.spec.volumes ?? []) this.volumes.refresh(volume, sources);
    });
  }

  // What is told

  private status(pod: Pod): PodStatus {
    return podStatus({
      pod,
      records: this.records,
      startedAtMs: this.startedAtMs,
      nowMs: this.node.clock.now,
      hostIp: this.node.ip,
      podIp: this.podIp,
      hasSandbox: this.network !== undefined,
      verdict: this.verdict,
      isGone: this.isTakenDown,
    });
  }

  /** Writes the status if it says something new. */
  private report(): void {
    if (this.isGone) return;
    const { namespace, name, uid } = this.pod.metadata;
    const pods = this.node.client.resource('pods');
    const stored = pods.get(namespace!, name);
    if (!stored || stored.metadata.uid !== uid) return;
    // What others wrote into the status meanwhile (conditions, nominations) stays.
    const status = this.status({ ...this.pod, status: stored.status });
    pods.modify(
      namespace!,
      name,
      (draft) => {
        draft.status = status;
      },
      'status',
    );
  }

  /** What a probe finds out while the pod is taken down; the containers' states are told when all are over. */
  private reportReadiness(container: string, isReady: boolean): void {
    const { namespace, name, uid } = this.pod.metadata;
    const now = timestamp(this.node.clock.now);
    const change = (draft: Pod) => {
      if (draft.status && draft.metadata.uid === uid) draft.status = withReadiness(draft, draft.status, { container, isReady, now });
    };
    if (!this.isGone) this.node.client.resource('pods').modify(namespace!, name, change, 'status');
  }
}

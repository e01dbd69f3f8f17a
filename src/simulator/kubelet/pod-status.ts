// A pod's status as the kubelet writes it. kubernetes: pkg/kubelet/kubelet_pods.go (generateAPIPodStatus), pkg/kubelet/status/generate.go
import type { Pod, PodCondition, PodStatus } from '../../apimachinery/objects.ts';
import { qosClassOf } from '../pod-requests.ts';
import { timestamp } from '../timestamp.ts';
import type { ContainerRecord } from './container-record.ts';
import { containerStatus } from './container-status.ts';
import { hasInitialized, type PodPhase, podPhase } from './pod-phase.ts';

/** What a pod's worker knows. */
export interface PodFactsForStatus {
  readonly pod: Pod;
  /** Init containers, containers, ephemeral containers, in the order of the spec. */
  readonly records: readonly ContainerRecord[];
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly hostIp: string;
  /** Empty before the sandbox is there. It stays when the sandbox is gone. */
  readonly podIp: string;
  readonly hasSandbox: boolean;
  /** The kubelet ended the pod: why. */
  readonly verdict: { readonly reason: string; readonly message: string } | undefined;
  /** The pod's containers are over for good. */
  readonly isGone: boolean;
}

/** The new status; what the kubelet doesn't decide (conditions of others, nomination) is taken over from the pod. */
export function podStatus(facts: PodFactsForStatus): PodStatus {
  const { pod, records, hostIp, podIp, verdict } = facts;
  const phase = finalPhase(facts);
  const context = { hasInitContainers: (pod.spec.initContainers?.length ?? 0) > 0, isGone: facts.isGone };
  const statusesOf = (...roles: string[]) =>
    records.filter(({ role }) => roles.includes(role)).map((record) => containerStatus(record, context));
  const inits = statusesOf('init', 'sidecar');
  const ephemerals = statusesOf('ephemeral');
  const { nominatedNodeName, resourceClaimStatuses } = pod.status ?? {};
  return {
    ...(!isMirror(pod) && pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: conditionsOf(facts, phase),
    ...(verdict && { reason: verdict.reason, message: verdict.message }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp && { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: timestamp(facts.startedAtMs),
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    // kubernetes: pkg/kubelet/types/types.go SortedContainerStatuses
    containerStatuses: statusesOf('main').sort((one, other) => (one.name < other.name ? -1 : 1)),
    ...(ephemerals.length > 0 && { ephemeralContainerStatuses: ephemerals }),
    qosClass: pod.status?.qosClass ?? qosClassOf(pod),
    ...(nominatedNodeName && { nominatedNodeName }),
    ...(resourceClaimStatuses && { resourceClaimStatuses }),
  };
}

/** A pod that stands for a static one of its node. */
export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
}

function finalPhase({ pod, records, verdict, isGone }: PodFactsForStatus): PodPhase {
  if (verdict) return 'Failed';
  const phase = podPhase(pod, records);
  if (!isGone || phase === 'Succeeded' || phase === 'Failed') return phase;
  return records.filter(({ role }) => role === 'main').every(({ run }) => run?.exit?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

type Finding = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

function conditionsOf(facts: PodFactsForStatus, phase: PodPhase): PodCondition[] {
  const { pod, nowMs } = facts;
  const before = pod.status?.conditions ?? [];
  const containersReady = readiness('ContainersReady', facts, phase);
  const findings: Finding[] = [
    ...(facts.verdict?.reason === 'Evicted'
      ? [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: facts.verdict.message }]
      : []),
    { type: 'PodReadyToStartContainers', status: facts.hasSandbox ? 'True' : 'False' },
    initialized(facts, phase),
    ready(containersReady, pod),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
  const others = before.filter(({ type }) => !findings.some((finding) => finding.type === type));
  return [
    ...others,
    ...findings.map(({ type, status, reason, message }): PodCondition => {
      const old = before.find((condition) => condition.type === type);
      return {
        type,
        ...(!isMirror(pod) && pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
        status,
        lastProbeTime: null as unknown as string,
        lastTransitionTime: old?.status === status ? old.lastTransitionTime : timestamp(nowMs),
        ...(reason && { reason }),
        ...(message && { message }),
      };
    }),
  ];
}

function initialized({ records }: PodFactsForStatus, phase: PodPhase): Finding {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  if (hasInitialized(records)) return { type, status: 'True' };
  const incomplete = records.filter(
    (record) => (record.role === 'init' && !record.isReady) || (record.role === 'sidecar' && !record.isStarted),
  );
  const message = `containers with incomplete status: [${incomplete.map(({ name }) => name).join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

function readiness(type: string, { records, isGone }: PodFactsForStatus, phase: PodPhase): Finding {
  // A pod that was taken down keeps what its containers were; one that ended by itself says how.
  if (!isGone && phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (!isGone && phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const unready = records.filter((record) => (record.role === 'main' || record.role === 'sidecar') && !record.isReady);
  if (unready.length === 0) return { type, status: 'True' };
  const message = `containers with unready status: [${unready.map(({ name }) => name).join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

function ready(containersReady: Finding, pod: Pod): Finding {
  const type = 'Ready';
  if (containersReady.status !== 'True') return { ...containersReady, type };
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find((other) => other.type === conditionType);
    if (!condition) return `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
    return condition.status === 'True' ? [] : `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`;
  });
  if (messages.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

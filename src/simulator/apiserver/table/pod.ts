// A pod's row: above all what STATUS and RESTARTS say.
// kubernetes: pkg/printers/internalversion/printers.go printPod
import { ageOf } from '../../../apimachinery/duration.ts';
import type { ContainerStatus, Pod } from '../../../apimachinery/objects.ts';
import type { Cell } from '../strategy.ts';

interface Summary {
  reason: string;
  ready: number;
  restarts: number;
  /** When the last one that restarted had ended; '' for never. */
  lastRestart: string;
}

export function podCells(pod: Pod, nowMs: number): Cell[] {
  const { reason, ready, restarts, lastRestart } = summarize(pod);
  const total = (pod.spec?.containers.length ?? 0) + sidecarNames(pod).size;
  const restartsText = restarts > 0 && lastRestart ? `${restarts} (${ageOf(lastRestart, nowMs)} ago)` : String(restarts);
  return [
    pod.metadata.name,
    `${ready}/${total}`,
    reason,
    restartsText,
    ageOf(pod.metadata.creationTimestamp, nowMs),
    pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || '<none>',
    pod.spec?.nodeName || '<none>',
    pod.status?.nominatedNodeName || '<none>',
    readinessGates(pod),
  ];
}

function sidecarNames(pod: Pod): Set<string> {
  return new Set((pod.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always').map(({ name }) => name));
}

function summarize(pod: Pod): Summary {
  const summary: Summary = { reason: phaseReason(pod), ready: 0, restarts: 0, lastRestart: '' };
  const sidecars: Summary = { ...summary };
  const isInitializing = readInitContainers(pod, summary, sidecars);
  if (!isInitializing || hasCondition(pod, 'Initialized')) {
    summary.restarts = sidecars.restarts;
    summary.lastRestart = sidecars.lastRestart;
    readContainers(pod, summary);
  }
  const phase = pod.status?.phase;
  if (pod.metadata.deletionTimestamp && pod.status?.reason === 'NodeLost') summary.reason = 'Unknown';
  else if (pod.metadata.deletionTimestamp && phase !== 'Failed' && phase !== 'Succeeded') summary.reason = 'Terminating';
  return summary;
}

function phaseReason(pod: Pod): string {
  const isGated = pod.status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return isGated ? 'SchedulingGated' : pod.status?.reason || pod.status?.phase || '';
}

function hasCondition(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** True while init containers are still at work, or one has failed. */
function readInitContainers(pod: Pod, summary: Summary, sidecars: Summary): boolean {
  const names = sidecarNames(pod);
  const statuses = pod.status?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    const isSidecar = names.has(status.name);
    countRestarts(summary, status);
    if (isSidecar) countRestarts(sidecars, status);
    const { terminated, waiting } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && status.started) {
      if (status.ready) summary.ready++;
      continue;
    }
    if (terminated) summary.reason = `Init:${endReason(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') summary.reason = `Init:${waiting.reason}`;
    else summary.reason = `Init:${index}/${pod.spec?.initContainers?.length ?? 0}`;
    return true;
  }
  return false;
}

function readContainers(pod: Pod, summary: Summary): void {
  let hasRunning = false;
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    countRestarts(summary, status);
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated) summary.reason = endReason(terminated);
    else if (status.ready && running) {
      hasRunning = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed' && hasRunning) summary.reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}

function endReason(terminated: { reason?: string | undefined; signal?: number | undefined; exitCode: number }): string {
  return terminated.reason || (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`);
}

function countRestarts(summary: Summary, status: ContainerStatus): void {
  summary.restarts += status.restartCount ?? 0;
  const ended = status.lastState?.terminated?.finishedAt ?? '';
  if (ended > summary.lastRestart) summary.lastRestart = ended;
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  return `${gates.filter((gate) => hasCondition(pod, gate.conditionType)).length}/${gates.length}`;
}

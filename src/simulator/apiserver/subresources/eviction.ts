// pods/eviction: a deletion that asks disruption budgets first.
// kubernetes: pkg/registry/core/pod/storage/eviction.go
import type { Pod, PodDisruptionBudget } from '../../../apimachinery/objects.ts';
import { matches } from '../../../apimachinery/selector.ts';
import { badRequest, StatusError } from '../../../apimachinery/status-error.ts';
import type { DeleteOptions } from '../../client.ts';
import { json } from '../answers.ts';
import { decodeBody } from '../handlers/body.ts';
import type { Call } from '../handlers/call.ts';
import { readDeleteOptions } from '../handlers/delete.ts';
import { stored } from '../handlers/get.ts';
import { writeQuery } from '../handlers/write-options.ts';
import type { ApiAnswer } from '../request.ts';
import { definitionOf } from '../storage-version.ts';
import type { StoredObject } from '../stored-object.ts';

interface EvictionBody {
  readonly metadata?: { readonly name?: string };
  readonly deleteOptions?: Parameters<typeof readDeleteOptions>[0];
}

export function createEviction(call: Call): ApiAnswer {
  const query = writeQuery(call, 'CreateOptions');
  const body = decodeBody(call, { group: 'policy', version: 'v1', kind: 'Eviction' }, query.fieldValidation) as unknown as EvictionBody;
  if (body.metadata?.name && body.metadata.name !== call.info.name) throw badRequest('name in URL does not match name in Eviction object');
  const deletion = readDeleteOptions(body.deleteOptions ?? {});
  const dryRun = query.dryRun || deletion.dryRun;
  const pod = stored(call) as unknown as Pod;
  if (!ignoresBudgets(pod)) {
    const budget = budgetOf(call, pod);
    if (budget && !mayGoUnready(pod, budget)) spend(call, pod, budget, dryRun);
  }
  evict(call, pod, deletion.asked, dryRun);
  return json(201, JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }), call.warnings);
}

function ignoresBudgets({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '');
}

function budgetOf(call: Call, pod: Pod): PodDisruptionBudget | undefined {
  const all = call.store.list('poddisruptionbudgets', call.info.namespace) as unknown as readonly PodDisruptionBudget[];
  const budgets = all.filter(({ spec }) => matches(spec?.selector, pod.metadata.labels));
  if (budgets.length <= 1) return budgets[0];
  const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  throw new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** A pod that isn't ready doesn't count towards the budget's health. */
function mayGoUnready(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  const isReady = pod.status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  if (isReady) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const healthy = status?.currentHealthy ?? 0;
  const desired = status?.desiredHealthy ?? 0;
  return healthy >= desired && desired > 0;
}

/** Takes one disruption from the budget, or refuses with 429. */
function spend(call: Call, pod: Pod, budget: PodDisruptionBudget, dryRun: boolean): void {
  const { name, generation = 0 } = budget.metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = budget.status ?? {};
  if (observedGeneration < generation) throw refused(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (disruptionsAllowed <= 0)
    throw refused(`The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`, 0);
  const change = (draft: StoredObject) => {
    const status = (draft as unknown as PodDisruptionBudget).status!;
    status.disruptionsAllowed = disruptionsAllowed - 1;
    status.disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: call.store.timestamp() };
    if (disruptionsAllowed === 1) markInsufficient(draft as unknown as PodDisruptionBudget, call.store.timestamp());
  };
  call.store.amend(definitionOf('poddisruptionbudgets'), call.info.namespace, name, change, dryRun);
}

function markInsufficient({ metadata, status }: PodDisruptionBudget, now: string): void {
  const others = (status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionAllowed');
  const observed = metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
  if (status) {
    status.conditions = [
      ...others,
      { type: 'DisruptionAllowed', status: 'False', ...observed, lastTransitionTime: now, reason: 'InsufficientPods', message: '' },
    ];
  }
}

function refused(cause: string, retryAfterSeconds: number): StatusError {
  return new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}

function evict(call: Call, pod: Pod, asked: DeleteOptions, dryRun: boolean): void {
  const { store, definition, info, user } = call;
  const mark = (draft: StoredObject) => {
    const { metadata, status } = draft as unknown as Pod;
    const conditions = (status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      observedGeneration: metadata.generation,
      lastTransitionTime: store.timestamp(),
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    };
    if (status) status.conditions = [...conditions, condition];
  };
  store.amend(definition, info.namespace, pod.metadata.name, mark, dryRun);
  store.delete(definition, info.namespace, pod.metadata.name, asked, { manager: '', user, dryRun });
}

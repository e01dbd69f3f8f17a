// The objective type `triggered`: when all else is met, something is done to the cluster, and what follows is looked at.
import type { KubernetesApi, ObjectReference, Selection } from '../../cluster/kubernetes-api.ts';
import type { KubernetesObject } from '../../simulator/client.ts';
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import type { Verdict } from '../verdict.ts';
import { connect } from './connect.ts';
import { endpoints } from './endpoints.ts';
import { exec } from './exec.ts';
import { logs } from './logs.ts';
import { isReady, podSelections, podsOf } from './pods.ts';
import { rollout } from './rollout.ts';
import type { Validator, ValidatorContext } from './validator.ts';

type Parameters = ObjectiveParameters['triggered'];

const lookMs = 1000;
/** How long what is expected must hold. */
const momentMs = 5000;

export const triggered: Validator<Parameters> = {
  runs: true,
  isLast: true,
  watches: (parameters, namespace) => [
    ...actionSelections(parameters.do, namespace),
    ...nested(parameters).flatMap(({ watches }) => watches(namespace)),
  ],
  async judge(parameters, context) {
    const action = describe(parameters.do);
    const undo = await act(parameters.do, context);
    if (!undo) return { outcome: 'unmet', code: 'triggered.impossible', values: { action } };
    try {
      return await follow(parameters, action, context);
    } finally {
      if (!context.isStopped()) await undo();
    }
  },
};

interface Nested {
  readonly mustAlwaysHold: boolean;
  watches(namespace: string): readonly Selection[];
  judge(context: ValidatorContext): Promise<Verdict>;
}

function nested({ always, expect = {} }: Parameters): Nested[] {
  const bind = <P>(validator: Validator<P>, parameters: P | undefined, mustAlwaysHold = false): Nested[] =>
    parameters === undefined
      ? []
      : [
          {
            mustAlwaysHold,
            watches: (namespace) => validator.watches(parameters, namespace),
            judge: (context) => validator.judge(parameters, context),
          },
        ];
  return [
    ...bind(connect, always?.connect, true),
    ...bind(connect, expect.connect),
    ...bind(rollout, expect.rollout),
    ...bind(endpoints, expect.endpoints),
    ...bind(logs, expect.logs),
    ...bind(exec, expect.exec),
  ];
}

/**
 * Looks once a second. What must always hold fails at once. It is over when all that is expected has held for a moment; without an
 * expectation, when the time is.
 */
async function follow(parameters: Parameters, action: string, context: ValidatorContext): Promise<Verdict> {
  const goals = nested(parameters);
  const end = context.now() + parameters.within * 1000;
  let heldSince: number | undefined;
  for (;;) {
    await context.sleep(lookMs);
    const verdicts = await Promise.all(goals.map((goal) => goal.judge(context)));
    const values = { action, within: parameters.within };
    const broken = goals.findIndex((goal, index) => goal.mustAlwaysHold && verdicts[index]!.outcome === 'unmet');
    if (broken >= 0) return withInner(verdicts[broken]!, 'triggered.broke', 'unmet', values);
    const open = goals.findIndex((goal, index) => !goal.mustAlwaysHold && verdicts[index]!.outcome !== 'met');
    const isOver = context.now() >= end;
    if (open >= 0) heldSince = undefined;
    else heldSince ??= context.now();
    const hasExpectation = goals.some(({ mustAlwaysHold }) => !mustAlwaysHold);
    if (heldSince !== undefined && (isOver || (hasExpectation && context.now() - heldSince >= momentMs)))
      return { outcome: 'met', code: 'triggered.held', values };
    if (isOver) return withInner(verdicts[open]!, 'triggered.not-reached', verdicts[open]!.outcome, values);
  }
}

/** The inner verdict's words come along, so that the player reads what was seen. */
function withInner(inner: Verdict, code: string, outcome: Verdict['outcome'], values: Verdict['values']): Verdict {
  return { outcome, code, values: { ...inner.values, ...values, inner: inner.code } };
}

function describe(action: Parameters['do']): string {
  if (action.delete !== undefined) return `deleting a pod of ${action.delete}`;
  if (action.roll !== undefined) return `restarting ${action.roll}`;
  if (action.scale !== undefined) return `scaling ${action.scale.object} to ${action.scale.to}`;
  return `waiting ${action.wait} s`;
}

function actionSelections(action: Parameters['do'], namespace: string): Selection[] {
  if (action.delete !== undefined) return podSelections(action.delete, namespace);
  const named = action.roll ?? action.scale?.object;
  return named === undefined ? [] : [parseReference(named, namespace)!];
}

/** Does it; returns how to put back what it took, or undefined when it can't be done. */
async function act(action: Parameters['do'], context: ValidatorContext): Promise<(() => Promise<void>) | undefined> {
  const { api, objects, namespace } = context;
  if (action.wait !== undefined) {
    await context.sleep(action.wait * 1000);
    return nothing;
  }
  if (action.delete !== undefined) return deletePod(action.delete, context);
  const reference = parseReference(action.roll ?? action.scale!.object, namespace)!;
  const live = objects.get(reference) as { spec?: { replicas?: number } } | undefined;
  if (!live) return undefined;
  if (action.scale) {
    await api.patch(reference, { spec: { replicas: action.scale.to } });
    return () => api.patch(reference, { spec: { replicas: live.spec?.replicas ?? 1 } }).then(() => {});
  }
  await api.patch(reference, {
    spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(context.now()).toISOString() } } } },
  });
  return nothing;
}

const nothing = async () => {};

/** A pod that nobody makes anew is made anew by us. */
async function deletePod(
  name: string,
  { api, objects, namespace, manifests }: ValidatorContext,
): Promise<(() => Promise<void>) | undefined> {
  const pods = podsOf(name, objects, namespace) ?? [];
  const pod = pods.find(isReady) ?? pods[0];
  if (!pod) return undefined;
  const reference = { apiVersion: 'v1', kind: 'Pod', namespace: pod.metadata.namespace!, name: pod.metadata.name };
  await api.delete(reference);
  if (pod.metadata.ownerReferences?.length) return nothing;
  const manifest = manifests.get(`Pod ${reference.namespace} ${reference.name}`);
  return () => restore(api, reference, manifest);
}

async function restore(api: KubernetesApi, reference: ObjectReference, manifest: KubernetesObject | undefined): Promise<void> {
  if (manifest && !(await api.get(reference))) await api.apply(manifest);
}

// From an objective or guard to its validator: the table of types.
import type { ObjectReference, Selection } from '../../cluster/kubernetes-api.ts';
import { type Goal, typeOf } from '../level.ts';
import { parseReference } from '../object-reference.ts';
import type { ObjectiveType } from '../objective-types.ts';
import type { Verdict } from '../verdict.ts';
import { condition } from './condition.ts';
import { connect } from './connect.ts';
import { dns } from './dns.ts';
import { endpoints } from './endpoints.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { absent, exists } from './exists.ts';
import { field } from './field.ts';
import { logs } from './logs.ts';
import { rollout } from './rollout.ts';
import { triggered } from './triggered.ts';
import { unchanged } from './unchanged.ts';
import type { Validator, ValidatorContext } from './validator.ts';

/** A goal whose parameters its validator understands. */
export interface BoundGoal {
  readonly id: string;
  readonly type: ObjectiveType;
  readonly runs: boolean;
  readonly isLast: boolean;
  watches(namespace: string): readonly Selection[];
  /** The objects that it needs to be there. */
  needs(namespace: string): readonly ObjectReference[];
  judge(context: ValidatorContext): Promise<Verdict>;
}

/** Joins a goal and its validator. */
export function bindGoal(goal: Goal): BoundGoal {
  const type = typeOf(goal);
  switch (type) {
    case 'connect':
      return bound(goal.id, type, connect, goal.connect!);
    case 'exec':
      return bound(goal.id, type, exec, goal.exec!);
    case 'unchanged':
      return bound(goal.id, type, unchanged, { objects: goal.unchanged!, sameObject: goal.sameObject ?? false });
    case 'exists':
      return bound(goal.id, type, exists, goal.exists!);
    case 'absent':
      return bound(goal.id, type, absent, goal.absent!);
    case 'condition':
      return bound(goal.id, type, condition, goal.condition!);
    case 'field':
      return bound(goal.id, type, field, goal.field!);
    case 'endpoints':
      return bound(goal.id, type, endpoints, goal.endpoints!);
    case 'logs':
      return bound(goal.id, type, logs, goal.logs!);
    case 'events':
      return bound(goal.id, type, events, goal.events!);
    case 'dns':
      return bound(goal.id, type, dns, goal.dns!);
    case 'rollout':
      return bound(goal.id, type, rollout, goal.rollout!);
    case 'triggered':
      return bound(goal.id, type, triggered, goal.triggered!);
  }
}

function bound<Parameters>(id: string, type: ObjectiveType, validator: Validator<Parameters>, parameters: Parameters): BoundGoal {
  return {
    id,
    type,
    runs: validator.runs,
    isLast: validator.isLast ?? false,
    watches: (namespace) => validator.watches(parameters, namespace),
    needs: (namespace) => (type === 'absent' ? [] : referencesIn(parameters, namespace)),
    judge: (context) => validator.judge(parameters, context),
  };
}

/** Parameters name objects as "kind/name"; nothing else in them is written so. */
function referencesIn(parameters: unknown, namespace: string): ObjectReference[] {
  if (typeof parameters === 'string') return [parseReference(parameters, namespace)].filter((reference) => reference !== undefined);
  if (typeof parameters !== 'object' || parameters === null) return [];
  return Object.values(parameters).flatMap((value) => referencesIn(value, namespace));
}

// From an objective or guard to its validator: the table of types.
import type { ObjectReference } from '../../cluster/kubernetes-api.ts';
import { type Goal, type ObjectiveType, typeOf } from '../level.ts';
import type { Verdict } from '../verdict.ts';
import { connect } from './connect.ts';
import { exec } from './exec.ts';
import { absent, exists } from './exists.ts';
import { unchanged } from './unchanged.ts';
import type { Validator, ValidatorContext } from './validator.ts';

/** A goal whose parameters its validator understands. */
export interface BoundGoal {
  readonly id: string;
  readonly type: ObjectiveType;
  readonly runs: boolean;
  watches(namespace: string): readonly ObjectReference[];
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
  }
}

function bound<Parameters>(id: string, type: ObjectiveType, validator: Validator<Parameters>, parameters: Parameters): BoundGoal {
  return {
    id,
    type,
    runs: validator.runs,
    watches: (namespace) => validator.watches(parameters, namespace),
    judge: (context) => validator.judge(parameters, context),
  };
}

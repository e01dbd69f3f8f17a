// The objective type `condition`: a condition of an object has a status.
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import type { Validator } from './validator.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export const condition: Validator<ObjectiveParameters['condition']> = {
  runs: false,
  watches: ({ object }, namespace) => [parseReference(object, namespace)!],
  async judge({ object, type, status, reason }, { objects, namespace }) {
    const live = objects.get(parseReference(object, namespace)!);
    const values = { object, type, status, ...(reason && { reason }) };
    if (!live) return { outcome: 'unmet', code: 'condition.no-object', values };
    const conditions = (live as { status?: { conditions?: readonly Condition[] } }).status?.conditions ?? [];
    const found = conditions.find((candidate) => candidate.type === type);
    if (!found) return { outcome: 'unmet', code: 'condition.none', values };
    const isMet = found.status === status && (reason === undefined || found.reason === reason);
    const seen = { foundStatus: found.status, why: [found.reason, found.message].filter(Boolean).join(': ').slice(0, 160) };
    return { outcome: isMet ? 'met' : 'unmet', code: 'condition.is', values: { ...values, ...seen } };
  },
};

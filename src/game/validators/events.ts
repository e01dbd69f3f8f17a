// The objective type `events`: events with a reason came, or didn't, in the last while.
import type { Event } from '../../apimachinery/objects.ts';
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import type { Validator } from './validator.ts';

export const events: Validator<ObjectiveParameters['events']> = {
  runs: true,
  watches: ({ object }, namespace) => [
    { apiVersion: 'v1', kind: 'Event', namespace: object ? parseReference(object, namespace)!.namespace || 'default' : namespace },
  ],
  async judge({ object, reason, expect, withinSeconds }, { objects, namespace, now }) {
    const about = object === undefined ? undefined : parseReference(object, namespace)!;
    const all = objects.list({
      apiVersion: 'v1',
      kind: 'Event',
      namespace: about ? about.namespace || 'default' : namespace,
    }) as readonly Event[];
    const recent = all.filter(
      (event) =>
        event.reason === reason &&
        (!about || (event.involvedObject.kind === about.kind && event.involvedObject.name === about.name)) &&
        now() - Date.parse(event.lastTimestamp ?? event.eventTime ?? '') <= withinSeconds * 1000,
    );
    const isMet = expect === 'came' ? recent.length > 0 : recent.length === 0;
    const values = {
      reason,
      expect,
      withinSeconds,
      ...(object && { object }),
      ...(recent[0] && { message: (recent[0].message ?? '').slice(0, 120) }),
    };
    return { outcome: isMet ? 'met' : 'unmet', code: recent.length > 0 ? 'events.came' : 'events.none', values };
  },
};

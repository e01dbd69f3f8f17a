// The objective type `logs`: a container's log has, or doesn't have, lines.
import type { ObjectiveParameters } from '../objective-types.ts';
import { podSelections, podsOf } from './pods.ts';
import type { Validator } from './validator.ts';

const tailLines = 500;

export const logs: Validator<ObjectiveParameters['logs']> = {
  runs: true,
  watches: ({ of }, namespace) => podSelections(of, namespace),
  async judge({ of, container, contains = [], lacks = [], withinSeconds }, { api, objects, namespace }) {
    const pods = (podsOf(of, objects, namespace) ?? []).filter(({ metadata }) => !metadata.deletionTimestamp);
    const asked = { of, ...(container && { container }), ...(withinSeconds !== undefined && { withinSeconds }) };
    const values = { ...asked, ...(contains[0] && { contains: contains.join('", "') }), ...(lacks[0] && { lacks: lacks.join('", "') }) };
    if (pods.length === 0) return { outcome: 'unmet', code: 'logs.no-pod', values };
    const since = withinSeconds === undefined ? {} : { sinceSeconds: withinSeconds };
    const texts = await Promise.all(
      pods.map(({ metadata }) =>
        api
          .logs({ namespace: metadata.namespace!, pod: metadata.name, ...(container && { container }), tailLines, ...since })
          .catch((error: Error) => error),
      ),
    );
    const failed = texts.find((text): text is Error => text instanceof Error);
    if (failed) return { outcome: 'unmet', code: 'logs.unreadable', values: { ...values, why: failed.message.slice(0, 160) } };
    const all = (texts as string[]).join('');
    const missing = contains.find((piece) => !all.includes(piece));
    if (missing)
      return { outcome: 'unmet', code: 'logs.missing', values: { ...values, missing, last: all.trim().split('\n').at(-1)!.slice(0, 120) } };
    const unwanted = lacks.find((piece) => all.includes(piece));
    if (unwanted) return { outcome: 'unmet', code: 'logs.unwanted', values: { ...values, unwanted } };
    return { outcome: 'met', code: 'logs.good', values };
  },
};

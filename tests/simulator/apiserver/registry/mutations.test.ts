// Objects with one or two fields spoiled, as Kubernetes 1.34.4's own strategies (defaults, PrepareForCreate, Validate, WarningsOnCreate) judged them.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { findKind } from '../../../../src/apimachinery/kinds.ts';
import { createLab } from '../lab.ts';

interface Judged {
  readonly object: { apiVersion: string; kind: string };
  /** What is wrong, in order, each once: `field: message`. */
  readonly causes?: readonly string[];
  /** What a sound object is warned of. */
  readonly warnings?: readonly string[];
}

const file = 'tests/recordings/kubernetes-1.34/mutated-objects.jsonl.gz';
const judged = gunzipSync(readFileSync(file))
  .toString()
  .split('\n')
  .map((line) => JSON.parse(line) as Judged);
const uid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const { server } = createLab();

function answerTo(object: Judged['object']): Required<Omit<Judged, 'object'>> {
  const { group, version, namespaced, resource } = findKind(object.apiVersion, object.kind)!;
  const answer = server.handle({
    method: 'POST',
    path: `${group ? `/apis/${group}/${version}` : '/api/v1'}${namespaced ? '/namespaces/lab' : ''}/${resource}`,
    query: new URLSearchParams({ dryRun: 'All', fieldValidation: 'Ignore' }),
    headers: { authorization: 'Bearer admin', 'content-type': 'application/json', accept: 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(object)),
  });
  if (answer.kind !== 'response') throw new Error('a stream');
  const { details } = JSON.parse(new TextDecoder().decode(answer.body)) as { details?: { causes?: { field: string; message: string }[] } };
  const causes = (details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`.replace(uid, 'UID'));
  const warnings = [answer.headers['warning'] ?? []].flat().map((text) => JSON.parse(text.replace(/^299 - /, '')) as string);
  return { causes: [...new Set(causes)], warnings: [...new Set(warnings)] };
}

const kinds = [...new Set(judged.map(({ object }) => object.kind))].sort();

test.each(kinds)('%s: each spoiled object is judged as by Kubernetes', (kind) => {
  for (const { object, causes = [], warnings } of judged.filter((one) => one.object.kind === kind)) {
    const answer = answerTo(object);
    expect(answer.causes, JSON.stringify(object)).toEqual(causes);
    if (warnings) expect(answer.warnings, JSON.stringify(object)).toEqual(warnings);
  }
});

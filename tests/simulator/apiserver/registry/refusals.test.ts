// Manifests that a real 1.34.4 refused, and its words: from the recorded scenarios.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findKind } from '../../../../src/apimachinery/kinds.ts';
import { parseYaml } from '../../../../src/apimachinery/manifest.ts';
import { ApiServer } from '../../../../src/simulator/apiserver/api-server.ts';
import { Clock } from '../../../../src/simulator/clock.ts';
import { Random } from '../../../../src/simulator/random.ts';

interface Refusal {
  readonly title: string;
  readonly manifest: string;
  readonly words: string;
}

const folder = 'tests/recordings/scenarios';

/** Commands that create one object from a manifest on their own line, and were answered that it is invalid. */
function refusals(): Refusal[] {
  return readdirSync(folder).flatMap((file) => {
    const lines = readFileSync(`${folder}/${file}`, 'utf8').split('\n');
    return lines.flatMap((line, at) => {
      const manifest = /^\$ kubectl (?:apply|create|replace) (?:--\S+ )*-f - <<< '(\{.*\})'$/.exec(line)?.[1];
      if (!manifest) return [];
      const answer: string[] = [];
      for (let next = at + 1; lines[next]?.startsWith('! '); next++) answer.push(lines[next]!.slice(2));
      if (!/^The \w+ "[^"]*" is invalid:/.test(answer[0] ?? '')) return [];
      return [{ title: `${file}:${at + 1}`, manifest, words: answer.join('\n') }];
    });
  });
}

/** As kubectl prints it. */
function printed(status: { details?: { name?: string; kind?: string; causes?: { field?: string; message?: string }[] } }): string {
  const { name, kind, causes = [] } = status.details ?? {};
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const start = `The ${kind} "${name}" is invalid:`;
  return texts.length === 1 ? `${start} ${texts[0]}` : [start, ...texts.map((text) => `* ${text}`)].join('\n');
}

/** The recordings have runs of spaces widened. */
function spaced(text: string): string {
  return text.replaceAll(/ {2,}/g, ' ');
}

test.each(refusals())('$title is refused as a real server refuses it', ({ manifest, words }) => {
  const server = new ApiServer({ clock: new Clock(Date.parse('2026-11-24T23:00:00Z')), random: new Random(7), adminToken: 'admin' });
  const client = server.client('test');
  client.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' }, spec: {} });
  client.resource('serviceaccounts').create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'lab' } });
  const object = parseYaml(manifest) as { apiVersion: string; kind: string };
  const definition = findKind(object.apiVersion, object.kind)!;
  const prefix = definition.group ? `/apis/${definition.group}/${definition.version}` : '/api/v1';
  const answer = server.handle({
    method: 'POST',
    path: `${prefix}${definition.namespaced ? '/namespaces/lab' : ''}/${definition.resource}`,
    query: new URLSearchParams(),
    headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(object)),
  });
  if (answer.kind !== 'response') throw new Error('a creation was answered by a stream');
  expect(spaced(printed(JSON.parse(new TextDecoder().decode(answer.body))))).toBe(spaced(words));
});

// Manifests that a real 1.34.4 refused, and its words: from the recorded scenarios.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Answer, createLab } from '../lab.ts';

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
function printed(status: Answer['body']): string {
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
  expect(spaced(printed(createLab().create(manifest).body))).toBe(spaced(words));
});

// Rows of `kubectl get`, made of objects of a real cluster, against the rows that the cluster made of them.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiVersionOf, findKind, kinds } from '../../../../src/apimachinery/kinds.ts';
import { strategies } from '../../../../src/simulator/apiserver/registry/strategies.ts';
import { columns } from '../../../../src/simulator/apiserver/table/columns.ts';
import type { KubernetesObject } from '../../../../src/simulator/client.ts';
import { transcript } from './recorded-transcript.ts';

interface Table {
  readonly kind: string;
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: KubernetesObject }[];
}

const recordedColumns = JSON.parse(readFileSync('tests/recordings/kubernetes-1.34/tables.json', 'utf8')) as Record<
  string,
  { columns: { name: string; type: string; format: string; priority: number }[] }
>;

/** Every JSON document of the transcript: bodies, items of lists, objects of watch events. */
function documents(): { url: string; document: Record<string, unknown> }[] {
  return transcript.flatMap(({ reqs }) =>
    reqs.flatMap(({ url, resp }) => {
      if (!resp?.startsWith('{')) return [];
      return resp
        .split('\n')
        .filter(Boolean)
        .flatMap((line) => {
          try {
            const document = JSON.parse(line) as Record<string, unknown>;
            return [{ url, document: (document['object'] as Record<string, unknown> | undefined) ?? document }];
          } catch {
            return [];
          }
        });
    }),
  );
}

const all = documents();

/** Objects by uid and version, with apiVersion and kind also where they came in a list. */
const objects = new Map<string, KubernetesObject>();
for (const { document } of all) {
  const { kind = '', apiVersion = '', items } = document as { kind?: string; apiVersion?: string; items?: KubernetesObject[] };
  if (kind === 'Table' || kind.startsWith('Partial')) continue;
  for (const object of items ?? [document as unknown as KubernetesObject]) {
    const { uid, resourceVersion } = object.metadata ?? {};
    if (uid) objects.set(`${uid} ${resourceVersion}`, { ...object, apiVersion, kind: items ? kind.replace(/List$/, '') : kind });
  }
}

const rows = all
  .filter(({ document }) => document['kind'] === 'Table')
  .flatMap(({ document }) => (document as unknown as Table).rows ?? [])
  .flatMap(({ cells, object }) => {
    const full = objects.get(`${object.metadata.uid} ${object.metadata.resourceVersion}`);
    const definition = full && findKind(full.apiVersion, full.kind);
    const strategy = definition && strategies.get(definition);
    return full && strategy ? [{ kind: full.kind, name: full.metadata.name, full, strategy, cells }] : [];
  });

/** Ages depend on when it was asked. */
function withoutAges(cells: readonly unknown[]): unknown[] {
  return cells.map((cell) => (typeof cell === 'string' ? cell.replace(/\d+[smhd](\d+[smh])?/g, '<age>') : cell));
}

test('columns are those of a real server', () => {
  for (const definition of kinds) {
    const key = `${apiVersionOf(definition)} ${definition.resource}`;
    const wanted = recordedColumns[key === 'autoscaling/v1 horizontalpodautoscalers' ? 'autoscaling/v2 horizontalpodautoscalers' : key];
    if (!wanted) continue;
    expect(
      columns[key]?.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
      key,
    ).toEqual(wanted.columns);
  }
});

test('the transcript holds rows of many kinds', () => {
  expect(new Set(rows.map((row) => row.kind)).size).toBeGreaterThan(10);
});

test.each(rows.map((row, index) => ({ ...row, title: `${index}: ${row.kind} ${row.name}` })))('row $title', ({ full, strategy, cells }) => {
  const made = strategy.cells(full, Date.parse('2026-11-24T23:30:00Z'));
  expect(made).toHaveLength(strategy.columns.length);
  expect(withoutAges(made)).toEqual(withoutAges(cells));
});

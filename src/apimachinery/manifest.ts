// Manifests: YAML or JSON text as kubectl takes it, several documents in one, and back to YAML.

import {
  boolYaml11Tag,
  defineScalarTag,
  dump,
  FAILSAFE_SCHEMA,
  floatCoreTag,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  Schema,
  YAMLException,
} from 'js-yaml';

/** A manifest that can't be read; `line` and `column` count from 1. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(message: string, line?: number, column?: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** What every manifest must have. */
export interface ManifestObject {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; generateName?: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
}

// As sigs.k8s.io/yaml reads it: `y`, `no` and `on` are booleans and 0755 is octal (YAML 1.1), but 1:30 and 2024-01-01 stay text.
const integerTag = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: ['-', '+', ...'0123456789'],
  resolve: (source) => {
    const found = /^([-+]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0o[0-7_]+|[0-9][0-9_]*)$/.exec(source);
    if (!found) return NOT_RESOLVED;
    const digits = found[2]!.replaceAll('_', '');
    const octal = /^0[0-7]+$/.test(digits);
    if (!octal && /^0[0-9]+$/.test(digits)) return NOT_RESOLVED;
    return (found[1] === '-' ? -1 : 1) * (octal ? Number.parseInt(digits, 8) : Number(digits));
  },
  identify: (value) => Number.isInteger(value),
  represent: (value) => String(value),
});
const kubernetesYaml = new Schema([...FAILSAFE_SCHEMA.tags, nullYaml11Tag, boolYaml11Tag, integerTag, floatCoreTag, mergeTag]);

/** One YAML document's value, as Kubernetes reads YAML. Doubled keys pass, the last one counts. Throws ManifestError. */
export function parseYaml(text: string): unknown {
  const documents = parseDocuments(text);
  return documents.length === 0 ? null : documents[0];
}

/** The objects of a manifest, Lists unfolded, empty documents left out. Throws ManifestError. */
export function parseManifest(text: string): ManifestObject[] {
  return parseDocuments(text)
    .filter((document) => document !== null && document !== undefined)
    .flatMap(unfold);
}

function parseDocuments(text: string): unknown[] {
  if (text.trim() === '') return [];
  try {
    return loadAll(text, { schema: kubernetesYaml, json: true, maxAliases: 100 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? error.mark.line + 1 : undefined;
    const column = error.mark ? error.mark.column + 1 : undefined;
    throw new ManifestError(line ? `line ${line}, column ${column}: ${error.reason}` : error.reason, line, column);
  }
}

function unfold(document: unknown): ManifestObject[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new ManifestError('a manifest must be an object');
  const object = document as Record<string, unknown>;
  if (typeof object['apiVersion'] !== 'string' || object['apiVersion'] === '') throw new ManifestError("Object 'apiVersion' is missing");
  if (typeof object['kind'] !== 'string' || object['kind'] === '') throw new ManifestError("Object 'Kind' is missing");
  if (object['kind'].endsWith('List') && Array.isArray(object['items'])) return object['items'].flatMap(unfold);
  object['metadata'] ??= {};
  return [object as ManifestObject];
}

/** An object as kubectl's `-o yaml` shows it: keys sorted, lists not indented. */
export function formatYaml(value: unknown): string {
  return dump(value, { sortKeys: true, noRefs: true, lineWidth: -1, seqNoIndent: true, quoteStyle: 'double', schema: kubernetesYaml });
}

// The descriptions of Kubernetes' types and fields, read from the declarations of the package kubernetes-models, and from
// descriptions-1.34.json where that package follows a later Kubernetes.
import { readdirSync, readFileSync } from 'node:fs';

const roots = ['node_modules/kubernetes-models', 'node_modules/@kubernetes-models/apimachinery'];
const ofServedVersion = JSON.parse(readFileSync('scripts/generate/descriptions-1.34.json', 'utf8')).descriptions;
const comment = String.raw`(?:/\*\*\n((?:\s*\*(?!/).*\n)+)\s*\*/\n\s*)?`;
const declaration = new RegExp(
  `${comment}export (?:interface I\\w+[^{]*|declare type I?\\w+ = |type I?\\w+ = )(?:\\{\\n([\\s\\S]*?)\\n\\}\\n)?`,
);
const property = new RegExp(`^ {4}${comment}"([^"]+)"\\??:`, 'gm');
const alias = /\bI?\w+ as I?(IoK8s\w+)/;

/** By the name that kubernetes-models gives a type (IoK8sApiCoreV1Pod): its description and those of its fields. */
const byName = new Map();
for (const root of roots) {
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts') || file.includes('_schemas') || file.includes('node_modules')) continue;
    const text = readFileSync(`${root}/${file}`, 'utf8');
    const found = declaration.exec(text);
    const name = alias.exec(text)?.[1];
    if (!found || !name) continue;
    const fields = new Map([...(found[2] ?? '').matchAll(property)].map(([, words, field]) => [field, clean(words)]));
    byName.set(name, { description: clean(found[1]), fields });
  }
}

function clean(words) {
  return words
    ?.split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .replaceAll('\\*', '*')
    .replaceAll('*\\/', '*/')
    .trim();
}

const everyKind = {
  apiVersion:
    'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
  kind: 'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
};

/** The description of an OpenAPI schema (io.k8s.api.core.v1.Pod), or of one of its fields. */
export function descriptionOf(schema, field) {
  const exact = ofServedVersion[schema]?.[field ?? ''];
  if (exact) return exact;
  const entry = byName.get(modelName(schema));
  if (field === undefined) return entry?.description;
  return entry?.fields.get(field) ?? everyKind[field];
}

function modelName(schema) {
  return schema
    .split(/[.-]/)
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join('');
}

// Writes src/simulator/apiserver/model/fields.json: what must be known of every field of Kubernetes' Go structs, to decode, check, default
// and patch objects. Of all kinds, served or not: a body of another kind is refused by what it is. From the recorded struct tags (api-fields.json), the recorded OpenAPI documents, and go-types.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { documentOf, recording, schemaName } from './served.mjs';

const facts = recording('api-fields.json');
const goTypes = JSON.parse(readFileSync('scripts/generate/go-types.json', 'utf8')).types;
const files = recording('discovery.json.gz')['openapi-v3-root'].paths;
const apiVersions = Object.keys(facts.kinds);
const documents = apiVersions.map((apiVersion) => files[documentOf(apiVersion)]).filter(Boolean);
const schemas = Object.assign({}, ...documents.map((file) => recording(`openapi-v3/${file}`).components.schemas));

// OpenAPI lists the fields of an inlined struct as its parent's.
const properties = {};
for (const message of Object.keys(facts.messages)) properties[message] = schemas[schemaName(message)]?.properties;
for (let round = 0; round < 2; round++) {
  for (const [message, fields] of Object.entries(facts.messages)) {
    for (const field of fields) if (field.inline && properties[message]) properties[field.kind] ??= properties[message];
  }
}

// Kinds that are no resource's, but come in bodies or go out.
const meta = 'k8s.io.apimachinery.pkg.apis.meta.v1.';
const extra = ['List', 'PartialObjectMetadata', 'PartialObjectMetadataList']
  .map((name) => meta + name)
  .filter((name) => facts.messages[name]);
const kinds = Object.fromEntries(apiVersions.map((apiVersion) => [apiVersion, facts.kinds[apiVersion]]));

const wanted = new Set();
const visit = (message) => {
  if (wanted.has(message) || !facts.messages[message]) return;
  wanted.add(message);
  for (const field of facts.messages[message]) visit(field.kind);
};
for (const group of Object.values(kinds)) Object.values(group).forEach(visit);
extra.forEach(visit);

const marks = { repeated: 'r', map: 'm', pointer: 'p', omitempty: 'o', omitzero: 'z', inline: 'i' };

/** [name, number, type, marks, rest]: short, as there are thousands. */
function row(message, field) {
  const flags = Object.keys(marks)
    .filter((key) => field[key])
    .map((key) => marks[key])
    .join('');
  const property = properties[message]?.[field.json] ?? {};
  const values = property.enum ?? property.items?.enum;
  const rest = {
    ...(field.patchStrategy && { patchStrategy: field.patchStrategy }),
    ...(field.patchMergeKey && { patchMergeKey: field.patchMergeKey }),
    ...(property['x-kubernetes-list-type'] && { listType: property['x-kubernetes-list-type'] }),
    ...(property['x-kubernetes-list-map-keys'] && { listMapKeys: property['x-kubernetes-list-map-keys'] }),
    ...(property['x-kubernetes-map-type'] && { mapType: property['x-kubernetes-map-type'] }),
    ...(isDefault(property.default) && { default: property.default }),
    ...(values && { enum: values }),
    ...(goTypes[message]?.[field.json] && { goType: goTypes[message][field.json] }),
  };
  const cells = [field.inline ? '' : field.json, field.number, field.kind, flags];
  return JSON.stringify(Object.keys(rest).length > 0 ? [...cells, rest] : cells);
}

/** OpenAPI writes a Go zero value as a default too; those say nothing. */
function isDefault(value) {
  return value !== undefined && value !== '' && value !== 0 && value !== false && JSON.stringify(value) !== '{}';
}

const sorted = (names) => [...names].sort();
const messages = sorted(wanted).map((message) => {
  const rows = facts.messages[message].map((field) => row(message, field));
  return `${JSON.stringify(message)}:[${rows.join(',')}]`;
});
const custom = sorted(Object.keys(facts.custom).filter((name) => wanted.has(name))).map(
  (name) => `${JSON.stringify(name)}:${JSON.stringify(facts.custom[name])}`,
);
const atomic = sorted(wanted).filter((message) => schemas[schemaName(message)]?.['x-kubernetes-map-type'] === 'atomic');
const kindLines = apiVersions.map((apiVersion) => `${JSON.stringify(apiVersion)}:${JSON.stringify(kinds[apiVersion])}`);

writeFileSync(
  'src/simulator/apiserver/model/fields.json',
  `{"generated":"by scripts/generate/fields.mjs from recordings of Kubernetes 1.34.4; do not edit",
"kinds":{
${kindLines.join(',\n')}
},
"custom":{
${custom.join(',\n')}
},
"atomic":${JSON.stringify(atomic)},
"messages":{
${messages.join(',\n')}
}}
`,
);

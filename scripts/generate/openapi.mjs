// Writes src/simulator/apiserver/model/openapi.json: the documents of /openapi/v3 for what is served, packed. Structure from the recordings,
// descriptions from kubernetes-models. Documents share their schemas, so these are kept once.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { deflateSync, strToU8 } from 'fflate';
import { descriptionOf } from './descriptions.mjs';
import { apiVersions, documentOf, isServed, isSubresourceServed, recording } from './served.mjs';

const files = recording('discovery.json.gz')['openapi-v3-root'].paths;
const groups = [
  ...new Set(apiVersions.filter((apiVersion) => apiVersion.includes('/')).map((apiVersion) => `apis/${apiVersion.split('/')[0]}`)),
];
const names = Object.keys(files).filter((name) => ['api', 'apis', 'version', ...groups, ...apiVersions.map(documentOf)].includes(name));
const texts = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' };

const schemas = new Map();
const documents = names.map((name) => {
  const { openapi, info, paths, components } = recording(`openapi-v3/${files[name]}`);
  const apiVersion = apiVersions.find((candidate) => documentOf(candidate) === name);
  const served = Object.fromEntries(Object.entries(paths).filter(([path]) => !apiVersion || isPathServed(apiVersion, name, path)));
  const used = reachable(served, apiVersion, components.schemas);
  for (const schema of used) if (!schemas.has(schema)) schemas.set(schema, JSON.stringify(described(schema, components.schemas[schema])));
  const head = `{"openapi":${JSON.stringify(openapi)},"info":${JSON.stringify(info)},"paths":${JSON.stringify(withTexts(served))},"components":{"schemas":{`;
  const security = components.securitySchemes ? `,"securitySchemes":${JSON.stringify(withSecurityText(components.securitySchemes))}` : '';
  return { name, head, used, tail: `}${security}}}` };
});

/** /apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale and the like. */
function isPathServed(apiVersion, document, path) {
  const parts = path
    .slice(document.length + 2)
    .split('/')
    .filter(Boolean);
  if (parts[0] === 'watch') parts.shift();
  if (parts[0] === 'namespaces' && parts[1] === '{namespace}') parts.splice(0, 2);
  const [resource, , subresource] = parts;
  if (!resource) return true;
  return isServed(apiVersion, resource) && (!subresource || isSubresourceServed(apiVersion, resource, subresource));
}

/** The schemas that paths lead to, and those of the group's kinds that bodies name without a path, sorted. */
function reachable(paths, apiVersion, all) {
  const found = new Set();
  const visit = (value) => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const name = typeof value.$ref === 'string' ? value.$ref.split('/').at(-1) : undefined;
      if (name && !found.has(name)) {
        found.add(name);
        visit(all[name]);
      }
      Object.values(value).forEach(visit);
    }
  };
  visit(paths);
  // WatchEvent stands in no path of v3, but in every recorded document.
  for (const name of ['io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent'])
    if (apiVersion && all[name] && !found.has(name)) visit({ $ref: `/${name}` });
  return Object.keys(all).filter((name) => found.has(name));
}

function described(name, schema) {
  const description = descriptionOf(name);
  const properties = Object.entries(schema.properties ?? {}).map(([field, property]) => {
    const words = descriptionOf(name, field);
    return [field, words ? { description: words, ...property } : property];
  });
  return {
    ...(description && { description }),
    ...schema,
    ...(schema.properties && { properties: Object.fromEntries(properties) }),
  };
}

/** OpenAPI wants a description for every answer; the recording left them out. */
function withTexts(paths) {
  for (const path of Object.values(paths)) {
    for (const operation of Object.values(path)) {
      for (const [code, answer] of Object.entries(operation.responses ?? {}))
        operation.responses[code] = { description: texts[code] ?? 'OK', ...answer };
    }
  }
  return paths;
}

function withSecurityText(schemes) {
  return Object.fromEntries(
    Object.entries(schemes).map(([name, scheme]) => [name, { description: 'Bearer Token authentication', ...scheme }]),
  );
}

function hashOf({ head, used, tail }) {
  const body = `${head}${used.map((name) => `${JSON.stringify(name)}:${schemas.get(name)}`).join(',')}${tail}`;
  return createHash('sha512').update(body).digest('hex').toUpperCase();
}

const order = [...schemas.keys()].sort();
const position = new Map(order.map((name, index) => [name, index]));
// Not Node's zlib, whose output differs from machine to machine.
const pack = (text) => Buffer.from(deflateSync(strToU8(text), { level: 9 })).toString('base64');

const hashes = documents.map((document) => `${JSON.stringify(document.name)}:${JSON.stringify(hashOf(document))}`);
const parts = documents.map(({ name, head, used, tail }) => JSON.stringify([name, head, used.map((schema) => position.get(schema)), tail]));
writeFileSync(
  'src/simulator/apiserver/model/openapi.json',
  `{"generated":"by scripts/generate/openapi.mjs from recordings of Kubernetes 1.34.4 and the package kubernetes-models; do not edit",
"hashes":{
${hashes.join(',\n')}
},
"schemas":"${pack(order.map((name) => `${JSON.stringify(name)}:${schemas.get(name)}`).join('\n'))}",
"documents":"${pack(parts.join('\n'))}"
}
`,
);

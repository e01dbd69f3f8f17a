// What the simulated cluster serves, and the recordings that say how a real one serves it.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { apiVersionOf, kinds, reviewKinds } from '../../src/apimachinery/kinds.ts';

const folder = 'tests/recordings/kubernetes-1.34';

/** A recorded JSON document; `.gz` is unpacked. */
export function recording(name) {
  const bytes = readFileSync(`${folder}/${name}`);
  return JSON.parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

export const definitions = [...kinds, ...reviewKinds];

/** 'v1', 'apps/v1', … without doubles. */
export const apiVersions = [...new Set(definitions.map(apiVersionOf))];

export function isServed(apiVersion, resource) {
  return definitions.some((definition) => apiVersionOf(definition) === apiVersion && definition.resource === resource);
}

/** Whether a sub-resource of a served resource is served too. */
export function isSubresourceServed(apiVersion, resource, subresource) {
  return definitions.some(
    (definition) =>
      apiVersionOf(definition) === apiVersion && definition.resource === resource && definition.subresources?.includes(subresource),
  );
}

/** The name of a document of /openapi/v3: 'api/v1', 'apis/apps/v1'. */
export function documentOf(apiVersion) {
  return apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
}

/** How OpenAPI names a protobuf message. */
export function schemaName(message) {
  return message
    .replace(/^k8s\.io\./, 'io.k8s.')
    .replace('apiextensions_apiserver', 'apiextensions-apiserver')
    .replace('kube_aggregator', 'kube-aggregator');
}

// Writes src/simulator/apiserver/model/discovery.json: what discovery says of the served resources, in the words and order of the real server.
import { writeFileSync } from 'node:fs';
import { usualVerbs } from '../../src/apimachinery/kinds.ts';
import { definitions, isServed, isSubresourceServed, recording } from './served.mjs';

const recorded = recording('discovery.json.gz');

const groups = [...recorded['aggregated /api'].items, ...recorded['aggregated /apis'].items].map(({ metadata, versions }) => {
  const name = metadata.name ?? '';
  return {
    name,
    versions: versions.map(({ version, resources }) => versionOf(name, version, resources)).filter(({ resources }) => resources.length > 0),
  };
});

function versionOf(group, version, resources) {
  const apiVersion = group ? `${group}/${version}` : version;
  const legacy = recorded[`legacy ${group ? '/apis' : '/api'}/${apiVersion}`].resources;
  return {
    version,
    resources: resources
      .filter(({ resource }) => isServed(apiVersion, resource))
      .map((resource) => withServedSubresources(apiVersion, resource)),
    legacy: legacy.filter(({ name }) => {
      const [resource, subresource] = name.split('/');
      return subresource ? isSubresourceServed(apiVersion, resource, subresource) : isServed(apiVersion, resource);
    }),
  };
}

function withServedSubresources(apiVersion, resource) {
  const subresources =
    resource.subresources?.filter(({ subresource }) => isSubresourceServed(apiVersion, resource.resource, subresource)) ?? [];
  const { subresources: _, ...rest } = resource;
  return subresources.length > 0 ? { ...rest, subresources } : rest;
}

// What the recorded cluster didn't serve (metrics) is listed as kinds.ts has it, after all others.
for (const definition of definitions) {
  const group = found(groups, 'name', definition.group, { versions: [] });
  const facts = found(group.versions, 'version', definition.version, { resources: [], legacy: [] });
  if (facts.resources.some(({ resource }) => resource === definition.resource)) continue;
  const { kind, resource, singular, namespaced, verbs = usualVerbs, shortNames, categories } = definition;
  const rest = { verbs: [...verbs].sort(), ...(shortNames && { shortNames }), ...(categories && { categories }) };
  const scope = namespaced ? 'Namespaced' : 'Cluster';
  facts.resources.push({ resource, responseKind: { group: '', version: '', kind }, scope, singularResource: singular, ...rest });
  facts.legacy.push({ name: resource, singularName: singular, namespaced, kind, ...rest });
}

function found(list, key, value, rest) {
  const known = list.find((one) => one[key] === value);
  if (!known) list.push({ [key]: value, ...rest });
  return known ?? list.at(-1);
}

const served = groups.filter(({ versions }) => versions.length > 0);
const lines = served.map(({ name, versions }) => {
  const inner = versions.map(({ version, resources, legacy }) => {
    const list = (items) => `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}]`;
    return `{"version":${JSON.stringify(version)},"resources":${list(resources)},\n"legacy":${list(legacy)}}`;
  });
  return `{"name":${JSON.stringify(name)},"versions":[${inner.join(',\n')}]}`;
});
writeFileSync(
  'src/simulator/apiserver/model/discovery.json',
  `{"generated":"by scripts/generate/discovery.mjs from recordings of Kubernetes 1.34.4; do not edit",
"version":${JSON.stringify(recording('version.json'))},
"groups":[
${lines.join(',\n')}
]}
`,
);

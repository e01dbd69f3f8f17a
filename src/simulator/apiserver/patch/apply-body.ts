// The body of an apply patch: YAML, of which JSON is a part.
import { ManifestError, parseYaml } from '../../../apimachinery/manifest.ts';
import { badRequest } from '../../../apimachinery/status-error.ts';
import { isMap } from './field-types.ts';

/** What the body says; an empty one says nothing. Throws the 400 of a body that isn't a map. */
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go (applyPatcher), sigs.k8s.io/yaml
export function parseApplyBody(body: string): unknown {
  const value = parseAny(body);
  if (value === null || value === undefined || isMap(value)) return value ?? {};
  const actual = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const why = `json: cannot unmarshal ${actual} into Go value of type map[string]interface {}`;
  throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
}

function parseAny(body: string): unknown {
  try {
    // Clients send JSON; it is read without the detour.
    return JSON.parse(body);
  } catch {
    return parseAsYaml(body);
  }
}

function parseAsYaml(body: string): unknown {
  try {
    return parseYaml(body);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const why = error.message.replace(/^line \d+, column \d+: /, '');
    throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: line ${error.line ?? 1}: ${libyamlWords[why] ?? why}`);
  }
}

/** js-yaml's words → those of the parser that Kubernetes uses. */
const libyamlWords: Readonly<Record<string, string>> = {
  'unexpected end of the stream within a flow collection': 'did not find expected node content',
};

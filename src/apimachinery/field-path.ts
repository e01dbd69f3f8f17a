// Paths to fields: as validation names them (spec.containers[0].ports[1].name) and as the downward API takes them.

/** A part of a path: a field's name, or an index of a list, or a key of a map. */
export type PathSegment = string | number | { readonly key: string };

/** `spec.template.spec.containers[0].env[2]`, `metadata.labels[app]`. */
export function formatFieldPath(segments: readonly PathSegment[]): string {
  let path = '';
  for (const segment of segments) {
    if (typeof segment === 'string') path += path === '' ? segment : `.${segment}`;
    else path += `[${typeof segment === 'number' ? segment : segment.key}]`;
  }
  return path;
}

/** The path of a field below another; either may be ''. */
export function childPath(parent: string, name: string): string {
  return parent === '' ? name : name === '' ? parent : `${parent}.${name}`;
}

/** The path of a list's element or a map's entry. */
export function elementPath(parent: string, indexOrKey: number | string): string {
  return `${parent}[${indexOrKey}]`;
}

/** `metadata.labels['app']` as path and subscript; without a subscript the path alone. kubernetes: pkg/fieldpath/fieldpath.go */
export function splitSubscript(path: string): { readonly path: string; readonly subscript?: string } {
  const found = /^(.*?)\['(.*)'\]$/s.exec(path);
  return found ? { path: found[1]!, subscript: found[2]! } : { path };
}

/** The value at a dotted path; undefined where there is none. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

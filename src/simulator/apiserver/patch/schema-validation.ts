// Whether an object fits its schema, as server-side apply asks before it merges.
// kubernetes: sigs.k8s.io/structured-merge-diff/typed/validate.go
import { type FieldType, fieldTypeIn, isMap, type JsonMap, type ListType, type ScalarType } from './field-types.ts';
import { goSyntax, goType, goValue } from './go-print.ts';
import { fieldElement, listElement, PathElementError, printElement } from './path-element.ts';

/** What is wrong with the object, in structured-merge-diff's words; undefined when it fits. */
export function schemaFault(value: unknown, type: FieldType): string | undefined {
  const faults = faultsOf(value, type);
  if (faults.length === 0) return undefined;
  return faults.length === 1 ? faults[0] : ['errors:', ...faults.map((fault) => `  ${fault}`)].join('\n');
}

function faultsOf(value: unknown, type: FieldType): string[] {
  if (value === null || value === undefined || type.kind === 'any') return [];
  if (type.kind === 'scalar') return scalarFaults(value, type);
  if (type.kind === 'list') {
    return Array.isArray(value) ? listFaults(value, type) : [`expected list, got &{${goValue(value)}}`];
  }
  return isMap(value) ? mapFaults(value, type) : [`expected map, got &{${goValue(value)}}`];
}

function scalarFaults(value: unknown, type: ScalarType): string[] {
  switch (type.scalar) {
    case 'numeric':
      return typeof value === 'number' ? [] : [`expected numeric (int or float), got ${goType(value)}`];
    case 'string':
      return typeof value === 'string' ? [] : [`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`expected boolean, got &{${goValue(value)}}`];
    case 'untyped':
      return typeof value === 'object' ? [`expected any scalar, got &{${goValue(value)}}`] : [];
  }
}

function mapFaults(value: JsonMap, type: FieldType): string[] {
  const faults: string[] = [];
  for (const key in value) {
    const inside = fieldTypeIn(type, key);
    if (!inside) {
      faults.push(`.${key}: field not declared in schema`);
      // One is reported of each map, as in Kubernetes.
      break;
    }
    faults.push(...behind(fieldElement(key), faultsOf(value[key], inside)));
  }
  return faults;
}

function listFaults(value: readonly unknown[], type: ListType): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    let element = `i:${index}`;
    if (type.relationship !== 'atomic') {
      try {
        element = listElement(type, item);
      } catch (error) {
        if (!(error instanceof PathElementError)) throw error;
        faults.push(`: element ${index}: ${error.message}`);
        return faults;
      }
      if (seen.has(element)) faults.push(`: duplicate entries for key ${printElement(element)}`);
      seen.add(element);
    }
    faults.push(...behind(element, faultsOf(item, type.of)));
  }
  return faults;
}

/** Faults start with their path's next step, or with the sentence itself. */
function behind(element: string, faults: readonly string[]): string[] {
  const step = printElement(element);
  return faults.map((fault) => (/^[.[:]/.test(fault) ? step + fault : `${step}: ${fault}`));
}

// The fields that an object speaks of, and what is left of it without some of them.
// kubernetes: sigs.k8s.io/structured-merge-diff/typed/tofieldset.go, typed/remove.go, fieldpath/set.go
import { emptySet, type FieldSet, FieldSetBuilder, isEmptySet } from './field-set.ts';
import { anyType, type FieldType, fieldTypeIn, isMap, isNamedField, type JsonMap, type ListType } from './field-types.ts';
import { fieldElement, listElement } from './path-element.ts';

/** Every field that the object has a value for: leaves, elements of lists, keys of maps. */
export function fieldsOf(object: unknown, type: FieldType): FieldSet {
  const builder = new FieldSetBuilder();
  collect(object, type, [], builder);
  return builder.build();
}

function collect(value: unknown, type: FieldType, path: string[], builder: FieldSetBuilder): void {
  const isLeafType = type.kind === 'scalar' || (type.kind === 'list' ? type.relationship === 'atomic' : type.kind !== 'any' && type.atomic);
  if (isLeafType || (type.kind === 'any' && !isMap(value) && value !== null)) builder.add(path);
  else if (type.kind === 'list') {
    if (Array.isArray(value)) collectList(value, type, path, builder);
  } else if (isMap(value)) collectMap(value, type, path, builder);
}

function collectMap(value: JsonMap, type: FieldType, path: string[], builder: FieldSetBuilder): void {
  for (const key in value) {
    const inside = value[key];
    path.push(fieldElement(key));
    collect(inside, fieldTypeIn(type, key) ?? anyType, path, builder);
    const isEmpty = inside === null || (isMap(inside) && Object.keys(inside).length === 0);
    if (isEmpty || !isNamedField(type, key)) builder.add(path);
    path.pop();
  }
}

function collectList(value: readonly unknown[], type: ListType, path: string[], builder: FieldSetBuilder): void {
  const elements = value.map((item) => listElement(type, item));
  const twins = new Set(elements.filter((element, index) => elements.indexOf(element) !== index));
  for (const element of twins) builder.add([...path, element]);
  for (const [index, element] of elements.entries()) {
    if (twins.has(element)) continue;
    path.push(element);
    collect(value[index], type.of, path, builder);
    builder.add(path);
    path.pop();
  }
}

/** The object without these fields. An atomic map or list that is reached goes as a whole. */
export function withoutFields(object: unknown, fields: FieldSet, type: FieldType): unknown {
  if (type.kind === 'scalar') return object;
  if (type.kind === 'list' || (type.kind === 'any' && Array.isArray(object))) {
    if (!Array.isArray(object) || object.length === 0 || type.kind === 'any' || type.relationship === 'atomic') return null;
    return listWithout(object, fields, type);
  }
  if (type.kind === 'any' && !isMap(object)) return object;
  if (!isMap(object) || Object.keys(object).length === 0 || (type.kind !== 'any' && type.atomic)) return null;
  return mapWithout(object, fields, type);
}

function mapWithout(object: JsonMap, fields: FieldSet, type: FieldType): JsonMap | null {
  const result: JsonMap = {};
  let empty = true;
  for (const key in object) {
    const node = fields[fieldElement(key)];
    if (node && isOwn(node)) continue;
    empty = false;
    result[key] = node ? withoutFields(object[key], node, fieldTypeIn(type, key) ?? anyType) : object[key];
  }
  return empty ? null : result;
}

function listWithout(object: readonly unknown[], fields: FieldSet, type: ListType): unknown[] | null {
  const result: unknown[] = [];
  for (const item of object) {
    const node = fields[listElement(type, item)];
    if (node && isOwn(node)) continue;
    result.push(node ? withoutFields(item, node, type.of) : item);
  }
  return result.length > 0 ? result : null;
}

function isOwn(node: FieldSet): boolean {
  return node['.'] !== undefined || isEmptySet(node);
}

/**
 * The set with the named fields on the way to its members added: of spec.template.spec, spec and template too, though they are owned by nobody.
 */
export function withNamedFields(set: FieldSet, type: FieldType | undefined): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const element in set) {
    if (element === '.') continue;
    const node = set[element] as FieldSet;
    const name = element.startsWith('f:') ? element.slice(2) : undefined;
    const inside = name === undefined ? (type?.kind === 'list' ? type.of : undefined) : type && fieldTypeIn(type, name);
    const below = withNamedFields(node, inside);
    const isNamed = name !== undefined && type !== undefined && isNamedField(type, name);
    if (isEmptySet(below)) result[element] = emptySet;
    else result[element] = isNamed || isOwn(node) ? { '.': emptySet, ...below } : below;
  }
  return result;
}

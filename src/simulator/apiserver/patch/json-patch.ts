// JSON patch (application/json-patch+json), as the library behind Kubernetes does it.
// kubernetes: vendor/gopkg.in/evanphx/json-patch.v4/patch.go
import { clone } from '../../../apimachinery/clone.ts';
import { StatusError } from '../../../apimachinery/status-error.ts';
import { isMap, type JsonMap } from './field-types.ts';
import { parsePatch, plain, unprocessable, WrittenNumber } from './patch-refusal.ts';

/** The document after the operations of `body`. Throws the StatusError of a body that is no patch or doesn't apply. */
export function applyJsonPatch(document: JsonMap, body: string): unknown {
  const operations = parsePatch(body, 'list', '[]handlers.jsonPatchOp', 'error decoding patch: ') ?? [];
  if (!Array.isArray(operations)) throw unprocessable();
  if (operations.length > operationsMax) throw tooManyOperations(operations.length);
  const target: Target = { root: clone(document), entered: new Set() };
  target.entered.add(target.root);
  for (const operation of operations) apply(target, isMap(operation) ? operation : {});
  return ordered(target.root, target.entered);
}

/** Maps that operations went through come out with their keys in order, as Go prints them; the others stay as they stood. */
function ordered(value: unknown, entered: ReadonlySet<unknown>): unknown {
  if (!isContainer(value) || !entered.has(value)) return value;
  if (Array.isArray(value)) return value.map((item) => ordered(item, entered));
  const result: JsonMap = {};
  for (const key of Object.keys(value).sort()) result[key] = ordered(value[key], entered);
  return result;
}

const operationsMax = 10_000;

function tooManyOperations(count: number): StatusError {
  const message = `The allowed maximum operations in a JSON patch is ${operationsMax}, got ${count}`;
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

/** The document, whose root an operation may replace. */
interface Target {
  root: unknown;
  /** Maps and lists that an operation went through. */
  readonly entered: Set<unknown>;
}

function apply(target: Target, operation: JsonMap): void {
  switch (operation.op) {
    case 'add':
      add(place(target, operation.path), plain(operation.value ?? null));
      break;
    case 'remove':
      remove(place(target, operation.path));
      break;
    case 'replace':
      replace(target, operation);
      break;
    case 'move':
      move(target, operation);
      break;
    case 'copy':
      add(place(target, operation.path), clone(get(place(target, operation.from)) ?? null));
      break;
    case 'test':
      test(target, operation);
      break;
    default:
      throw unprocessable();
  }
}

function move(target: Target, operation: JsonMap): void {
  const from = place(target, operation.from);
  const value = get(from);
  remove(from);
  add(place(target, operation.path), value ?? null);
}

/** A key in a map or an index in a list. */
interface Place {
  readonly container: JsonMap | unknown[];
  readonly key: string;
}

function place(target: Target, path: unknown): Place {
  if (typeof path !== 'string') throw unprocessable();
  const steps = path.split('/');
  if (steps.length < 2) throw unprocessable();
  let container = target.root;
  for (const step of steps.slice(1, -1)) {
    container = isContainer(container) ? get({ container, key: unescaped(step) }) : undefined;
    target.entered.add(container);
  }
  if (!isContainer(container)) throw unprocessable();
  return { container, key: unescaped(steps.at(-1) as string) };
}

function isContainer(value: unknown): value is JsonMap | unknown[] {
  return typeof value === 'object' && value !== null;
}

function unescaped(step: string): string {
  return step.replace(/~1|~0/g, (escaped) => (escaped === '~1' ? '/' : '~'));
}

/** An index as Go's Atoi reads it; those below zero count from the end. */
function indexIn(list: readonly unknown[], key: string, length: number): number {
  if (!/^[+-]?\d+$/.test(key)) throw unprocessable();
  const index = Number(key);
  if (index >= length || index < -length) throw unprocessable();
  return index < 0 ? index + Math.max(length, list.length) : index;
}

function get({ container, key }: Place): unknown {
  return Array.isArray(container) ? container[indexIn(container, key, container.length)] : container[key];
}

function add({ container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) container[key] = value;
  else if (key === '-') container.push(value);
  else container.splice(indexIn(container, key, container.length + 1), 0, value);
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) container.splice(indexIn(container, key, container.length), 1);
  else if (key in container) delete container[key];
  else throw unprocessable();
}

function replace(target: Target, operation: JsonMap): void {
  const value = plain(operation.value ?? null);
  if (operation.path === '') {
    if (!isContainer(value)) throw unprocessable();
    target.root = value;
    return;
  }
  const { container, key } = place(target, operation.path);
  // Replacing a key that a map doesn't have adds it; an index must be there.
  if (Array.isArray(container)) container[indexIn(container, key, container.length)] = value;
  else container[key] = value;
}

function test(target: Target, operation: JsonMap): void {
  if (operation.path === '') {
    if (!isSame(target.root, operation.value)) throw unprocessable();
    return;
  }
  const actual = get(place(target, operation.path));
  if (!isSame(actual ?? null, operation.value ?? null)) throw unprocessable();
}

/** Equal as JSON; scalars as they are written, so that 0.0 isn't 0. */
function isSame(actual: unknown, wanted: unknown): boolean {
  if (wanted instanceof WrittenNumber) return typeof actual === 'number' && String(actual) === wanted.source;
  if (Array.isArray(actual)) {
    return Array.isArray(wanted) && actual.length === wanted.length && actual.every((item, index) => isSame(item, wanted[index]));
  }
  if (!isMap(actual)) return actual === wanted;
  if (!isMap(wanted) || Object.keys(actual).length !== Object.keys(wanted).length) return false;
  return Object.keys(actual).every((key) => key in wanted && isSame(actual[key], wanted[key]));
}

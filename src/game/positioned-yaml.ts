// YAML of levels: read with bounds, and with the place of each value, so that every fault can name its line.
import { constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents, YAMLException } from 'js-yaml';

/** Line and column, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface PositionedYaml {
  readonly value: unknown;
  /** Where the value at a path stands; the nearest one around it if there is none. */
  positionOf(path: readonly PropertyKey[]): Position;
}

/** YAML that can't be read. */
export class YamlError extends Error {
  readonly position: Position;

  constructor(message: string, position: Position) {
    super(message);
    this.name = 'YamlError';
    this.position = position;
  }
}

const depthMax = 50;
const aliasesMax = 50;

/** Reads one document. Throws YamlError: syntax, nesting deeper than 50, more than 50 aliases, several documents. */
export function readYaml(text: string): PositionedYaml {
  const at = positions(text);
  try {
    const events = parseEvents(text, { maxDepth: depthMax });
    const documents = constructFromEvents(events, { source: text, maxAliases: aliasesMax });
    if (documents.length > 1) throw new YamlError('holds more than one document', at(Math.max(0, text.lastIndexOf('\n---') + 1)));
    const offsets = offsetsByPath(events, text);
    return { value: documents[0] ?? null, positionOf: (path) => at(nearest(offsets, path)) };
  } catch (error) {
    if (error instanceof YAMLException) {
      throw new YamlError(error.reason, error.mark ? { line: error.mark.line + 1, column: error.mark.column + 1 } : { line: 1, column: 1 });
    }
    throw error;
  }
}

/** Turns an offset in a text into line and column. */
export function positions(text: string): (offset: number) => Position {
  return (offset) => {
    const before = text.slice(0, offset);
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  };
}

const keyOf = (path: readonly PropertyKey[]) => JSON.stringify(path.map(String));

function nearest(offsets: ReadonlyMap<string, number>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsets.get(keyOf(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return 0;
}

interface Frame {
  readonly path: readonly string[];
  readonly isMapping: boolean;
  /** Mapping: the key that was read, whose value comes next. */
  key: string | undefined;
  keyOffset: number;
  index: number;
}

/** Walks the events as the constructor does. A mapping's value stands where its key does. */
function offsetsByPath(events: readonly Event[], source: string): Map<string, number> {
  const offsets = new Map<string, number>([[keyOf([]), 0]]);
  const stack: (Frame | undefined)[] = [];
  for (const event of events) {
    const frame = stack.at(-1);
    if (event.type === EVENT_ID.POP) {
      stack.pop();
      continue;
    }
    if (event.type === EVENT_ID.DOCUMENT) {
      stack.push(undefined);
      continue;
    }
    const offset = event.type === EVENT_ID.SCALAR ? event.valueStart : event.type === EVENT_ID.ALIAS ? event.anchorStart : event.start;
    if (frame?.isMapping && frame.key === undefined) {
      frame.key = event.type === EVENT_ID.SCALAR ? getScalarValue(source, event) : '';
      frame.keyOffset = offset;
      if (event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS) continue;
    }
    const path = frame ? [...frame.path, frame.isMapping ? frame.key! : String(frame.index++)] : [];
    offsets.set(keyOf(path), frame?.isMapping ? frame.keyOffset : Math.max(0, offset));
    if (frame?.isMapping) frame.key = undefined;
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      stack.push({ path, isMapping: event.type === EVENT_ID.MAPPING, key: undefined, keyOffset: 0, index: 0 });
    }
  }
  return offsets;
}

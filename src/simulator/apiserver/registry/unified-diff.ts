// What differs between two texts, line by line, as Kubernetes prints it in a refused update.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/diff/diff.go, which uses Python's difflib algorithm in its Go form.

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

interface Change {
  readonly isEqual: boolean;
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly toStart: number;
  readonly toEnd: number;
}

const contextLines = 3;

/** Hunks with three lines of context, without file names. */
export function unifiedDiff(from: string, to: string): string {
  const a = from.split('\n');
  const b = to.split('\n');
  let text = '';
  for (const group of grouped(changes(a, b))) {
    const first = group[0]!;
    const last = group.at(-1)!;
    text += `@@ -${range(first.fromStart, last.fromEnd)} +${range(first.toStart, last.toEnd)} @@\n`;
    for (const change of group) {
      if (change.isEqual) {
        for (const line of a.slice(change.fromStart, change.fromEnd)) text += ` ${line}\n`;
        continue;
      }
      for (const line of a.slice(change.fromStart, change.fromEnd)) text += `-${line}\n`;
      for (const line of b.slice(change.toStart, change.toEnd)) text += `+${line}\n`;
    }
  }
  return text;
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

function changes(a: readonly string[], b: readonly string[]): Change[] {
  const result: Change[] = [];
  let i = 0;
  let j = 0;
  for (const block of [...matchingBlocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < block.a || j < block.b) result.push({ isEqual: false, fromStart: i, fromEnd: block.a, toStart: j, toEnd: block.b });
    i = block.a + block.size;
    j = block.b + block.size;
    if (block.size > 0) result.push({ isEqual: true, fromStart: block.a, fromEnd: i, toStart: block.b, toEnd: j });
  }
  return result;
}

/** Where each line of `b` stands. Lines that are everywhere in a long text aren't looked at: they would match anything. */
function lineIndex(b: readonly string[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  b.forEach((line, at) => {
    const places = index.get(line);
    if (places) places.push(at);
    else index.set(line, [at]);
  });
  if (b.length >= 200) {
    const most = Math.floor(b.length / 100) + 1;
    for (const [line, places] of index) if (places.length > most) index.delete(line);
  }
  return index;
}

function matchingBlocks(a: readonly string[], b: readonly string[]): Block[] {
  const index = lineIndex(b);
  const blocks: Block[] = [];
  const pending: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let part = pending.pop(); part; part = pending.pop()) {
    const [aLow, aHigh, bLow, bHigh] = part;
    const match = longestMatch(a, b, index, part);
    if (match.size === 0) continue;
    blocks.push(match);
    pending.push([aLow, match.a, bLow, match.b], [match.a + match.size, aHigh, match.b + match.size, bHigh]);
  }
  blocks.sort((one, other) => one.a - other.a || one.b - other.b);
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last && last.a + last.size === block.a && last.b + last.size === block.b) {
      joined[joined.length - 1] = { ...last, size: last.size + block.size };
    } else joined.push(block);
  }
  return joined;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  index: ReadonlyMap<string, readonly number[]>,
  [aLow, aHigh, bLow, bHigh]: readonly [number, number, number, number],
): Block {
  let best = { a: aLow, b: bLow, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aLow; i < aHigh; i++) {
    const next = new Map<number, number>();
    for (const j of index.get(a[i]!) ?? []) {
      if (j < bLow) continue;
      if (j >= bHigh) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  let { a: start, b: other, size } = best;
  while (start > aLow && other > bLow && a[start - 1] === b[other - 1]) {
    start--;
    other--;
    size++;
  }
  while (start + size < aHigh && other + size < bHigh && a[start + size] === b[other + size]) size++;
  return { a: start, b: other, size };
}

function grouped(all: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  let group: Change[] = [];
  all.forEach((change, at) => {
    if (!change.isEqual) {
      group.push(change);
      return;
    }
    const length = change.fromEnd - change.fromStart;
    const isFirst = at === 0;
    const isLast = at === all.length - 1;
    if (!isFirst && (isLast || length > 2 * contextLines)) {
      group.push(head(change));
      groups.push(group);
      group = [];
    }
    if (!isLast && (isFirst || length > 2 * contextLines)) group.push(tail(change));
    else if (!isFirst && !isLast) group.push(change);
  });
  if (group.some((change) => !change.isEqual)) groups.push(group);
  return groups;
}

function head(change: Change): Change {
  const length = Math.min(contextLines, change.fromEnd - change.fromStart);
  return { ...change, fromEnd: change.fromStart + length, toEnd: change.toStart + length };
}

function tail(change: Change): Change {
  const length = Math.min(contextLines, change.fromEnd - change.fromStart);
  return { ...change, fromStart: change.fromEnd - length, toStart: change.toEnd - length };
}

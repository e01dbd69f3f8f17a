// How two lists of lines differ, as diff shows it.

/** Lines only in the one with a minus, only in the other with a plus, with those beside them; empty when they are equal. */
export function lineDifference(recorded: readonly string[], here: readonly string[], shownMax = 16): string[] {
  const marked = aligned(recorded, here);
  const near = (index: number) =>
    [index - 1, index, index + 1].some((place) => marked[place] !== undefined && !marked[place].startsWith(' '));
  return marked.filter((_, index) => near(index)).slice(0, shownMax);
}

function aligned(left: readonly string[], right: readonly string[]): string[] {
  const lengths = commonLengths(left, right);
  const result: string[] = [];
  let one = 0;
  let other = 0;
  while (one < left.length || other < right.length) {
    const down = lengths[one + 1]?.[other] ?? -1;
    const across = lengths[one]?.[other + 1] ?? -1;
    if (one < left.length && left[one] === right[other]) {
      result.push(` ${left[one++]}`);
      other++;
    } else if (one < left.length && (other >= right.length || down >= across)) result.push(`-${left[one++]}`);
    else result.push(`+${right[other++]}`);
  }
  return result;
}

/** For each pair of places, how long the longest common rest is. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let one = left.length - 1; one >= 0; one--) {
    for (let other = right.length - 1; other >= 0; other--) {
      const row = lengths[one] as number[];
      const below = lengths[one + 1] as number[];
      row[other] =
        left[one] === right[other] ? (below[other + 1] as number) + 1 : Math.max(below[other] as number, row[other + 1] as number);
    }
  }
  return lengths;
}

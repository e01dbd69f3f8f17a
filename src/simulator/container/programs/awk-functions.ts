// awk's own functions on texts, numbers and time.
import type { Process } from '../process.ts';
import { decode } from '../text.ts';
import type { AwkMemory } from './awk-memory.ts';
import { awkFormat, numberOf, textOf, type Value } from './awk-values.ts';
import { formatTime } from './time-format.ts';

/** A function that only looks at its values; undefined when there is none of that name. */
export function pureFunction(process: Process, memory: AwkMemory, name: string, given: readonly Value[]): Value | undefined {
  const text = (index: number): string => textOf(given[index] ?? '');
  const number = (index: number): number => numberOf(given[index] ?? 0);
  switch (name) {
    case 'length':
      return [...(given.length > 0 ? text(0) : memory.wholeRecord())].length;
    case 'substr': {
      const characters = [...text(0)];
      const start = Math.round(number(1));
      const end = given.length > 2 ? start + Math.round(number(2)) : Number.POSITIVE_INFINITY;
      return characters.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join('');
    }
    case 'index':
      return text(0).indexOf(text(1)) + 1;
    case 'sprintf':
      return decode(awkFormat(text(0), given.slice(1)));
    case 'tolower':
      return text(0).toLowerCase();
    case 'toupper':
      return text(0).toUpperCase();
    case 'int':
      return Math.trunc(number(0));
    case 'sqrt':
    case 'sin':
    case 'cos':
    case 'exp':
    case 'log':
      return Math[name](number(0));
    case 'atan2':
      return Math.atan2(number(0), number(1));
    case 'rand':
      return process.random.next();
    case 'systime':
      return Math.floor(process.clock.now / 1000);
    case 'strftime':
      return formatTime(given.length > 0 ? text(0) : '%a %b %e %H:%M:%S %Z %Y', given.length > 1 ? number(1) * 1000 : process.clock.now);
    case 'fflush':
      return 0;
    default:
      return undefined;
  }
}

// Schedules as CronJobs have them: five fields, names of months and days, steps and ranges, and @hourly and its like, in a time zone.
import type { Offset } from './time-zone.ts';

/** When a schedule is due. */
export interface Schedule {
  /** The first moment after `afterMs` (milliseconds since 1970), or undefined when there is none within five years. */
  next(afterMs: number): number | undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const shortcuts: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const minuteMs = 60_000;
const searchedMs = 5 * 366 * 24 * 60 * minuteMs;

/** One field: which values count, and whether it was `*`. */
interface Field {
  readonly values: ReadonlySet<number>;
  readonly isStar: boolean;
}

/** Undefined when the text is no schedule. `offset` is how far the clocks by which it is read are ahead of UTC. */
export function parseSchedule(text: string, offset: Offset = () => 0): Schedule | undefined {
  const every = /^@every (\d+)(s|m|h)$/.exec(text.trim());
  if (every) {
    const periodMs = Number(every[1]) * { s: 1000, m: minuteMs, h: 60 * minuteMs }[every[2] as 's' | 'm' | 'h'];
    return periodMs > 0 ? { next: (afterMs) => afterMs + periodMs } : undefined;
  }
  const parts = (shortcuts[text.trim()] ?? text.trim()).split(/\s+/);
  if (parts.length !== 5) return undefined;
  const fields = [
    parseField(parts[0]!, 0, 59),
    parseField(parts[1]!, 0, 23),
    parseField(parts[2]!, 1, 31),
    parseField(parts[3]!, 1, 12, months, 1),
    parseField(parts[4]!, 0, 6, days, 0),
  ];
  if (fields.some((field) => !field)) return undefined;
  const [minute, hour, day, month, weekday] = fields as [Field, Field, Field, Field, Field];
  return { next: (afterMs) => search(afterMs, { minute, hour, day, month, weekday }, offset) };
}

function parseField(text: string, low: number, high: number, names: readonly string[] = [], firstName = 0): Field | undefined {
  const values = new Set<number>();
  let isStar = false;
  for (const part of text.toLowerCase().split(',')) {
    const [range, step = '1', ...rest] = part.split('/');
    if (rest.length > 0 || !/^[1-9]\d*$/.test(step)) return undefined;
    const isAll = range === '*' || range === '?';
    isStar ||= isAll && step === '1';
    const [from, to] = isAll ? [low, high] : range!.split('-').map((end) => valueOfName(end, names, firstName));
    const last = to ?? (part.includes('/') ? high : from);
    if (from === undefined || last === undefined || from < low || last > high || from > last) return undefined;
    for (let value = from; value <= last; value += Number(step)) values.add(value);
  }
  return { values, isStar };
}

function valueOfName(text: string, names: readonly string[], firstName: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const index = names.indexOf(text);
  return index < 0 ? undefined : index + firstName;
}

interface Fields {
  readonly minute: Field;
  readonly hour: Field;
  readonly day: Field;
  readonly month: Field;
  readonly weekday: Field;
}

function search(afterMs: number, fields: Fields, offset: Offset): number | undefined {
  const limit = afterMs + searchedMs;
  let at = (Math.floor(afterMs / minuteMs) + 1) * minuteMs;
  while (at <= limit) {
    const ahead = offset(at);
    const next = nextCandidate(at + ahead, fields);
    if (next === undefined) return at;
    // The clocks may be changed in between: never go back.
    const guess = next - ahead;
    at = Math.max(at + minuteMs, next - offset(guess));
  }
  return undefined;
}

/** Where to look next on the wall clock; undefined when this minute is one. */
function nextCandidate(wall: number, fields: Fields): number | undefined {
  const date = new Date(wall);
  if (!fields.month.values.has(date.getUTCMonth() + 1)) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  if (!isDay(date, fields)) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
  if (!fields.hour.values.has(date.getUTCHours())) return (Math.floor(wall / (60 * minuteMs)) + 1) * 60 * minuteMs;
  return fields.minute.values.has(date.getUTCMinutes()) ? undefined : wall + minuteMs;
}

/** Day of month and day of week are alternatives, unless one of them is a star. */
function isDay(date: Date, { day, weekday }: { day: Field; weekday: Field }): boolean {
  const isOfMonth = day.values.has(date.getUTCDate());
  const isOfWeek = weekday.values.has(date.getUTCDay());
  return day.isStar || weekday.isStar ? isOfMonth && isOfWeek : isOfMonth || isOfWeek;
}

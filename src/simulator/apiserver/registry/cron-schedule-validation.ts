// What is wrong with a schedule, in the words of the library that Kubernetes reads it with.
// kubernetes: vendor/github.com/robfig/cron/v3/parser.go

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** Undefined when the schedule is sound. */
export function describeScheduleFault(schedule: string): string | undefined {
  const text = schedule.replace(/^(TZ|CRON_TZ)=\S+\s*/, '');
  if (text.startsWith('@')) {
    if (descriptors.includes(text) || /^@every \S+$/.test(text)) return undefined;
    return `unrecognized descriptor: ${text}`;
  }
  const parts = text.split(/\s+/).filter(Boolean);
  if (parts.length !== fields.length) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  for (const [index, part] of parts.entries()) {
    for (const range of part.split(',').filter(Boolean)) {
      const fault = rangeFault(range, fields[index]!);
      if (fault) return fault;
    }
  }
  return undefined;
}

function rangeFault(text: string, bounds: Bounds): string | undefined {
  const [range = '', step, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreEnds] = range.split('-');
  let start = bounds.min;
  let end = bounds.max;
  if (low !== '*' && low !== '?') {
    const first = parseNumber(low, bounds);
    if (typeof first === 'string') return first;
    start = first;
    if (moreEnds.length > 0) return `too many hyphens: ${text}`;
    end = start;
    if (high !== undefined) {
      const last = parseNumber(high, bounds);
      if (typeof last === 'string') return last;
      end = last;
    }
  }
  let size = 1;
  if (moreSteps.length > 0) return `too many slashes: ${text}`;
  if (step !== undefined) {
    const parsed = parseNumber(step, { ...bounds, names: [] });
    if (typeof parsed === 'string') return parsed;
    size = parsed;
    if (high === undefined) end = bounds.max;
  }
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${text}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return size === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

/** The number, or what is wrong with it. */
function parseNumber(text: string, bounds: Bounds): number | string {
  const name = bounds.names.indexOf(text.toLowerCase());
  if (name >= 0) return bounds.min + name;
  if (!/^[+-]?\d+$/.test(text)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  return Number(text) < 0 ? `negative number (${Number(text)}) not allowed: ${text}` : Number(text);
}

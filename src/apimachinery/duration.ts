// Spans of time: as kubectl's AGE columns print them, and as Go writes and reads them.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** 5s, 3m12s, 7h5m, 2d3h: AGE and the like. kubernetes: staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / second);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(ms / minute);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(ms / hour);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 24 * 8) return withRest(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.trunc(days / 365);
  if (hours < 24 * 365 * 8) return withRest(years, 'y', days % 365, 'd');
  return `${years}y`;
}

function withRest(amount: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${amount}${unit}` : `${amount}${unit}${rest}${restUnit}`;
}

/** How long ago a timestamp is, as a Table's cell says it; `<unknown>` without one. kubernetes: apimachinery/pkg/api/meta/table/table.go */
export function ageOf(timestamp: string | undefined, nowMs: number): string {
  return timestamp ? humanDuration(nowMs - Date.parse(timestamp)) : '<unknown>';
}

const goUnits: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: second, m: minute, h: hour };

/** Milliseconds of `1h2m3.5s`, `300ms`, `-5s` or `0`; undefined for anything else. */
export function parseGoDuration(text: string): number | undefined {
  const [, sign, rest] = /^([-+]?)(.*)$/s.exec(text)!;
  if (rest === '0') return 0;
  const parts = rest!.match(/(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)/g);
  if (!parts || parts.join('') !== rest) return undefined;
  const total = parts.reduce((sum, part) => {
    const [, number, unit] = /^([\d.]+)(.*)$/.exec(part)!;
    return sum + Number(number) * goUnits[unit!]!;
  }, 0);
  return sign === '-' ? -total : total;
}

/** As Go prints a time.Duration: 1m30s, 1.5s, 250ms, 0s. */
export function formatGoDuration(ms: number): string {
  const nanoseconds = Math.round(ms * 1e6);
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const size = Math.abs(nanoseconds);
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${size / 1e3}µs`;
  if (size < 1e9) return `${sign}${size / 1e6}ms`;
  const hours = Math.floor(size / 3.6e12);
  const minutes = Math.floor((size % 3.6e12) / 6e10);
  const seconds = (size % 6e10) / 1e9;
  return `${sign}${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}

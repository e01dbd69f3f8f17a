// Dates as strftime writes them, in UTC: containers know no other zone.

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');

const two = (number: number): string => String(number).padStart(2, '0');

/** Writes a time (milliseconds since 1970) in a format. */
export function formatTime(format: string, ms: number): string {
  const date = new Date(ms);
  const fields: Readonly<Record<string, () => string>> = {
    Y: () => String(date.getUTCFullYear()),
    y: () => two(date.getUTCFullYear() % 100),
    C: () => two(Math.floor(date.getUTCFullYear() / 100)),
    m: () => two(date.getUTCMonth() + 1),
    d: () => two(date.getUTCDate()),
    e: () => String(date.getUTCDate()).padStart(2),
    H: () => two(date.getUTCHours()),
    I: () => two(((date.getUTCHours() + 11) % 12) + 1),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    s: () => String(Math.floor(ms / 1000)),
    N: () => `${String(Math.floor(ms) % 1000).padStart(3, '0')}000000`,
    p: () => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
    a: () => days[date.getUTCDay()]!.slice(0, 3),
    A: () => days[date.getUTCDay()]!,
    b: () => months[date.getUTCMonth()]!.slice(0, 3),
    h: () => months[date.getUTCMonth()]!.slice(0, 3),
    B: () => months[date.getUTCMonth()]!,
    j: () => String(Math.floor((ms - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1).padStart(3, '0'),
    u: () => String(date.getUTCDay() || 7),
    w: () => String(date.getUTCDay()),
    Z: () => 'UTC',
    z: () => '+0000',
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
    F: () => formatTime('%Y-%m-%d', ms),
    T: () => formatTime('%H:%M:%S', ms),
    R: () => formatTime('%H:%M', ms),
    D: () => formatTime('%m/%d/%y', ms),
    c: () => formatTime('%a %b %e %H:%M:%S %Y', ms),
    x: () => formatTime('%m/%d/%y', ms),
    X: () => formatTime('%H:%M:%S', ms),
  };
  return format.replace(/%[-_0^]?([A-Za-z%])/g, (whole, letter: string) => {
    const text = fields[letter]?.();
    if (text === undefined) return whole;
    return whole[1] === '-' && whole.length === 3 ? text.replace(/^[0 ](?=.)/, '') : text;
  });
}

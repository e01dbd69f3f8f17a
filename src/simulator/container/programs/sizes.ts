// Sizes and durations in words of the command line.

/** 1536 → 1.5K */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = -1;
  while (value >= 1023.95 && unit < 5) {
    value /= 1024;
    unit++;
  }
  return `${value < 9.95 ? (Math.round(value * 10) / 10).toFixed(1) : Math.round(value)}${'KMGTPE'[unit]}`;
}

/** 10, 4k, 1M, 2b → bytes; undefined when it is no size. */
export function parseSize(word: string): number | undefined {
  const match = /^(\d+)(c|w|b|kB|k|K|KiB|KB|MB|M|MiB|m|GB|G|GiB|g|T)?$/.exec(word);
  if (!match) return undefined;
  const factors: Readonly<Record<string, number>> = {
    c: 1,
    w: 2,
    b: 512,
    kB: 1000,
    KB: 1000,
    MB: 1e6,
    GB: 1e9,
    k: 1024,
    K: 1024,
    KiB: 1024,
  };
  const letter = match[2] ?? 'c';
  const factor = factors[letter] ?? { M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }[letter[0]!.toUpperCase()] ?? 1;
  return Number(match[1]) * factor;
}

/** 5, 0.5, 2m → milliseconds; undefined when it is no duration. */
export function parseDuration(word: string): number | undefined {
  if (word === 'inf' || word === 'infinity') return 2 ** 45;
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(word);
  if (!match) return undefined;
  const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };
  return Number(match[1]) * 1000 * seconds[match[2] || 's']!;
}

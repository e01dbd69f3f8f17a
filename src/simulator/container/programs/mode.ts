// Permission bits in words: drwxr-xr-x, u+x,go-w, 0644.
import type { Inode } from '../inode.ts';

const letters = { directory: 'd', link: 'l', device: 'c', file: '-' } as const;

/** drwxr-xr-x */
export function modeText(inode: Inode): string {
  const { mode } = inode;
  const bits = [6, 3, 0].map((shift) => {
    const three = (mode >> shift) & 7;
    return [three & 4 ? 'r' : '-', three & 2 ? 'w' : '-', three & 1 ? 'x' : '-'];
  });
  const special = (group: number, bit: number, letter: string): void => {
    if (mode & bit) bits[group]![2] = bits[group]![2] === 'x' ? letter : letter.toUpperCase();
  };
  special(0, 0o4000, 's');
  special(1, 0o2000, 's');
  special(2, 0o1000, 't');
  return letters[inode.type] + bits.flat().join('');
}

/** The mode that `chmod WORD` makes of one; undefined when WORD is none. */
export function changedMode(word: string, inode: Inode, umask: number): number | undefined {
  if (/^[0-7]{1,5}$/.test(word)) return Number.parseInt(word, 8) & 0o7777;
  let { mode } = inode;
  for (const clause of word.split(',')) {
    const match = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause);
    if (!match) return undefined;
    for (const [, operator, permissions] of match[2]!.matchAll(/([-+=])([rwxXstugo]*)/g)) {
      mode = applyClause(mode, inode, { who: match[1]!, operator: operator!, permissions: permissions!, umask });
    }
  }
  return mode;
}

function applyClause(mode: number, inode: Inode, clause: { who: string; operator: string; permissions: string; umask: number }): number {
  const { operator, permissions, umask } = clause;
  const who = clause.who === '' || clause.who.includes('a') ? 'ugo' : clause.who;
  let bits = 0;
  let mask = 0;
  for (const [letter, shift] of [
    ['u', 6],
    ['g', 3],
    ['o', 0],
  ] as const) {
    if (!who.includes(letter)) continue;
    mask |= 7 << shift;
    bits |= threeBits(mode, inode, permissions) << shift;
  }
  if (clause.who === '') bits &= ~umask;
  if (permissions.includes('s')) bits |= (who.includes('u') ? 0o4000 : 0) | (who.includes('g') ? 0o2000 : 0);
  if (permissions.includes('t')) bits |= 0o1000;
  if (operator === '+') return mode | bits;
  return operator === '-' ? mode & ~bits : (mode & ~mask) | bits;
}

function threeBits(mode: number, inode: Inode, permissions: string): number {
  let bits = 0;
  if (permissions.includes('r')) bits |= 4;
  if (permissions.includes('w')) bits |= 2;
  if (permissions.includes('x') || (permissions.includes('X') && (inode.type === 'directory' || mode & 0o111))) bits |= 1;
  if (permissions.includes('u')) bits |= (mode >> 6) & 7;
  if (permissions.includes('g')) bits |= (mode >> 3) & 7;
  if (permissions.includes('o')) bits |= mode & 7;
  return bits;
}

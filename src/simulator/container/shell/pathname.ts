// Pathname expansion: the files that a pattern matches.

import { mayAccess } from '../filesystem.ts';
import { namesIn } from '../inode.ts';
import type { Process } from '../process.ts';
import { isPattern, patternRegExp, unquotePattern } from './pattern.ts';

/** The paths that match, sorted; none when nothing does. */
export function matchingPaths(process: Process, pattern: string): string[] {
  let paths = [pattern.startsWith('/') ? '/' : ''];
  const segments = pattern.split('/').filter((segment) => segment !== '');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    paths = paths.flatMap((path) => step(process, path, segment, isLast));
  }
  return pattern.endsWith('/') ? paths.map((path) => `${path}/`) : paths;
}

function step(process: Process, path: string, segment: string, isLast: boolean): string[] {
  const { files } = process.kernel;
  const join = (name: string): string => (path === '' || path.endsWith('/') ? `${path}${name}` : `${path}/${name}`);
  if (!isPattern(segment)) {
    const next = join(unquotePattern(segment));
    return files.lookUp(process, next, 'keep') ? [next] : [];
  }
  const directory = files.lookUp(process, path || '.');
  if (directory?.type !== 'directory' || !mayAccess(process.credentials, directory, 'read')) return [];
  const expression = patternRegExp(segment);
  const names = namesIn(directory).filter((name) => expression.test(name) && (segment.startsWith('.') || !name.startsWith('.')));
  if (isLast) return names.map(join);
  return names.map(join).filter((next) => files.lookUp(process, next)?.type === 'directory');
}

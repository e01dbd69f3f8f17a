// What a request's path leads to under a folder: the part that servers of files share.
import { Errno } from '../../errno.ts';
import type { Process } from '../../process.ts';

/** What a path leads to. */
type Found =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly path: string; readonly modifiedMs: number }
  | { readonly kind: 'folder'; readonly names: readonly string[] }
  | { readonly kind: 'missing' | 'denied' };

/** What a request's path leads to under a folder; a folder's own index.html stands for it. */
export function findServed(process: Process, root: string, target: string): Found {
  let path = target.replace(/[?#].*/, '');
  try {
    path = decodeURIComponent(path);
  } catch {
    // As it is, then: a server looks for just that name.
  }
  if (path.split('/').includes('..')) return { kind: 'missing' };
  const file = `${root.replace(/\/$/, '')}${path}`;
  try {
    const inode = process.kernel.files.stat(process, file.replace(/(.)\/+$/, '$1') || '/');
    if (inode.type !== 'directory') return { kind: 'file', bytes: process.readFile(file), path: file, modifiedMs: inode.modifiedMs };
    const index = `${file.replace(/\/$/, '')}/index.html`;
    const page = process.kernel.files.lookUp(process, index);
    if (page?.type === 'file') return { kind: 'file', bytes: process.readFile(index), path: index, modifiedMs: page.modifiedMs };
    return { kind: 'folder', names: process.kernel.files.readDirectory(process, file) };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return { kind: error.code === 'EACCES' ? 'denied' : 'missing' };
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
};

/** The content type that a file's name stands for. */
export function typeOf(path: string): string {
  return contentTypes[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

/** A path as the process means it. */
export function absolutePath(process: Process, path: string): string {
  return path.startsWith('/') ? path : `${process.workingDirectory.replace(/\/$/, '')}/${path}`.replace(/\/\.$/, '') || '/';
}

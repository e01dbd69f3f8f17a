// < > >> <<EOF 2>&1: what is meant, worked out in the shell, then done to a process's descriptors.
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { forAppending, forReading, forWriting, type OpenFlags } from '../filesystem.ts';
import { type OpenFile, openBytes, release, retain } from '../open-file.ts';
import type { Process } from '../process.ts';
import { encode } from '../text.ts';
import { expandText, expandWord } from './expansion.ts';
import type { Shell } from './shell.ts';
import type { Redirection } from './syntax.ts';

/** A redirection with its words expanded. */
export type Target =
  | { readonly kind: 'open'; readonly descriptors: readonly number[]; readonly path: string; readonly flags: OpenFlags }
  | { readonly kind: 'duplicate'; readonly descriptors: readonly number[]; readonly from: number }
  | { readonly kind: 'close'; readonly descriptors: readonly number[] }
  | { readonly kind: 'text'; readonly descriptors: readonly number[]; readonly text: string };

/** What descriptors were before, to be put back. */
export type SavedDescriptors = [descriptor: number, file: OpenFile | undefined][];

export function* expandRedirections(shell: Shell, redirections: readonly Redirection[]): Blocking<Target[]> {
  const targets: Target[] = [];
  for (const redirection of redirections) targets.push(yield* expandRedirection(shell, redirection));
  return targets;
}

/** Does them; a message tells what failed. `saved` takes what was there before. */
export function applyRedirections(
  shell: Shell,
  process: Process,
  targets: readonly Target[],
  saved?: SavedDescriptors,
): string | undefined {
  for (const target of targets) {
    let file: OpenFile | undefined;
    try {
      file = fileFor(process, target);
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      return failure(shell, target, thrown);
    }
    for (const descriptor of target.descriptors) {
      saved?.push([descriptor, retain(process.descriptors[descriptor])]);
      process.setDescriptor(descriptor, file);
    }
  }
  return undefined;
}

export function restoreDescriptors(process: Process, saved: SavedDescriptors): void {
  for (const [descriptor, file] of saved.reverse()) {
    process.setDescriptor(descriptor, file);
    if (file) release(file);
  }
}

function* expandRedirection(shell: Shell, redirection: Redirection): Blocking<Target> {
  const given = redirection.descriptor?.type === 'FileDescriptor' ? redirection.descriptor.value : undefined;
  if (redirection.type === 'HereDoc') {
    const { body, delimiter, operator } = redirection;
    const raw = delimiter?.quoted ? body.text : yield* expandText(shell, body.parts, body.text);
    return { kind: 'text', descriptors: [given ?? 0], text: operator === '<<-' ? raw.replace(/^\t+/gm, '') : raw };
  }
  const { operator } = redirection;
  const descriptor = given ?? (operator.startsWith('<') ? 0 : 1);
  const path = yield* expandWord(shell, redirection.target);
  if (operator === '<<<') return { kind: 'text', descriptors: [descriptor], text: `${path}\n` };
  if (operator === '>&' || operator === '<&') {
    if (path === '-') return { kind: 'close', descriptors: [descriptor] };
    if (/^\d+$/.test(path)) return { kind: 'duplicate', descriptors: [descriptor], from: Number(path) };
    return { kind: 'open', descriptors: [1, 2], path, flags: forWriting };
  }
  if (operator === '&>' || operator === '&>>') {
    return { kind: 'open', descriptors: [1, 2], path, flags: operator === '&>' ? forWriting : forAppending };
  }
  return { kind: 'open', descriptors: [descriptor], path, flags: flagsOf(shell, operator) };
}

function flagsOf(shell: Shell, operator: string): OpenFlags {
  switch (operator) {
    case '<':
      return forReading;
    case '<>':
      return { read: true, write: true, create: true };
    case '>>':
      return forAppending;
    case '>':
      return shell.options.has('C') ? { ...forWriting, exclusive: true } : forWriting;
    default:
      return forWriting;
  }
}

function fileFor(process: Process, target: Target): OpenFile | undefined {
  switch (target.kind) {
    case 'close':
      return undefined;
    case 'text':
      return openBytes(encode(target.text));
    case 'duplicate':
      return process.file(target.from);
    case 'open':
      return process.open(target.path, target.flags);
  }
}

function failure(shell: Shell, target: Target, errno: Errno): string {
  if (target.kind === 'duplicate') return `dup2(${target.from},${target.descriptors[0]}): ${errno.message}`;
  const path = target.kind === 'open' ? target.path : '';
  const isReading = target.kind === 'open' && target.flags.write !== true;
  return isReading ? shell.dialect.cannotOpen(path, errno.code) : shell.dialect.cannotCreate(path, errno.code);
}

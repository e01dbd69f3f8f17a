// How programs word what went wrong: busybox's way where the image has a busybox, else GNU's.
import { Errno } from '../errno.ts';
import type { Process } from '../process.ts';

/** Are this container's tools GNU's? */
export function isGnu(process: Process): boolean {
  return process.kernel.files.lookUp({ ...rootView, credentials: process.credentials }, '/bin/busybox') === undefined;
}

const rootView = { workingDirectory: '/', umask: 0 };

/** The one of two wordings that fits the container. */
export function worded(process: Process, words: { readonly busybox: string; readonly gnu: string }): string {
  return isGnu(process) ? words.gnu : words.busybox;
}

/** What was thrown, if it is a failed call that the program should talk about; everything else is thrown on, a broken pipe too. */
export function failedCall(thrown: unknown): Errno {
  if (thrown instanceof Errno && thrown.code !== 'EPIPE' && thrown.code !== 'EINTR') return thrown;
  throw thrown;
}

/** The program's own name, as it stands before its messages. */
export function programName(argv: readonly string[]): string {
  const name = argv[0] ?? '';
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The last name of a path. */
export function lastName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** `name` in the folder `path`. */
export function joinPath(path: string, name: string): string {
  return path.endsWith('/') ? `${path}${name}` : `${path}/${name}`;
}

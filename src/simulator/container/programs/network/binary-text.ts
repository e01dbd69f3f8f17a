// What is written in a program's own file: its version, as `strings` would find it. So one program speaks for every version that images bring.
import type { Process } from '../../process.ts';
import { whichFile } from '../../program-lookup.ts';
import { decode } from '../../text.ts';

/** The text in the file behind a command name. */
export function binaryText(process: Process, name: string): string {
  const file = name.includes('/') ? name : whichFile(process, name, process.environment.get('PATH') ?? '');
  const inode = file === undefined ? undefined : process.kernel.files.lookUp(process, file);
  return inode?.type === 'file' ? decode(inode.content.all()) : '';
}

/** `BusyBox v1.36.1 (2023-05-18 22:34:17 UTC) multi-call binary.`, as busybox's applets say above their usage. */
export function busyboxBanner(process: Process): string {
  return /BusyBox v[^\0]*/.exec(binaryText(process, '/bin/busybox'))?.[0] ?? 'BusyBox v1.36.1 (2023-05-18 22:34:17 UTC) multi-call binary.';
}

/** [1, 36, 1] of this container's busybox. */
export function busyboxVersion(process: Process): readonly number[] {
  return (/v([\d.]+)/.exec(busyboxBanner(process))?.[1] ?? '1.36.1').split('.').map(Number);
}

// Why a container's first process, or an exec's, could not be started, in runc's words.
import type { Errno } from './errno.ts';

/** A container that could not be started: the kubelet's reason StartError. */
export class StartError extends Error {
  readonly exitCode = 128;
  readonly reason = 'StartError';

  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

/** An exec that could not be started. The kubelet puts "error executing command in container: " in front. */
export class ExecError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExecError';
  }
}

/** `exec: "nginxx": executable file not found in $PATH`, as Go's os/exec says it. runc: libcontainer/standard_init_linux.go */
export function execFailure(command: string, errno: Errno): string {
  const hasSlash = command.includes('/');
  if (errno.code === 'ENOENT')
    return `exec: "${command}": ${hasSlash ? `stat ${command}: no such file or directory` : 'executable file not found in $PATH'}`;
  if (errno.code === 'ENOTDIR') return `exec: "${command}": stat ${command}: not a directory`;
  if (errno.code === 'EISDIR') return `exec: "${command}": is a directory`;
  return `exec: "${command}": ${errno.message.toLowerCase()}`;
}

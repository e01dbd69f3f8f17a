// What a kubelet knows of one container of a pod: its runs, why it waits, its back-off.
import type { Container as ContainerSpec } from '../../apimachinery/objects.ts';
import type { Container } from '../container/container.ts';
import type { Credentials } from '../container/credentials.ts';
import type { FileInode } from '../container/inode.ts';
import type { Image } from '../images/image.ts';
import { Backoff } from './backoff.ts';
import type { ContainerLog } from './container-log.ts';
import { restartBackOff } from './timings.ts';

/** Sidecars are init containers that restart always: they go on beside the rest. */
export type ContainerRole = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** One life of a container, from its creation on. */
export interface Run {
  readonly id: string;
  readonly restartCount: number;
  readonly image: Image;
  /** The image as the pod's spec said it. */
  readonly imageName: string;
  readonly credentials: Credentials;
  readonly log: ContainerLog;
  readonly terminationFile: FileInode;
  readonly container: Container;
  /** Undefined when it could not be started. */
  startedAtMs: number | undefined;
  exit: RunExit | undefined;
  /** Its startup probe, if any, has succeeded. */
  isStarted: boolean;
  /** What its readiness probe said last; true without one. */
  isReady: boolean;
  /** A probe wants it killed: with these words. */
  condemned: { readonly message: string; readonly graceSeconds: number | undefined } | undefined;
}

interface RunExit {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly finishedAtMs: number;
}

export class ContainerRecord {
  readonly name: string;
  readonly role: ContainerRole;
  spec: ContainerSpec;
  /** The last life, which may be over. */
  run: Run | undefined;
  /** The one before. */
  previous: Run | undefined;
  /** Why the last attempt to start it came to nothing: the waiting state that the API shows. */
  failure: { readonly reason: string; readonly message: string } | undefined;
  readonly backoff = new Backoff(restartBackOff);
  /** The kubelet ended the last run in this very sync. */
  isJustKilled = false;

  constructor(spec: ContainerSpec, role: ContainerRole) {
    this.name = spec.name;
    this.spec = spec;
    this.role = role;
  }

  get isRunning(): boolean {
    return this.run?.startedAtMs !== undefined && this.run.exit === undefined;
  }

  /** Running, and past its startup probe. */
  get isStarted(): boolean {
    return this.isRunning && this.run!.isStarted;
  }

  /** As the API shows it: serving, or for an init container done. */
  get isReady(): boolean {
    if (this.role === 'ephemeral') return false;
    if (this.role === 'init') return this.run?.exit?.exitCode === 0;
    return this.isStarted && this.run!.isReady;
  }

  beginRun(run: Run): void {
    if (this.run) this.previous = this.run;
    this.run = run;
  }
}

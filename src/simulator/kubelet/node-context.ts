// What a pod's worker needs of its node.
import type { Client } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { NodeFacts } from '../container/proc-directory.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { Network } from '../network/network.ts';
import type { Random } from '../random.ts';
import type { ImagePuller } from './image-puller.ts';
import type { NodeFiles } from './node-files.ts';
import type { IssueToken } from './volume-payload.ts';

export interface NodeContext {
  readonly name: string;
  readonly ip: string;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: EventRecorder;
  readonly network: Network;
  readonly puller: ImagePuller;
  readonly files: NodeFiles;
  readonly facts: NodeFacts;
  readonly issueToken: IssueToken;
  /** An address for a pod, given back when its sandbox is gone. */
  takeAddress(): string;
  giveAddressBack(ip: string): void;
}

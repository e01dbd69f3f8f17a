// What every controller is given: the clock, the API, the shared caches, and a recorder for its events.
import type { Client } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { Random } from '../random.ts';
import type { Informers } from './informer.ts';

export interface ControllerContext {
  readonly clock: Clock;
  readonly random: Random;
  /** kube-controller-manager's: all its controllers write under that one name. */
  readonly client: Client;
  readonly informers: Informers;
  /** A recorder of the component that `describe` shows as the source of events. */
  recorder(component: string): EventRecorder;
  /** The cluster's CA in PEM, for kube-root-ca.crt. */
  readonly rootCertificate: string;
}

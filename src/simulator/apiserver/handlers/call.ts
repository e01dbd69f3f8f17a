// One request on its way through a handler: who asks for what, and the server's parts that answer.
import type { ResourceDefinition } from '../../../apimachinery/kinds.ts';
import type { Clock } from '../../clock.ts';
import type { KubeletConnection } from '../kubelet-connection.ts';
import type { Shape } from '../representation.ts';
import type { ApiAnswer, ApiRequest, UserInfo } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';
import type { Store } from '../store.ts';

export interface Call {
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly definition: ResourceDefinition;
  readonly user: UserInfo;
  readonly shape: Shape;
  /** Texts of Warning headers; handlers add theirs. */
  readonly warnings: string[];
  readonly store: Store;
  readonly clock: Clock;
  readonly kubelets: KubeletConnection | undefined;
}

export type Handler = (call: Call) => ApiAnswer;

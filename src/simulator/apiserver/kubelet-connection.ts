// How the API server reaches a node's kubelet for logs, exec, attach and port-forward: what kubernetes does over HTTPS to port 10250.
import type { Pod } from '../../apimachinery/objects.ts';
import type { Stream } from './request.ts';

/** What `kubectl logs` asks for. */
export interface LogOptions {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  /** 'All' when not given. */
  readonly stream?: 'All' | 'Stdout' | 'Stderr';
}

/** What exec and attach ask for. */
export interface ExecOptions {
  readonly container: string;
  /** Empty for attach. */
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Ports of one pod. Each connection is a Stream: channel 1 is bytes from the pod, write(0, …) bytes to it, channel 2 an error's text. */
export interface PortForward {
  connect(port: number): Stream;
}

/**
 * The kubelets of all nodes. The pod is the stored one and has a node. Failures that a client sees before any byte are StatusErrors;
 * exec and attach end with a Status object in JSON on channel 3, then end.
 */
export interface KubeletConnection {
  /** Channel 1 carries the log's bytes. Without follow the stream ends by itself. */
  logs(pod: Pod, options: LogOptions): Stream;
  exec(pod: Pod, options: ExecOptions): Stream;
  attach(pod: Pod, options: ExecOptions): Stream;
  portForward(pod: Pod): PortForward;
}

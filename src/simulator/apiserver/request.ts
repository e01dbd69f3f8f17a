// What goes into the API server and what comes out, without sockets: transport/ adapts HTTP to this, the game calls it directly.

/** Who asks, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A request as it came in. Header names are lower case. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query: /api/v1/namespaces/default/pods. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What the client's certificate says: CN and O; and its SHA-256, in hexadecimal. */
  readonly certificate?: { readonly commonName: string; readonly organizations: readonly string[]; readonly digest?: string };
  /** The client asked to switch protocols (exec, attach, port-forward): a successful answer is a stream with `upgrade`. */
  readonly upgrade?: boolean;
}

/** A finished answer. */
export interface ApiResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
}

/**
 * An answer that goes on: a watch or followed log (bytes of channel 1 are the body), or, with `upgrade`, the channels of exec and attach.
 */
export interface ApiStream {
  readonly kind: 'stream';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Set for exec and attach: the client's connection becomes the stream's channels. */
  readonly upgrade?: 'remotecommand';
  readonly stream: Stream;
}

/** A successful answer to pods/portforward: each connection that the client opens becomes a stream of its own. */
export interface ApiPortForward {
  readonly kind: 'portforward';
  /**
   * Opens a connection to a port of the pod. `write(0, …)` sends to it, data of channel 1 comes from it; a failure is a text on channel 2
   * (`…: connect: connection refused`), then the end.
   */
  connect(port: number): Stream;
}

export type ApiAnswer = ApiResponse | ApiStream | ApiPortForward;

/** Channels of exec and attach, as the WebSocket sub-protocol numbers them. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

/**
 * Bytes on numbered channels, both ways, by callbacks. Data and end that come before a listener is set are kept for it.
 * The side that made the stream delivers in order, and only from the simulator's own work, never re-entrantly from `write`.
 */
export interface Stream {
  /** Bytes from the cluster. */
  onData(listener: (channel: number, bytes: Uint8Array) => void): void;
  /** The cluster's side is done. For exec and attach the Status object of channel 3 was delivered as data before. */
  onEnd(listener: () => void): void;
  /** Bytes from the client. */
  write(channel: number, bytes: Uint8Array): void;
  /** The client will write no more on this channel. */
  end(channel: number): void;
  /** The client can't take more now: the producer blocks as a full pipe would make it. */
  pause(): void;
  resume(): void;
  /** The client is gone. */
  hangUp(): void;
}

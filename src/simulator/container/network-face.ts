// What a container asks of its pod's network by itself. Network programs know the whole namespace (network/); this is all that the rest needs.

/** The network namespace that a pod's containers share. */
export interface NetworkNamespace {
  /** The pod's address; empty while it has none. */
  readonly ip: string;
}

// How long things take in the network: the one place for its times (milliseconds).

/** From a policy, or a label that one selects by, to packets being judged by it. Recorded on 1.34: "a policy takes effect after about 0.3 s". */
export const policyDelayMs = 300;

/** From an endpoint slice or service to kube-proxy's rules on the nodes. */
export const proxyDelayMs = 150;

/** From an endpoint slice or service to CoreDNS answering with it: its watches feed it at once. */
export const nameDelayMs = 20;

/** There and back between two pods. */
export const roundTripMs = 0.4;

/** One question to CoreDNS and its answer. */
export const nameQueryMs = 0.6;

/** Linux sends SYN again after 1, 3, 7, 15, 31, 63 s (tcp_syn_retries = 6) and gives up at 127 s nominally; measured: 133.4 s. */
export const synRetransmitsMs: readonly number[] = [1000, 3000, 7000, 15_000, 31_000, 63_000];
export const synGiveUpMs = 133_400;

/** No one has the address: the neighbour doesn't answer three ARP requests. Measured: 3.07 s. */
export const unreachableMs = 3070;

/** What a libc's getaddrinfo waits when no name server answers. Measured with glibc and the `options` kubelet writes: 20.0 s. */
export const nameGiveUpMs = 20_000;

// The order of ports in Endpoints and EndpointSlices: by the hash of how Go prints each, so it looks like chance and is always the same.
import { createHash } from 'node:crypto';
import type { DiscoveryEndpointPort, EndpointPort } from '../../apimachinery/objects.ts';

/** As slices have them. */
// kubernetes: staging/src/k8s.io/endpointslice/util/controller_utils.go portsInOrder
export function inSliceOrder(ports: readonly DiscoveryEndpointPort[]): DiscoveryEndpointPort[] {
  const printed = ({ name, protocol, port, appProtocol }: DiscoveryEndpointPort) =>
    `(v1.EndpointPort){Name:(*string)${name} Protocol:(*v1.Protocol)${protocol} Port:(*int32)${port} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`;
  return byHash(ports, printed);
}

/** As subsets of Endpoints have them. */
// kubernetes: pkg/api/v1/endpoints/util.go portsByHash
export function inSubsetOrder(ports: readonly EndpointPort[]): EndpointPort[] {
  const printed = ({ name, port, protocol, appProtocol }: EndpointPort) =>
    `(v1.EndpointPort){Name:(string)${name ?? ''} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`;
  return byHash(ports, printed);
}

function byHash<P>(ports: readonly P[], printed: (port: P) => string): P[] {
  if (ports.length < 2) return [...ports];
  const hashed = ports.map((port) => ({ port, hash: createHash('md5').update(printed(port)).digest('hex') }));
  return hashed.sort((one, other) => (one.hash < other.hash ? -1 : 1)).map(({ port }) => port);
}

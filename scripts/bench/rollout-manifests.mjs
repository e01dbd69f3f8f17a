// What both simulated clusters are given to roll out: a Deployment of a small web server, and a Service in front that nodes answer for too.

export const nodePort = 31_000;
export const greeting = 'hello\n';

/** The two manifests, for so many replicas. */
export function rolloutManifests(replicas) {
  const labels = { app: 'web' };
  const args = ['-listen=:8080', '-text=hello'];
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'hashicorp/http-echo:1.0', args }] } };
  const metadata = { name: 'web', namespace: 'default' };
  const ports = [{ port: 80, targetPort: 8080, nodePort, protocol: 'TCP' }];
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas, selector: { matchLabels: labels }, template } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'NodePort', selector: labels, ports } },
  ];
}

/** How many endpoints of the Service's slices are ready. */
export function readyEndpoints(slices) {
  return slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready).length;
}

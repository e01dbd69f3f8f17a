// The publisher of the cluster's CA: the ConfigMap kube-root-ca.crt in every namespace, which pods trust the API server by.
// Wakes it: a namespace that came or changed; its ConfigMap changing or going.
import type { ConfigMap } from '../../apimachinery/objects.ts';
import type { ControllerContext } from './context.ts';
import { keepInEveryNamespace } from './namespace-contents.ts';

// kubernetes: pkg/controller/certificates/rootcacertpublisher/publisher.go
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or ' +
  'kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export function startRootCaPublisher(context: ControllerContext): void {
  const wanted = (namespace: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace, annotations: { 'kubernetes.io/description': description } },
    data: { 'ca.crt': context.rootCertificate },
  });
  const isRight = (map: ConfigMap) => map.data?.['ca.crt'] === context.rootCertificate;
  keepInEveryNamespace<ConfigMap>(context, 'configmaps', wanted, isRight);
}

// The objects of the add-on `ingress`: a class, and a controller that runs on the control plane's node, at its ports 80 and 443.
import type { Client, KubernetesObject, New, Resource, ResourceClient } from '../client.ts';
import { ingressControllerName } from './ingress.ts';

const namespace = 'ingress-controller';
const labels = { app: 'ingress-controller' };

const objects: readonly { readonly resource: Resource; readonly object: unknown }[] = [
  { resource: 'namespaces', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } },
  {
    resource: 'serviceaccounts',
    object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ingress-controller', namespace } },
  },
  {
    resource: 'ingressclasses',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'ingress', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: ingressControllerName },
    },
  },
  {
    resource: 'deployments',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ingress-controller', namespace, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        strategy: { type: 'Recreate' },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: 'ingress-controller',
            nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
            tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
            containers: [
              {
                name: 'controller',
                image: 'docker.io/k8squest/ingress-controller:1.0',
                ports: [
                  { name: 'http', containerPort: 80, hostPort: 80 },
                  { name: 'https', containerPort: 443, hostPort: 443 },
                ],
                readinessProbe: { httpGet: { path: '/healthz', port: 10254 }, periodSeconds: 5 },
              },
            ],
          },
        },
      },
    },
  },
  {
    resource: 'services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ingress-controller', namespace },
      spec: {
        selector: labels,
        ports: [
          { name: 'http', port: 80, targetPort: 'http' },
          { name: 'https', port: 443, targetPort: 'https' },
        ],
      },
    },
  },
];

/** Creates the add-on's objects; controllers, scheduler and kubelets do the rest. */
export function installIngress(client: Client): void {
  for (const { resource, object } of objects) {
    (client.resource(resource) as unknown as ResourceClient<KubernetesObject>).create(object as New<KubernetesObject>);
  }
}

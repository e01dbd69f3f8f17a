// What kind adds to kubeadm's cluster: the network (kindnet) and the provisioner of volumes (local-path).
// kubernetes-sigs/kind: pkg/build/nodeimage/const_cni.go, const_storage.go. RBAC objects are left out: their kinds aren't served.
import type { Resource } from '../client.ts';

const kindnetLabels = { app: 'kindnet', 'k8s-app': 'kindnet', tier: 'node' };
const storage = 'local-path-storage';
const storageAccount = 'local-path-provisioner-service-account';
const helperImage = 'docker.io/kindest/local-path-helper:v20241212-8ac705d0';
const fieldRef = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });

const kindnet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'kindnet', namespace: 'kube-system', labels: kindnetLabels },
  spec: {
    selector: { matchLabels: { app: 'kindnet' } },
    template: {
      metadata: { labels: kindnetLabels },
      spec: {
        hostNetwork: true,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [{ operator: 'Exists' }],
        serviceAccountName: 'kindnet',
        containers: [
          {
            name: 'kindnet-cni',
            image: 'docker.io/kindest/kindnetd:v20250512-df8de77b',
            env: [
              { name: 'HOST_IP', ...fieldRef('status.hostIP') },
              { name: 'POD_IP', ...fieldRef('status.podIP') },
              { name: 'POD_SUBNET', value: '10.244.0.0/16' },
              { name: 'CONTROL_PLANE_ENDPOINT', value: 'k8squest-control-plane:6443' },
            ],
            volumeMounts: [
              { name: 'cni-cfg', mountPath: '/etc/cni/net.d' },
              { name: 'xtables-lock', mountPath: '/run/xtables.lock', readOnly: false },
              { name: 'lib-modules', mountPath: '/lib/modules', readOnly: true },
            ],
            resources: { requests: { cpu: '100m', memory: '50Mi' }, limits: { cpu: '100m', memory: '50Mi' } },
            securityContext: { privileged: false, capabilities: { add: ['NET_RAW', 'NET_ADMIN'] } },
          },
        ],
        volumes: [
          { name: 'cni-cfg', hostPath: { path: '/etc/cni/net.d' } },
          { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
          { name: 'lib-modules', hostPath: { path: '/lib/modules' } },
        ],
      },
    },
  },
};

const provisioner = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'local-path-provisioner', namespace: storage },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'local-path-provisioner' } },
    template: {
      metadata: { labels: { app: 'local-path-provisioner' } },
      spec: {
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [
          { key: 'node-role.kubernetes.io/control-plane', operator: 'Equal', effect: 'NoSchedule' },
          { key: 'node-role.kubernetes.io/master', operator: 'Equal', effect: 'NoSchedule' },
        ],
        serviceAccountName: storageAccount,
        containers: [
          {
            name: 'local-path-provisioner',
            image: 'docker.io/kindest/local-path-provisioner:v20250214-acbabc1a',
            imagePullPolicy: 'IfNotPresent',
            command: ['local-path-provisioner', '--debug', 'start', '--helper-image', helperImage, '--config', '/etc/config/config.json'],
            env: [
              { name: 'POD_NAMESPACE', ...fieldRef('metadata.namespace') },
              { name: 'CONFIG_MOUNT_PATH', value: '/etc/config/' },
            ],
            volumeMounts: [{ name: 'config-volume', mountPath: '/etc/config/' }],
          },
        ],
        volumes: [{ name: 'config-volume', configMap: { name: 'local-path-config' } }],
      },
    },
  },
};

const config = { nodePathMap: [{ node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: ['/var/local-path-provisioner'] }] };
const helperPod = [
  'apiVersion: v1',
  'kind: Pod',
  'metadata:',
  '  name: helper-pod',
  'spec:',
  '  containers:',
  '  - name: helper-pod',
  `    image: ${helperImage}`,
  '    imagePullPolicy: IfNotPresent',
].join('\n');

/** In the order in which they are made. */
export const kindObjects: readonly { readonly resource: Resource; readonly object: unknown }[] = [
  {
    resource: 'serviceaccounts',
    object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'kindnet', namespace: 'kube-system' } },
  },
  { resource: 'daemonsets', object: kindnet },
  { resource: 'namespaces', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: storage } } },
  {
    resource: 'serviceaccounts',
    object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: storageAccount, namespace: storage } },
  },
  {
    resource: 'configmaps',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'local-path-config', namespace: storage },
      data: {
        'config.json': JSON.stringify(config, null, 2),
        setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"',
        teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"',
        'helperPod.yaml': helperPod,
      },
    },
  },
  { resource: 'deployments', object: provisioner },
  {
    resource: 'storageclasses',
    object: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'rancher.io/local-path',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  },
];

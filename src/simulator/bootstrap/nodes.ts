// The cluster's nodes: names, addresses, and what each says of itself. Neutral figures, not those of any host.
import type { ContainerImage, Node } from '../../apimachinery/objects.ts';
import { findImage } from '../images/catalogue.ts';
import type { Random } from '../random.ts';

export const controlPlane = 'k8squest-control-plane';

/** 'k8squest-control-plane', 'k8squest-worker', 'k8squest-worker2', …, as kind numbers them. */
export function nodeNames(count: number): string[] {
  return Array.from({ length: Math.max(1, count) }, (_, index) => {
    if (index === 0) return controlPlane;
    return index === 1 ? 'k8squest-worker' : `k8squest-worker${index}`;
  });
}

/** The node's address: kind's docker network begins at 172.18.0.2. */
export function addressOf(index: number): string {
  return `172.18.0.${index + 2}`;
}

const resources = {
  cpu: '2',
  'ephemeral-storage': '104857600Ki',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '8388608Ki',
  pods: '110',
};

const onEveryNode = ['registry.k8s.io/kube-proxy:v1.34.4', 'docker.io/kindest/kindnetd:v20250512-df8de77b', 'registry.k8s.io/pause:3.10.1'];
const onControlPlane = [
  'registry.k8s.io/etcd:3.6.5-0',
  'registry.k8s.io/kube-apiserver:v1.34.4',
  'registry.k8s.io/kube-controller-manager:v1.34.4',
  'registry.k8s.io/kube-scheduler:v1.34.4',
  'registry.k8s.io/coredns/coredns:v1.12.1',
];

/** A node that has joined and is ready. A cluster with one node has no taint, so that something can run on it. */
export function makeNode(name: string, place: { index: number; isAlone: boolean }, now: string, random: Random): Node {
  const { index, isAlone } = place;
  const isControlPlane = index === 0;
  const podCIDR = `10.244.${index}.0/24`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(isControlPlane && {
          'node-role.kubernetes.io/control-plane': '',
          'node.kubernetes.io/exclude-from-external-load-balancers': '',
        }),
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {
      podCIDR,
      podCIDRs: [podCIDR],
      ...(isControlPlane && !isAlone && { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
    },
    status: statusOf(name, index, now, random),
  };
}

function statusOf(name: string, index: number, now: string, random: Random): Node['status'] {
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  });
  const features = { recursiveReadOnlyMounts: true, userNamespaces: true };
  return {
    capacity: { ...resources },
    allocatable: { ...resources },
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    addresses: [
      { type: 'InternalIP', address: addressOf(index) },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: random.hex(32),
      systemUUID: random.uuid(),
      bootID: random.uuid(),
      kernelVersion: '6.12.0',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: 'containerd://2.1.4',
      kubeletVersion: 'v1.34.4',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
    images: (index === 0 ? [...onEveryNode, ...onControlPlane] : onEveryNode).flatMap(imageOf).sort(byExtent),
    runtimeHandlers: [
      { name: '', features },
      { name: 'runc', features: { ...features } },
    ],
    features: { supplementalGroupsPolicy: true },
  };
}

function imageOf(reference: string): ContainerImage[] {
  const image = findImage(reference);
  return image === 'not found' ? [] : [{ names: [image.repositoryDigest, image.reference], sizeBytes: image.sizeBytes }];
}

function byExtent(one: ContainerImage, other: ContainerImage): number {
  return (other.sizeBytes ?? 0) - (one.sizeBytes ?? 0);
}

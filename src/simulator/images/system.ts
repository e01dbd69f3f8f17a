// Images of a kubeadm cluster's own pods, as kind runs them: the control plane, CoreDNS, kube-proxy, the network and storage add-ons.
import { debianLayer, distrolessLayer } from './base-layers.ts';
import { type FileSpec, type ImageSpec, standardPath } from './image.ts';

/** An image with one program and nothing else. */
function single(
  repository: string,
  tags: readonly string[],
  sizeBytes: number,
  path: string,
  program: string,
  options: { entrypoint?: boolean; user?: string } = {},
): ImageSpec {
  return {
    repository,
    versions: [{ tags, version: tags[0] ?? '', sizeBytes }],
    build: () => ({
      config: {
        ...(options.entrypoint === false ? {} : { entrypoint: [path] }),
        environment: { PATH: standardPath },
        ...(options.user !== undefined && { user: options.user }),
      },
      layers: [distrolessLayer, { [path]: { program } satisfies FileSpec }],
    }),
  };
}

const kubernetes = ['v1.34.4'];

export const systemImages: readonly ImageSpec[] = [
  single('registry.k8s.io/pause', ['3.10', '3.10.1', '3.9', '3.8', '3.1', 'latest'], 320_448, '/pause', 'pause', { user: '65535:65535' }),
  single('registry.k8s.io/kube-apiserver', kubernetes, 27_072_000, '/usr/local/bin/kube-apiserver', 'kube-apiserver', {
    entrypoint: false,
  }),
  single(
    'registry.k8s.io/kube-controller-manager',
    kubernetes,
    22_819_000,
    '/usr/local/bin/kube-controller-manager',
    'kube-controller-manager',
    { entrypoint: false },
  ),
  single('registry.k8s.io/kube-scheduler', kubernetes, 17_385_000, '/usr/local/bin/kube-scheduler', 'kube-scheduler', {
    entrypoint: false,
  }),
  single('registry.k8s.io/etcd', ['3.6.5-0', '3.6.4-0'], 74_311_000, '/usr/local/bin/etcd', 'etcd', { entrypoint: false }),
  single('registry.k8s.io/coredns/coredns', ['v1.12.1', 'v1.11.3'], 22_384_000, '/coredns', 'coredns', { user: '65532:65532' }),
  {
    repository: 'registry.k8s.io/kube-proxy',
    versions: [{ tags: kubernetes, version: kubernetes[0]!, sizeBytes: 25_963_000 }],
    build: () => ({
      config: { environment: { PATH: standardPath } },
      layers: [debianLayer, { '/usr/local/bin/kube-proxy': { program: 'kube-proxy' } }],
    }),
  },
  {
    repository: 'docker.io/kindest/kindnetd',
    versions: [
      { tags: ['v20250512-df8de77b', 'v20250214-acbabc1a', 'v20241212-9f82dd49'], version: 'v20250512-df8de77b', sizeBytes: 44_375_000 },
    ],
    build: () => ({
      config: { cmd: ['/bin/kindnetd'], environment: { PATH: standardPath } },
      layers: [debianLayer, { '/usr/bin/kindnetd': { program: 'kindnetd' } }],
    }),
  },
  single(
    'docker.io/kindest/local-path-provisioner',
    ['v20250214-acbabc1a', 'v20240813-c6f155d6'],
    22_541_000,
    '/usr/local/bin/local-path-provisioner',
    'local-path-provisioner',
    { entrypoint: true },
  ),
  single(
    'docker.io/rancher/local-path-provisioner',
    ['v0.0.31', 'v0.0.30'],
    19_541_000,
    '/usr/bin/local-path-provisioner',
    'local-path-provisioner',
    { entrypoint: false },
  ),
  single('docker.io/cloudnativelabs/kube-router', ['v1.3.2'], 44_000_000, '/usr/local/bin/kube-router', 'kube-router'),
];

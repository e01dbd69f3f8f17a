// docker.io/k8squest/ingress-controller: the add-on's own image. It claims to be no particular product.
import { alpineLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const ingressControllerImage: ImageSpec = {
  repository: 'docker.io/k8squest/ingress-controller',
  versions: [{ tags: ['1.0', 'latest'], version: '1.0', sizeBytes: 18_000_000 }],
  build: () => ({
    config: { entrypoint: ['/ingress-controller'], environment: { PATH: standardPath }, exposedPorts: [80, 443] },
    layers: [alpineLayer('3.22.1'), { '/ingress-controller': { program: 'ingress-controller' } }],
  }),
};

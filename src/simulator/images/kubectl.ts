// docker.io/bitnami/kubectl
import { debianLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const kubectlImage: ImageSpec = {
  repository: 'docker.io/bitnami/kubectl',
  versions: [{ tags: ['latest', '1.34', '1.33'], version: '1.34', sizeBytes: 77_000_000 }],
  build: () => ({
    config: { entrypoint: ['kubectl'], cmd: ['--help'], environment: { PATH: standardPath }, user: '1001' },
    layers: [debianLayer, { '/usr/bin/kubectl': { program: 'kubectl' } }],
  }),
};

// docker.io/library/alpine
import { alpineLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const alpine: ImageSpec = {
  repository: 'docker.io/library/alpine',
  versions: [
    { tags: ['latest', '3', '3.22', '3.22.1', '3.22.2', 'edge'], version: '3.22.1', sizeBytes: 3_799_689 },
    { tags: ['3.21', '3.21.0', '3.21.3', '3.21.4'], version: '3.21.4', sizeBytes: 3_645_000 },
    { tags: ['3.20', '3.20.0', '3.20.1', '3.20.2', '3.20.3'], version: '3.20.3', sizeBytes: 3_625_000 },
    { tags: ['3.19', '3.19.0', '3.19.1'], version: '3.19.1', sizeBytes: 3_408_729 },
    { tags: ['3.18', '3.17', '3.16', '3.15', '3.14', '3.13', '3.12'], version: '3.18.6', sizeBytes: 3_402_000 },
  ],
  build: ({ version }) => ({ config: { cmd: ['/bin/sh'], environment: { PATH: standardPath } }, layers: [alpineLayer(version)] }),
};

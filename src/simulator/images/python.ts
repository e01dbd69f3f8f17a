// docker.io/library/python
import { alpineLayer, debianLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const python: ImageSpec = {
  repository: 'docker.io/library/python',
  versions: [
    { tags: ['latest', '3', '3.13', '3.13-slim', '3-slim', 'slim', '3.13-bookworm'], version: '3.13.7', sizeBytes: 46_000_000 },
    { tags: ['3.12', '3.12-slim', '3.12-bookworm'], version: '3.12.11', sizeBytes: 45_500_000 },
    { tags: ['3.11', '3.11-slim', '3.11-bookworm'], version: '3.11.13', sizeBytes: 51_000_000 },
    { tags: ['3.10', '3.10-slim', '3.9', '3.9-slim', '3.8', '3.8-slim'], version: '3.9.23', sizeBytes: 48_000_000 },
    { tags: ['alpine', '3-alpine', '3.13-alpine', '3.12-alpine', '3.11-alpine'], version: '3.13.7-alpine', sizeBytes: 17_000_000 },
  ],
  build: ({ version }) => {
    const number = version.replace('-alpine', '');
    const binary = { content: `\x7fELF\x02\x01\x01\0Python ${number}\0`, mode: 0o755, program: 'python3' };
    return {
      config: {
        cmd: ['python3'],
        environment: { PATH: `/usr/local/bin:${standardPath.replace('/usr/local/bin:', '')}`, LANG: 'C.UTF-8', PYTHON_VERSION: number },
      },
      layers: [
        version.endsWith('alpine') ? alpineLayer('3.22.1') : debianLayer,
        { '/usr/local/bin/python3': binary, '/usr/local/bin/python': binary },
      ],
    };
  },
};

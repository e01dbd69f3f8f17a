// docker.io/library/redis
import { alpineLayer, debianLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const redis: ImageSpec = {
  repository: 'docker.io/library/redis',
  versions: [
    { tags: ['latest', '8', '8.2', '8.2.1', 'bookworm'], version: '8.2.1', sizeBytes: 52_700_000 },
    { tags: ['7', '7.4', '7.4.5', '7-bookworm'], version: '7.4.5', sizeBytes: 45_100_000 },
    { tags: ['7.2', '7.2.4', '7.0', '7.0.15'], version: '7.2.4', sizeBytes: 45_100_000 },
    { tags: ['6', '6.2', '6.2.14', '6.0', '5', '5.0'], version: '6.2.14', sizeBytes: 42_000_000 },
    { tags: ['alpine', '8-alpine', '8.2-alpine'], version: '8.2.1-alpine', sizeBytes: 17_000_000 },
    { tags: ['7-alpine', '7.4-alpine', '7.2-alpine', '7.0-alpine'], version: '7.4.5-alpine', sizeBytes: 16_800_000 },
    { tags: ['6-alpine', '6.2-alpine'], version: '6.2.14-alpine', sizeBytes: 11_300_000 },
  ],
  build: ({ version }) => {
    const number = version.replace('-alpine', '');
    const binary = { content: `\x7fELF\x02\x01\x01\0redis ${number}\0`, mode: 0o755 };
    return {
      config: {
        entrypoint: ['docker-entrypoint.sh'],
        cmd: ['redis-server'],
        environment: { PATH: standardPath, REDIS_VERSION: number },
        workingDirectory: '/data',
        exposedPorts: [6379],
      },
      layers: [
        version.endsWith('alpine') ? alpineLayer('3.22.1') : debianLayer,
        {
          '/usr/local/bin/redis-server': { ...binary, program: 'redis-server' },
          '/usr/local/bin/redis-cli': { ...binary, program: 'redis-cli' },
          '/usr/local/bin/docker-entrypoint.sh': {
            content: `#!/bin/sh\nset -e\nif [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then\n\tset -- redis-server "$@"\nfi\nexec "$@"\n`,
            mode: 0o755,
          },
          '/data': { directory: true, uid: 999, gid: 999 },
        },
      ],
    };
  },
};

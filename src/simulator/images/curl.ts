// docker.io/curlimages/curl
import { alpineLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const curlImage: ImageSpec = {
  repository: 'docker.io/curlimages/curl',
  versions: [
    { tags: ['latest', '8.16.0', '8.15.0', '8.14.1', '8.13.0', '8.12.1', '8.11.1'], version: '8.16.0', sizeBytes: 9_580_000 },
    {
      tags: ['8.10.1', '8.9.1', '8.8.0', '8.7.1', '8.6.0', '8.5.0', '8.4.0', '8.3.0', '8.2.1', '8.1.2', '8.00.1'],
      version: '8.5.0',
      sizeBytes: 8_120_000,
    },
    {
      tags: ['7.88.1', '7.87.0', '7.86.0', '7.85.0', '7.84.0', '7.83.1', '7.82.0', '7.81.0', '7.80.0'],
      version: '7.88.1',
      sizeBytes: 5_340_000,
    },
  ],
  build: ({ version }) => ({
    config: {
      entrypoint: ['/entrypoint.sh'],
      cmd: ['curl'],
      environment: { PATH: standardPath, CURL_CA_BUNDLE: '/cacert.pem' },
      user: 'curl_user',
      workingDirectory: '/home/curl_user',
    },
    layers: [
      alpineLayer('3.22.1'),
      {
        '/usr/bin/curl': { content: `\x7fELF\x02\x01\x01\0curl/${version}\0`, mode: 0o755, program: 'curl' },
        '/entrypoint.sh': {
          content: `#!/bin/sh\nif [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ]; then\n  set -- curl "$@"\nfi\n\nexec "$@"\n`,
          mode: 0o755,
        },
        '/cacert.pem': '',
        '/home/curl_user': { directory: true, uid: 100, gid: 101 },
        '/etc/passwd': `${String(alpineLayer('3.22.1')['/etc/passwd'])}curl_user:x:100:101:Linux User,,,:/home/curl_user:/bin/sh\n`,
        '/etc/group': `${String(alpineLayer('3.22.1')['/etc/group'])}curl_group:x:101:\n`,
      },
    ],
  }),
};

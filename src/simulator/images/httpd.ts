// docker.io/library/httpd: Apache.
import { alpineLayer, debianLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

export const httpd: ImageSpec = {
  repository: 'docker.io/library/httpd',
  versions: [
    { tags: ['latest', '2', '2.4', '2.4.65', 'bookworm'], version: '2.4.65', sizeBytes: 45_400_000 },
    { tags: ['alpine', '2.4-alpine', '2-alpine'], version: '2.4.65-alpine', sizeBytes: 18_500_000 },
  ],
  build: ({ version }) => ({
    config: {
      cmd: ['httpd-foreground'],
      environment: {
        PATH: `/usr/local/apache2/bin:${standardPath}`,
        HTTPD_PREFIX: '/usr/local/apache2',
        HTTPD_VERSION: version.replace('-alpine', ''),
      },
      workingDirectory: '/usr/local/apache2',
      exposedPorts: [80],
      stopSignal: 'SIGWINCH',
    },
    layers: [
      version.endsWith('alpine') ? alpineLayer('3.22.1') : debianLayer,
      {
        '/usr/local/bin/httpd-foreground': {
          content: `\x7fELF Apache/${version.replace('-alpine', '')}`,
          mode: 0o755,
          program: 'apache-httpd',
        },
        '/usr/local/apache2/bin/httpd': {
          content: `\x7fELF Apache/${version.replace('-alpine', '')}`,
          mode: 0o755,
          program: 'apache-httpd',
        },
        '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n',
        '/usr/local/apache2/logs': { directory: true },
        '/usr/local/apache2/conf/httpd.conf': 'ServerRoot "/usr/local/apache2"\nListen 80\nDocumentRoot "/usr/local/apache2/htdocs"\n',
      },
    ],
  }),
};

// Images of servers that levels and scenarios run: httpd, redis, python.
import { alpineLayer, debianLayer } from './base-layers.ts';
import { type ImageSpec, programFiles, standardPath } from './image.ts';

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

export const postgres: ImageSpec = {
  repository: 'docker.io/library/postgres',
  versions: [
    { tags: ['latest', '18', '18.0', '18-alpine', 'alpine'], version: '18.0', sizeBytes: 161_000_000 },
    { tags: ['17', '17.6', '17-alpine'], version: '17.6', sizeBytes: 158_000_000 },
    { tags: ['16', '16.10', '16-alpine'], version: '16.10', sizeBytes: 157_000_000 },
    { tags: ['15', '15.14', '15-alpine'], version: '15.14', sizeBytes: 156_000_000 },
    { tags: ['14', '14.19', '14-alpine'], version: '14.19', sizeBytes: 155_000_000 },
    { tags: ['13', '13.22', '13-alpine', '12', '11'], version: '13.22', sizeBytes: 154_000_000 },
  ],
  build: ({ version }) => {
    const [major = ''] = version.split('.');
    return {
      config: {
        entrypoint: ['docker-entrypoint.sh'],
        cmd: ['postgres'],
        environment: {
          PATH: `${standardPath}:/usr/lib/postgresql/${major}/bin`,
          LANG: 'en_US.utf8',
          PG_MAJOR: major,
          PG_VERSION: `${version}-1.pgdg13+1`,
          PGDATA: Number(major) >= 18 ? `/var/lib/postgresql/${major}/docker` : '/var/lib/postgresql/data',
        },
        exposedPorts: [5432],
        stopSignal: 'SIGINT',
      },
      layers: [
        debianLayer,
        {
          '/usr/local/bin/docker-entrypoint.sh': {
            content: '#!/usr/bin/env bash\n# Initializes the database, then runs the command.\nexec "$@"\n',
            mode: 0o755,
            program: 'postgres-entrypoint',
          },
          [`/usr/lib/postgresql/${major}/bin/postgres`]: { program: 'postgres-entrypoint' },
          '/usr/bin/psql': { program: 'psql' },
          '/usr/bin/pg_isready': { program: 'pg_isready' },
          '/var/lib/postgresql/data': { directory: true, mode: 0o1777, uid: 999, gid: 999 },
          '/var/run/postgresql': { directory: true, mode: 0o3777, uid: 999, gid: 999 },
          '/docker-entrypoint-initdb.d': { directory: true },
          '/etc/passwd': `${String(debianLayer['/etc/passwd'])}postgres:x:999:999::/var/lib/postgresql:/bin/bash\n`,
          '/etc/group': `${String(debianLayer['/etc/group'])}postgres:x:999:\n`,
        },
      ],
    };
  },
};

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

export const agnhost: ImageSpec = {
  repository: 'registry.k8s.io/e2e-test-images/agnhost',
  versions: [{ tags: ['2.39', '2.40', '2.43', '2.45', '2.47', '2.52', '2.53', '2.55'], version: '2.53', sizeBytes: 52_000_000 }],
  build: () => ({
    config: { entrypoint: ['/agnhost'], cmd: ['pause'], environment: { PATH: standardPath } },
    layers: [
      alpineLayer('3.21.4'),
      { '/agnhost': { program: 'agnhost' } },
      programFiles('/usr/bin', ['curl', 'dig', 'nslookup', 'nc'], { nslookup: 'bind-nslookup' }),
    ],
  }),
};

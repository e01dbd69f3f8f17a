// docker.io/library/postgres
import { debianLayer } from './base-layers.ts';
import { type ImageSpec, standardPath } from './image.ts';

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

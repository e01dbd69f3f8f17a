// Programs that serve: the names that images' files run them by.
import type { ProgramTable } from '../../process.ts';
import { agnhost } from './agnhost.ts';
import { apacheHttpd } from './apache.ts';
import { busyboxHttpd } from './busybox-httpd.ts';
import { declaredService } from './declared-service.ts';
import { httpEcho } from './http-echo.ts';
import { ingressController } from './ingress-controller.ts';
import { nginx } from './nginx.ts';
import { nginxEntrypoint } from './nginx-entrypoint.ts';
import { postgresEntrypoint } from './postgres.ts';
import { pgIsReady, psql } from './postgres-clients.ts';
import { python } from './python.ts';
import { redisCli } from './redis-cli.ts';
import { redisServer } from './redis-server.ts';
import { systemDaemons } from './system-daemons.ts';

export const serverPrograms: ProgramTable = {
  ...systemDaemons,
  agnhost,
  'apache-httpd': apacheHttpd,
  'declared-service': declaredService,
  'http-echo': httpEcho,
  httpd: busyboxHttpd,
  'ingress-controller': ingressController,
  nginx,
  'nginx-entrypoint': nginxEntrypoint,
  pg_isready: pgIsReady,
  'postgres-entrypoint': postgresEntrypoint,
  psql,
  python3: python,
  'redis-cli': redisCli,
  'redis-server': redisServer,
};

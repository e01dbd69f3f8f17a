// Programs that serve: the names that images' files run them by.
import type { ProgramTable } from '../program-table.ts';
import { declaredService } from './declared-service.ts';
import { agnhost, apacheHttpd, busyboxHttpd, python } from './file-servers.ts';
import { httpEcho } from './http-echo.ts';
import { ingressController } from './ingress-controller.ts';
import { nginx, nginxEntrypoint } from './nginx.ts';
import { pgIsReady, postgresEntrypoint, psql } from './postgres.ts';
import { redisCli, redisServer } from './redis.ts';
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

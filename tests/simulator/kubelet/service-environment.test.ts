// Variables by which containers find services.
import { expect, test } from 'vitest';
import type { Service } from '../../../src/apimachinery/objects.ts';
import { serviceEnvironment } from '../../../src/simulator/kubelet/service-environment.ts';

function service(name: string, spec: Service['spec']): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec, status: {} };
}

test('a service gives host, ports and the old links', () => {
  const found = serviceEnvironment([
    service('redis-primary', {
      clusterIP: '10.0.0.11',
      ports: [
        { port: 6379, protocol: 'TCP' },
        { name: 'admin-p', port: 80, protocol: 'TCP' },
      ],
    }),
  ]);
  expect(found).toEqual([
    ['REDIS_PRIMARY_SERVICE_HOST', '10.0.0.11'],
    ['REDIS_PRIMARY_SERVICE_PORT', '6379'],
    ['REDIS_PRIMARY_SERVICE_PORT_ADMIN_P', '80'],
    ['REDIS_PRIMARY_PORT', 'tcp://10.0.0.11:6379'],
    ['REDIS_PRIMARY_PORT_6379_TCP', 'tcp://10.0.0.11:6379'],
    ['REDIS_PRIMARY_PORT_6379_TCP_PROTO', 'tcp'],
    ['REDIS_PRIMARY_PORT_6379_TCP_PORT', '6379'],
    ['REDIS_PRIMARY_PORT_6379_TCP_ADDR', '10.0.0.11'],
    ['REDIS_PRIMARY_PORT_80_TCP', 'tcp://10.0.0.11:80'],
    ['REDIS_PRIMARY_PORT_80_TCP_PROTO', 'tcp'],
    ['REDIS_PRIMARY_PORT_80_TCP_PORT', '80'],
    ['REDIS_PRIMARY_PORT_80_TCP_ADDR', '10.0.0.11'],
  ]);
});

test('headless services give none', () => {
  expect(serviceEnvironment([service('db', { clusterIP: 'None', ports: [{ port: 5432 }] })])).toEqual([]);
});

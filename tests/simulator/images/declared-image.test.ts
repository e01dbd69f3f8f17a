import { describe, expect, test } from 'vitest';
import { Catalogue } from '../../../src/simulator/images/catalogue.ts';
import type { DeclaredImage } from '../../../src/simulator/images/declared-image.ts';
import { exec, type Started, startContainer } from '../network/container-rig.ts';
import { NetworkRig } from '../network/network-rig.ts';

const orders: DeclaredImage = {
  ref: 'ghcr.io/acme/orders',
  tags: ['1.0', '1.1'],
  from: 'busybox:1.36',
  entrypoint: ['/orders'],
  env: { GREETING: 'hello' },
  files: { '/etc/motd': 'welcome\n', '/data': { dir: true, uid: 1000 } },
  bins: {
    '/usr/bin/say': { script: 'echo "said $1"' },
    '/orders': {
      service: {
        requireEnv: [{ name: 'DATABASE_URL', log: 'fatal: DATABASE_URL is not set', exit: 3 }],
        startup: { log: ['orders starts on {{node}}'], readyAfter: '10s' },
        listen: {
          port: `\${PORT:-8080}`,
          routes: [
            { path: '/health', before: { untilReady: { status: 503, body: 'warming up\n' } }, body: 'ok\n' },
            {
              path: '/stock',
              calls: { url: `http://\${STOCK:-10.244.1.250}/`, onFail: { status: 502, body: 'no stock\n', log: 'stock is away' } },
              body: 'stock\n',
            },
            { method: 'POST', path: '/orders/*', status: 201, body: `\${GREETING} from {{pod}}\n` },
          ],
        },
        every: [{ interval: '5s', log: 'tick {{uptime}}' }],
        onTerm: { after: '1s', code: 7, log: 'bye' },
      },
    },
  },
};

describe('a declared image', () => {
  const catalogue = new Catalogue([orders, { ref: 'nginx', tags: ['ours'], from: 'nginx:1.27', cmd: ['nginx', '-g', 'daemon off;'] }]);

  const start = (
    environment: Record<string, string>,
  ): { rig: NetworkRig; ip: string; started: Started; curl(path: string, ...more: string[]): string } => {
    const rig = new NetworkRig();
    const client = startContainer(rig, rig.pod('client'), 'nicolaka/netshoot:v0.13', ['nc', '-l', '-p', '9999']);
    const pod = rig.pod('orders-0');
    const started = startContainer(rig, pod, 'ghcr.io/acme/orders:1.0', [], { environment, catalogue });
    return {
      rig,
      ip: pod.ip,
      started,
      curl: (path, ...more) => exec(rig, client, ['curl', '-s', '-m', '20', ...more, `http://${pod.ip}:8080${path}`]).stdout,
    };
  };

  test('is found by its tags, beside and before the catalogue', () => {
    expect(catalogue.find('ghcr.io/acme/orders:1.0')).not.toBe('not found');
    expect(catalogue.find('ghcr.io/acme/orders:2.0')).toBe('not found');
    expect(catalogue.find('ghcr.io/acme/orders')).toBe('not found');
    expect(catalogue.find('nginx:1.27')).not.toBe('not found');
    expect(catalogue.find('nginx:ours')).not.toBe('not found');
    expect(catalogue.find('redis:7')).not.toBe('not found');
  });

  test('brings its files and scripts on top of the image that it begins with', () => {
    const { rig, started } = start({ DATABASE_URL: 'x' });
    expect(exec(rig, started, ['cat', '/etc/motd']).stdout).toBe('welcome\n');
    expect(exec(rig, started, ['say', 'it']).stdout).toBe('said it\n');
  });

  test('insists on variables', () => {
    const { started } = start({});
    expect(started.log()).toBe('fatal: DATABASE_URL is not set\n');
    expect(started.container.exit?.exitCode).toBe(3);
  });

  test('answers as its declaration says, early, later and when another server is away', () => {
    const { rig, started, curl } = start({ DATABASE_URL: 'x' });
    expect(started.log()).toContain('orders starts on node-one\n');
    expect(curl('/health')).toBe('warming up\n');
    rig.clock.runUntil(rig.clock.now + 10_000);
    expect(curl('/health')).toBe('ok\n');
    expect(curl('/orders/5', '-X', 'POST')).toBe('hello from orders-0\n');
    expect(curl('/orders/5', '-o', '/dev/null', '-w', '%{http_code}')).toBe('404');
    expect(curl('/stock')).toBe('no stock\n');
    expect(started.log()).toContain('stock is away\n');
    expect(started.log()).toContain('tick 10\n');
  });

  test('ends as its declaration says', () => {
    const { rig, started } = start({ DATABASE_URL: 'x' });
    started.container.signal('TERM');
    rig.clock.runUntil(rig.clock.now + 900);
    expect(started.container.exit).toBeUndefined();
    rig.settle();
    expect(started.container.exit?.exitCode).toBe(7);
    expect(started.log()).toContain('bye\n');
  });
});

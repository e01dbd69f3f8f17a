import { beforeEach, describe, expect, test } from 'vitest';
import type { IngressTable } from '../../../src/simulator/network/ingress.ts';
import { exec, type Started, startContainer } from './container-rig.ts';
import { NetworkRig, nodes } from './network-rig.ts';

const ingress = (name: string, spec: object, more: object = {}): string =>
  JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'default', ...more }, spec });
const to = (name: string): object => ({ service: { name, port: { number: 80 } } });
const rule = (host: string, ...paths: [path: string, type: string, service: string][]): object => ({
  ...(host && { host }),
  http: { paths: paths.map(([path, pathType, service]) => ({ path, pathType, backend: to(service) })) },
});

describe('an ingress leads a request', () => {
  let rig: NetworkRig;
  let table: IngressTable;
  beforeEach(() => {
    rig = new NetworkRig();
    rig.network.installIngress(rig.client);
    table = rig.network.ingresses!;
  });
  const route = (host: string, path: string): string | undefined => table.route(host, path)?.service;

  test.each([
    ['/', 'Prefix', '/any/thing', true],
    ['/foo', 'Exact', '/foo', true],
    ['/foo', 'Exact', '/bar', false],
    ['/foo', 'Exact', '/foo/', false],
    ['/foo/', 'Exact', '/foo', false],
    ['/foo', 'Prefix', '/foo', true],
    ['/foo', 'Prefix', '/foo/', true],
    ['/foo/', 'Prefix', '/foo', true],
    ['/foo/', 'Prefix', '/foo/', true],
    ['/aaa/bb', 'Prefix', '/aaa/bbb', false],
    ['/aaa/bbb', 'Prefix', '/aaa/bbb', true],
    ['/aaa/bbb/', 'Prefix', '/aaa/bbb', true],
    ['/aaa/bbb', 'Prefix', '/aaa/bbb/ccc', true],
    ['/aaa/bbb', 'Prefix', '/aaa/bbbxyz', false],
  ])('with path %s of type %s and request %s: %s, as Kubernetes documents it', (path, type, request, matches) => {
    rig.apply(ingress('web', { rules: [rule('', [path, type, 'web'])] }));
    rig.settle();
    expect(route('any.host', request)).toBe(matches ? 'web' : undefined);
  });

  test('by the best host, then the longest path, then the exact one', () => {
    rig.apply(
      ingress('web', {
        rules: [
          rule('', ['/', 'Prefix', 'any']),
          rule('*.shop.example', ['/', 'Prefix', 'wild']),
          rule('www.shop.example', ['/', 'Prefix', 'www'], ['/api', 'Prefix', 'api'], ['/api', 'Exact', 'exact']),
        ],
      }),
    );
    rig.settle();
    expect(route('www.shop.example', '/x')).toBe('www');
    expect(route('WWW.shop.example', '/api/v1')).toBe('api');
    expect(route('www.shop.example', '/api')).toBe('exact');
    expect(route('img.shop.example', '/api')).toBe('wild');
    expect(route('a.b.shop.example', '/')).toBe('any');
    expect(route('shop.example', '/')).toBe('any');
  });

  test('to the default backend when no rule fits, and nowhere without one', () => {
    rig.apply(ingress('web', { rules: [rule('shop.example', ['/', 'Prefix', 'shop'])] }));
    rig.settle();
    expect(route('other.example', '/')).toBeUndefined();
    rig.apply(ingress('fallback', { defaultBackend: to('fallback') }));
    rig.settle();
    expect([route('other.example', '/'), route('shop.example', '/')]).toEqual(['fallback', 'shop']);
  });

  test("only if its class is the controller's", () => {
    rig.apply(
      '{ apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: other }, spec: { controller: example.com/other } }',
    );
    rig.apply(ingress('theirs', { ingressClassName: 'other', rules: [rule('theirs.example', ['/', 'Prefix', 'web'])] }));
    rig.apply(ingress('lost', { ingressClassName: 'nginx', rules: [rule('lost.example', ['/', 'Prefix', 'web'])] }));
    rig.apply(ingress('named', { ingressClassName: 'ingress', rules: [rule('named.example', ['/', 'Prefix', 'web'])] }));
    rig.apply(ingress('unnamed', { rules: [rule('unnamed.example', ['/', 'Prefix', 'web'])] }));
    rig.settle();
    expect(['theirs', 'lost', 'named', 'unnamed'].map((name) => route(`${name}.example`, '/'))).toEqual([
      undefined,
      undefined,
      'web',
      'web',
    ]);
  });
});

describe('the ingress controller', () => {
  let rig: NetworkRig;
  let client: Started;
  let controller: Started;
  beforeEach(() => {
    rig = new NetworkRig();
    rig.network.installIngress(rig.client);
    const ports = [
      { containerPort: 80, hostPort: 80 },
      { containerPort: 443, hostPort: 443 },
    ];
    controller = startContainer(rig, rig.pod('controller', { node: 'node-two', ports }), 'k8squest/ingress-controller:1.0', []);
    client = startContainer(rig, rig.pod('client'), 'nicolaka/netshoot:v0.13', ['sleep', '100000']);
    const web = rig.pod('web');
    startContainer(rig, web, 'registry.k8s.io/e2e-test-images/agnhost:2.53', ['--', 'netexec', '--http-port=8080']);
    rig.service('web', { ports: [{ port: 80, targetPort: 8080 }] }, [web.ip]);
    rig.service('empty', { ports: [{ port: 80 }] }, []);
    rig.service('closed', { ports: [{ port: 80, targetPort: 1 }] }, [web.ip]);
    rig.apply(
      ingress('site', {
        rules: [
          rule(
            'shop.example',
            ['/', 'Prefix', 'web'],
            ['/empty', 'Prefix', 'empty'],
            ['/closed', 'Prefix', 'closed'],
            ['/gone', 'Prefix', 'nobody'],
          ),
        ],
      }),
    );
    rig.settle();
  });

  const get = (path: string, ...more: string[]): string =>
    exec(rig, client, ['curl', '-s', '-m', '8', '-H', 'Host: shop.example', ...more, `http://${nodes.two}${path}`]).stdout;
  const status = (path: string, ...more: string[]): string => get(path, '-o', '/dev/null', '-w', '%{http_code}', ...more);

  test("answers at its node's ports from a pod of the service, and says whom it speaks for", () => {
    expect(get('/hostname')).toBe('pod');
    expect(get('/header?key=X-Forwarded-For')).toMatch(/^10\.244\.1\.\d+$/);
    expect(get('/header?key=Host')).toBe('shop.example');
    expect(exec(rig, client, ['curl', '-sk', '--resolve', `shop.example:443:${nodes.two}`, 'https://shop.example/hostname']).stdout).toBe(
      'pod',
    );
    expect(controller.log()).toMatch(/"GET \/hostname HTTP\/1\.1" 200 3 "shop\.example"\n/);
  });

  test('says 404 where no rule fits, 503 without ready endpoints, 502 when they refuse', () => {
    const other = exec(rig, client, ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', `http://${nodes.two}/`]).stdout;
    expect([status('/empty'), status('/gone'), status('/closed'), other]).toEqual(['503', '503', '502', '404']);
  });

  test('is subject to the policies of the pods that it calls', () => {
    rig.apply(
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: deny }, spec: { podSelector: {}, policyTypes: [Ingress] } }',
    );
    rig.settle();
    // From a pod on another node the controller itself is kept out of reach too; from outside it is the backend that isn't reached.
    const answers: string[] = [];
    rig.network.connectFromOutside('node-two', 80, {}, (result) => answers.push(result.outcome));
    rig.clock.runUntil(rig.clock.now + 200_000);
    expect(answers).toEqual(['failed']);
  });

  test('can be reached from outside, and its address stands in the ingress until it ends', () => {
    const heard: string[] = [];
    rig.network.connectFromOutside('node-two', 80, {}, (result) => {
      if (result.outcome !== 'connected') return;
      result.connection.listen(rig.clock, { data: (bytes) => heard.push(new TextDecoder().decode(bytes)), end: () => heard.push('end') });
      result.connection.send(new TextEncoder().encode('GET /hostname HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n'));
    });
    rig.settle();
    expect(heard.join('')).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\npodend$/);
    const address = (): unknown => rig.client.resource('ingresses').get('default', 'site')?.status?.loadBalancer;
    expect(address()).toEqual({ ingress: [{ ip: nodes.two }] });
    controller.container.signal('TERM');
    rig.settle();
    expect(address()).toEqual({});
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { exec, type Started, startContainer } from '../../../network/container-rig.ts';
import { NetworkRig } from '../../../network/network-rig.ts';

let rig: NetworkRig;
let client: Started;

beforeEach(() => {
  rig = new NetworkRig();
  client = startContainer(rig, rig.pod('client'), 'nicolaka/netshoot:v0.13', ['nc', '-l', '-p', '9999']);
});

const get = (ip: string, path = '/', ...more: string[]): string =>
  exec(rig, client, ['curl', '-s', '-m', '5', ...more, `http://${ip}${path}`]).stdout;
const status = (ip: string, path = '/', ...options: string[]): string => get(ip, path, '-o', '/dev/null', '-w', '%{http_code}', ...options);

describe('http-echo', () => {
  test('answers everything with its text, logs each request, and ends when told', () => {
    const pod = rig.pod('echo');
    const echo = startContainer(rig, pod, 'hashicorp/http-echo:0.2.3', ['--', '-listen=:8080', '-text=API Response: Success']);
    expect(echo.log()).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Server is listening on :8080\n$/);
    expect(get(`${pod.ip}:8080`, '/any/path')).toBe('API Response: Success\n');
    expect(get(`${pod.ip}:8080`, '/', '-i')).toMatch(
      /^HTTP\/1\.1 200 OK\r\nX-App-Name: http-echo\r\nX-App-Version: 0\.2\.3\r\nDate: .*\r\nContent-Length: 22\r\nContent-Type: text\/plain; charset=utf-8\r\n\r\n/,
    );
    expect(echo.log()).toMatch(/ 10\.244\.1\.\d+:8080 10\.244\.1\.\d+:\d+ "GET \/any\/path HTTP\/1\.1" 200 22 "curl\/[\d.]+" [\d.]+µs\n/);
    echo.container.signal('TERM');
    rig.settle();
    expect(echo.container.exit?.exitCode).toBe(2);
    expect(exec(rig, client, ['nc', '-z', '-w', '1', pod.ip, '8080']).code).toBe(1);
  });

  test('listens on 5678 by default, and says what is missing or wrong', () => {
    const run = (...args: string[]): Started =>
      startContainer(rig, rig.pod(`echo-${args.length}-${args.join('').length}`), 'hashicorp/http-echo:1.0', ['--', ...args]);
    expect(run('-text=x').log()).toContain('[INFO] server is listening on :5678\n');
    const mute = run('-listen=:80');
    expect([mute.log(), mute.container.exit?.exitCode]).toEqual(['Missing -text option!\n', 127]);
    const wrong = run('-text=a', '-port=80');
    expect(wrong.log()).toMatch(/^flag provided but not defined: -port\nUsage of \/http-echo:\n/);
    expect(wrong.container.exit?.exitCode).toBe(2);
  });

  test('cannot share a port with another container of its pod', () => {
    const pod = rig.pod('echo');
    startContainer(rig, pod, 'hashicorp/http-echo:0.2.3', ['--', '-text=a']);
    const second = startContainer(rig, pod, 'hashicorp/http-echo:0.2.3', ['--', '-text=b']);
    expect(second.log()).toContain('listen tcp :5678: bind: address already in use');
    expect(second.container.exit?.exitCode).toBe(1);
  });
});

describe('nginx', () => {
  const start = (image = 'nginx:1.27', options: Parameters<typeof startContainer>[4] = {}): { ip: string; nginx: Started } => {
    const pod = rig.pod(`web-${rig.pods.size}`);
    const nginx = startContainer(rig, pod, image, [], options);
    rig.settle();
    return { ip: pod.ip, nginx };
  };

  test('serves its welcome page, refuses what is not there, and logs both', () => {
    const { ip, nginx } = start();
    expect(get(ip)).toContain('<title>Welcome to nginx!</title>');
    expect(status(ip, '/nope')).toBe('404');
    expect(get(ip, '/nope')).toContain('<center>nginx/1.27.5</center>');
    expect(nginx.log()).toMatch(
      /\d+\.\d+\.\d+\.\d+ - - \[01\/Jan\/2026:00:00:\d\d \+0000] "GET \/ HTTP\/1\.1" 200 615 "-" "curl\/[\d.]+" "-"\n/,
    );
    expect(nginx.log()).toContain('open() "/usr/share/nginx/html/nope" failed (2: No such file or directory), client: ');
  });

  test('ends with 0 when it is told to quit or stop', () => {
    for (const signal of ['QUIT', 'TERM']) {
      const { nginx } = start();
      nginx.container.signal(signal);
      rig.settle();
      expect(nginx.container.exit).toMatchObject({ exitCode: 0 });
    }
  });

  test('follows its configuration: ports, fixed answers, redirects, locations, fallbacks', () => {
    const config = `
      server { listen 8081; location / { return 200 "hello\\n"; } location = /teapot { return 418; } location /old { return 301 /new; } }
      server { listen 8082; root /usr/share/nginx/html; location / { try_files $uri $uri/ /index.html; } location ~ \\.php$ { return 403; } }`;
    const { ip } = start('nginx:1.27', { files: { '/etc/nginx/conf.d/default.conf': config } });
    expect(get(`${ip}:8081`, '/x')).toBe('hello\n');
    expect([status(`${ip}:8081`, '/teapot'), status(`${ip}:8081`, '/old'), status(`${ip}:8082`, '/x.php')]).toEqual(['418', '301', '403']);
    expect(get(`${ip}:8081`, '/old', '-o', '/dev/null', '-w', '%{redirect_url}')).toBe(`http://${ip}:8081/new`);
    expect(get(`${ip}:8082`, '/some/deep/link')).toContain('Welcome to nginx!');
    expect(exec(rig, client, ['curl', '-s', '-m', '2', `http://${ip}`]).code).toBe(7);
  });

  test('says where its configuration is wrong, and does not start', () => {
    const { nginx } = start('nginx:1.27', { files: { '/etc/nginx/conf.d/default.conf': 'server {\n  listen 80;\n  lissten 81;\n}\n' } });
    expect(nginx.log()).toContain('[emerg] 1#1: unknown directive "lissten" in /etc/nginx/conf.d/default.conf:3\n');
    expect(nginx.container.exit?.exitCode).toBe(1);
  });

  test('takes a new configuration when it is told to reload, and keeps the old one when that is wrong', () => {
    const { ip, nginx } = start();
    const write = (text: string): void => {
      nginx.container.kernel.files.writeFile(
        nginx.container.kernel.init!,
        '/etc/nginx/conf.d/default.conf',
        new TextEncoder().encode(text),
      );
    };
    write('server { listen 80; return 200 "new\\n"; }');
    expect(get(ip)).toContain('Welcome');
    expect(exec(rig, nginx, ['nginx', '-s', 'reload']).code).toBe(0);
    rig.settle();
    expect(get(ip)).toBe('new\n');
    write('server { listen 80');
    const tested = exec(rig, nginx, ['nginx', '-t']);
    expect([tested.code, tested.stderr]).toEqual([
      1,
      expect.stringContaining('nginx: configuration file /etc/nginx/nginx.conf test failed\n'),
    ]);
    nginx.container.signal('HUP');
    rig.settle();
    expect(get(ip)).toBe('new\n');
  });

  test('as another user fails where it may not write, as in the official image', () => {
    const { nginx } = start('nginx:1.27', { user: 1000 });
    expect(nginx.log()).toContain('nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)\n');
    expect(nginx.container.exit?.exitCode).toBe(1);
    const locked = start('nginx:1.27', { readOnlyRoot: true });
    expect(locked.nginx.log()).toContain('mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)');
  });

  test('in its unprivileged image runs as user 101 on 8080', () => {
    const { ip, nginx } = start('nginxinc/nginx-unprivileged:alpine');
    expect(nginx.container.exit).toBeUndefined();
    expect(status(`${ip}:8080`)).toBe('200');
  });

  test('does not read what its user may not read', () => {
    const { ip, nginx } = start();
    const root = nginx.container.kernel.init!;
    nginx.container.kernel.files.changeMode(root, '/usr/share/nginx/html/index.html', 0o600);
    expect(status(ip)).toBe('403');
    expect(nginx.log()).toContain('(13: Permission denied)');
  });

  test('runs the scripts that are put beside its own, and no others', () => {
    const files = { '/docker-entrypoint.d/40-ours.sh': '#!/bin/sh\necho ours ran\n', '/docker-entrypoint.d/notes.txt': 'x' };
    const { ip, nginx } = start('nginx:1.27', { files });
    expect(status(ip)).toBe('200');
    expect(nginx.log()).toContain(
      '/docker-entrypoint.sh: Ignoring /docker-entrypoint.d/40-ours.sh, not executable\n/docker-entrypoint.sh: Ignoring /docker-entrypoint.d/notes.txt\n',
    );
  });

  test('passes requests on to another server', () => {
    const backend = rig.pod('backend');
    startContainer(rig, backend, 'hashicorp/http-echo:1.0', ['--', '-text=from behind']);
    const { ip } = start('nginx:1.27', {
      files: {
        '/etc/nginx/conf.d/default.conf': `server { listen 80; location /api/ { proxy_pass http://${backend.ip}:5678/; } location /dead { proxy_pass http://${backend.ip}:1; } }`,
      },
    });
    expect(get(ip, '/api/x')).toBe('from behind\n');
    expect(status(ip, '/dead')).toBe('502');
  });

  test('outlives a client that leaves before its answer comes', () => {
    const { ip, nginx } = start('nginx:1.27', {
      files: {
        '/etc/nginx/conf.d/default.conf':
          'server { listen 80; location /slow { proxy_pass http://10.96.99.99:8080/; } location / { return 200 here; } }',
      },
    });
    expect(status(ip, '/slow')).toBe('000');
    expect(nginx.log()).toMatch(/"GET \/slow HTTP\/1\.1" 499 0 "-" "[^"]*" "-"\n$/);
    rig.clock.runUntil(rig.clock.now + 60_000);
    expect(nginx.log()).not.toContain('upstream timed out');
    expect(get(ip)).toBe('here');
    expect(status(ip, '/slow', '-m', '70')).toBe('504');
    expect(nginx.log()).toContain(
      'upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.244.1.101, server: , request: "GET /slow HTTP/1.1", upstream: "http://10.96.99.99:8080/", host: ',
    );
  });

  test('does not start when it is to pass requests on to a name that nobody knows', () => {
    const files = {
      '/etc/nginx/conf.d/default.conf': 'server {\n  listen 80;\n  location / {\n    proxy_pass http://nobody:8080/;\n  }\n}\n',
    };
    const { nginx } = start('nginx:1.27', { files });
    rig.clock.runUntil(rig.clock.now + 60_000, () => nginx.container.exit !== undefined);
    expect(nginx.log()).toContain('nginx: [emerg] host not found in upstream "nobody" in /etc/nginx/conf.d/default.conf:4\n');
    expect(nginx.container.exit?.exitCode).toBe(1);
  });

  test('looks a name with variables in it up when a request comes, and needs a resolver for that', () => {
    const files = {
      '/etc/nginx/conf.d/default.conf': 'server { listen 80; location / { set $to nobody; proxy_pass http://nobody$is_args:8080; } }',
    };
    const { ip, nginx } = start('nginx:1.27', { files });
    expect(status(ip)).toBe('502');
    expect(nginx.log()).toContain('no resolver defined to resolve nobody, client: ');
  });
});

describe('postgres', () => {
  test('insists on a password, and says so in its well-known words', () => {
    const postgres = startContainer(rig, rig.pod('db'), 'postgres:14', []);
    rig.settle();
    expect(postgres.log()).toMatch(
      /^Error: Database is uninitialized and superuser password is not specified\.\n {7}You must specify POSTGRES_PASSWORD to a non-empty value for the\n/,
    );
    expect(postgres.container.exit?.exitCode).toBe(1);
  });

  test('takes its password from a file, and not from two places', () => {
    const variables = { POSTGRES_PASSWORD_FILE: '/run/secrets/password' };
    const pod = rig.pod('db');
    const files = { '/run/secrets/password': 'two spoons\n' };
    const postgres = startContainer(rig, pod, 'postgres:16', [], { environment: variables, files });
    rig.clock.runUntil(rig.clock.now + 5000);
    const logIn = (password: string) => exec(rig, postgres, ['env', `PGPASSWORD=${password}`, 'psql', '-h', pod.ip, '-c', 'select 1']).code;
    expect(logIn('two spoons')).toBe(0);
    expect(logIn('two spoons\n')).toBe(2);
    const torn = startContainer(rig, rig.pod('torn'), 'postgres:16', [], { environment: { ...variables, POSTGRES_PASSWORD: 'x' }, files });
    rig.settle();
    expect(torn.log()).toBe('error: both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are exclusive)\n');
  });

  test('is not ready while it starts, then accepts who knows the password, and ends when told', () => {
    const pod = rig.pod('db');
    const postgres = startContainer(rig, pod, 'postgres:14', [], { environment: { POSTGRES_PASSWORD: 'secret', POSTGRES_DB: 'shop' } });
    const ready = (): string => exec(rig, postgres, ['pg_isready', '-h', pod.ip]).stdout;
    expect(ready()).toBe(`${pod.ip}:5432 - no response\n`);
    rig.clock.runUntil(rig.clock.now + 5000);
    expect(postgres.log()).toContain('LOG:  database system is ready to accept connections\n');
    expect(ready()).toBe(`${pod.ip}:5432 - accepting connections\n`);
    const psql = (password: string, database: string): string => {
      const tools = startContainer(rig, rig.pod(`psql-${rig.pods.size}`), 'postgres:14', ['sh', '-c', 'sleep 1000'], {
        environment: { PGPASSWORD: password },
      });
      return exec(rig, tools, ['psql', '-h', pod.ip, '-U', 'postgres', '-d', database, '-c', 'select 1']).output;
    };
    expect(psql('secret', 'shop')).toBe(' ?column? \n----------\n        1\n(1 row)\n\n');
    expect(psql('wrong', 'shop')).toContain('failed: FATAL:  password authentication failed for user "postgres"');
    expect(psql('secret', 'nope')).toContain('failed: FATAL:  database "nope" does not exist');
    postgres.container.signal('INT');
    rig.settle();
    expect(postgres.container.exit?.exitCode).toBe(0);
  });
});

describe('other servers', () => {
  test('redis keeps what it is given, and its client shows it', () => {
    const pod = rig.pod('redis');
    const redis = startContainer(rig, pod, 'redis:7', ['redis-server']);
    expect(redis.log()).toContain('Ready to accept connections tcp\n');
    const cli = (...words: string[]): string => exec(rig, redis, ['redis-cli', '-h', pod.ip, ...words]).stdout;
    expect([cli('ping'), cli('set', 'a', 'x y'), cli('get', 'a'), cli('incr', 'n'), cli('get', 'nope'), cli('nope')]).toEqual([
      'PONG\n',
      'OK\n',
      'x y\n',
      '1\n',
      '\n',
      expect.stringContaining("ERR unknown command 'nope'"),
    ]);
    expect(exec(rig, redis, ['redis-cli'], { stdin: 'rpush l a b\nlrange l 0 -1\n' }).stdout).toBe('2\na\nb\n');
  });

  test('python serves a folder and complains of what is not there', () => {
    const pod = rig.pod('python');
    const python = startContainer(rig, pod, 'python:3.11-slim', ['python3', '-u', '-m', 'http.server', '9000', '--directory', '/etc']);
    expect(python.log()).toBe('Serving HTTP on 0.0.0.0 port 9000 (http://0.0.0.0:9000/) ...\n');
    expect(get(`${pod.ip}:9000`, '/debian_version')).toBe('12.11\n');
    expect(status(`${pod.ip}:9000`, '/nope')).toBe('404');
    expect(python.log()).toMatch(/ - - \[01\/Jan\/2026 00:00:\d\d] "GET \/nope HTTP\/1\.1" 404 -\n/);
  });

  test('busybox httpd serves a folder, in front or behind', () => {
    const pod = rig.pod('box');
    startContainer(rig, pod, 'busybox:1.36', ['httpd', '-f', '-p', '8080', '-h', '/etc']);
    expect(get(`${pod.ip}:8080`, '/group')).toContain('root:x:0:');
    expect(status(`${pod.ip}:8080`, '/nope')).toBe('404');
  });

  test('apache and agnhost answer', () => {
    const apache = rig.pod('apache');
    startContainer(rig, apache, 'httpd:2.4', []);
    expect(get(apache.ip)).toBe('<html><body><h1>It works!</h1></body></html>\n');
    const agnhost = rig.pod('agnhost');
    startContainer(rig, agnhost, 'registry.k8s.io/e2e-test-images/agnhost:2.53', ['--', 'netexec', '--http-port=8080']);
    expect(get(`${agnhost.ip}:8080`, '/hostname')).toBe('pod');
    expect(get(`${agnhost.ip}:8080`, '/echo?msg=hi')).toBe('hi');
    expect(get(`${agnhost.ip}:8080`, '/clientip')).toMatch(/^10\.244\.1\.\d+:\d+$/);
  });

  test('agnhost connect says nothing, or in one word what went wrong', () => {
    const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
    const pod = rig.pod('agnhost');
    startContainer(rig, pod, image, ['--', 'netexec', '--http-port=8080']);
    const other = startContainer(rig, rig.pod('other'), image, []);
    const connect = (...words: string[]) => exec(rig, other, ['/agnhost', 'connect', ...words]);
    expect(connect(`${pod.ip}:8080`)).toMatchObject({ output: '', code: 0 });
    expect(connect(`${pod.ip}:8081`, '--timeout=3s')).toMatchObject({ output: 'REFUSED\n', code: 1 });
    expect(connect('web')).toMatchObject({ output: 'UNKNOWN: address web: missing port in address\n', code: 1 });
    expect(connect('10.99.99.99:80', '--timeout=2s')).toMatchObject({ output: 'TIMEOUT\n', code: 1 });
  });

  test('CoreDNS goes on answering for five seconds after it is told to end', () => {
    const pod = rig.pod('dns', { namespace: 'kube-system' });
    const dns = startContainer(rig, pod, 'registry.k8s.io/coredns/coredns:v1.12.1', []);
    expect([status(`${pod.ip}:8080`, '/health'), status(`${pod.ip}:8181`, '/ready')]).toEqual(['200', '200']);
    dns.container.signal('TERM');
    rig.clock.runUntil(rig.clock.now + 4000);
    expect(rig.pods.get('default/client')!.ask(pod.ip, 'kube-system.svc.cluster.local', 'A').kind).toBe('answer');
    rig.clock.runUntil(rig.clock.now + 2000);
    expect(dns.container.exit?.exitCode).toBe(0);
    expect(rig.pods.get('default/client')!.ask(pod.ip, 'kube-system.svc.cluster.local', 'A').kind).toBe('refused');
  });

  test('a server that wants TLS tells who speaks plainly, and shows a certificate to who speaks TLS', () => {
    const api = startContainer(rig, rig.pod('api', { hostNetwork: true, node: 'node-two' }), 'registry.k8s.io/kube-apiserver:v1.34.4', [
      'kube-apiserver',
    ]);
    expect(api.container.exit).toBeUndefined();
    expect(get('172.18.0.4:6443')).toBe('Client sent an HTTP request to an HTTPS server.\n');
    const curl = (...args: string[]): string => exec(rig, client, ['curl', '-sS', '-m', '5', ...args]).output;
    expect(curl('-k', 'https://172.18.0.4:6443/livez')).toBe('ok');
    expect(curl('https://172.18.0.4:6443/livez')).toMatch(
      /^curl: \(60\) SSL certificate problem: unable to get local issuer certificate\n/,
    );
  });
});

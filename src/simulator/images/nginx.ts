// docker.io/library/nginx and docker.io/nginxinc/nginx-unprivileged
import { alpineLayer, debianLayer } from './base-layers.ts';
import { type FileSpecs, type ImageConfig, type ImageSpec, type ImageVersion, standardPath } from './image.ts';

interface NginxVersion extends ImageVersion {
  readonly base: 'debian' | 'alpine';
}

const welcomePage = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const errorPage = `<!DOCTYPE html>
<html>
<head>
<title>Error</title>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
</body>
</html>
`;

const serverConfig = (port: number): string => `server {
    listen       ${port};
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const mainConfig = (user: string, pid: string, temporary: string): string => `
${user}worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        ${pid};


events {
    worker_connections  1024;
}


http {
${temporary}    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;

const unprivilegedPaths = ['client_body:client', 'proxy:proxy', 'fastcgi:fastcgi', 'uwsgi:uwsgi', 'scgi:scgi']
  .map((pair) => pair.split(':'))
  .map(([directive, name]) => `    ${directive}_temp_path /tmp/${name}_temp;\n`)
  .join('');

const mimeTypes = `
types {
    text/html                                        html htm shtml;
    text/css                                         css;
    text/xml                                         xml;
    image/gif                                        gif;
    image/jpeg                                       jpeg jpg;
    application/javascript                           js;
    text/plain                                       txt;
    image/png                                        png;
    image/svg+xml                                    svg svgz;
    image/x-icon                                     ico;
    application/json                                 json;
    application/pdf                                  pdf;
    application/zip                                  zip;
}
`;

/** The entry point and what it runs. Our program does what the scripts do; the scripts' files are there to be seen. */
const entrypointFiles: FileSpecs = {
  '/docker-entrypoint.sh': {
    content: '#!/bin/sh\n# Runs what lies in /docker-entrypoint.d, then the command.\nexec "$@"\n',
    mode: 0o755,
    program: 'nginx-entrypoint',
  },
  '/docker-entrypoint.d/10-listen-on-ipv6-by-default.sh': { content: '#!/bin/sh\n', mode: 0o755 },
  '/docker-entrypoint.d/15-local-resolvers.envsh': { content: '#!/bin/sh\n', mode: 0o755 },
  '/docker-entrypoint.d/20-envsubst-on-templates.sh': { content: '#!/bin/sh\n', mode: 0o755 },
  '/docker-entrypoint.d/30-tune-worker-processes.sh': { content: '#!/bin/sh\n', mode: 0o755 },
};

function nginxFiles(version: string, port: number, isUnprivileged: boolean): FileSpecs {
  const owner = isUnprivileged ? { uid: 101 } : {};
  return {
    ...entrypointFiles,
    '/usr/sbin/nginx': { content: `\x7fELF\x02\x01\x01\0nginx/${version}\0`, mode: 0o755, program: 'nginx' },
    '/usr/sbin/nginx-debug': { content: `\x7fELF\x02\x01\x01\0nginx/${version}\0`, mode: 0o755, program: 'nginx' },
    '/usr/share/nginx/html/index.html': welcomePage,
    '/usr/share/nginx/html/50x.html': errorPage,
    '/etc/nginx/nginx.conf': isUnprivileged
      ? mainConfig('', '/tmp/nginx.pid', unprivilegedPaths)
      : mainConfig('user  nginx;\n', '/run/nginx.pid', ''),
    '/etc/nginx/conf.d/default.conf': { content: serverConfig(port), ...owner },
    '/etc/nginx/mime.types': mimeTypes,
    '/var/cache/nginx': { directory: true, ...owner },
    '/var/log/nginx/access.log': { link: '/dev/stdout' },
    '/var/log/nginx/error.log': { link: '/dev/stderr' },
  };
}

const debianUsers: FileSpecs = {
  '/etc/passwd': `${typeof debianLayer['/etc/passwd'] === 'string' ? debianLayer['/etc/passwd'] : ''}nginx:x:101:101:nginx user:/nonexistent:/bin/false\n`,
  '/etc/group': `${typeof debianLayer['/etc/group'] === 'string' ? debianLayer['/etc/group'] : ''}nginx:x:101:\n`,
  '/usr/bin/curl': { content: '\x7fELF\x02\x01\x01\0curl/7.88.1\0', mode: 0o755, program: 'curl' },
  '/usr/bin/envsubst': { program: 'envsubst' },
};

function build(version: NginxVersion, port: number, isUnprivileged: boolean): { config: ImageConfig; layers: FileSpecs[] } {
  const environment: Record<string, string> = {
    PATH: standardPath,
    NGINX_VERSION: version.version,
    PKG_RELEASE: version.base === 'debian' ? '1~bookworm' : '1',
  };
  const alpine = alpineLayer('3.22.1');
  const alpineUsers: FileSpecs = {
    '/etc/passwd': `${String(alpine['/etc/passwd'])}nginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin\n`,
    '/etc/group': `${String(alpine['/etc/group'])}nginx:x:101:nginx\n`,
    '/usr/bin/curl': { program: 'curl' },
    '/usr/bin/envsubst': { program: 'envsubst' },
    '/run': { directory: true },
    '/var/run': { link: '/run' },
  };
  const base = version.base === 'debian' ? [debianLayer, debianUsers] : [alpine, alpineUsers];
  return {
    config: {
      entrypoint: ['/docker-entrypoint.sh'],
      cmd: ['nginx', '-g', 'daemon off;'],
      environment,
      exposedPorts: [port],
      stopSignal: 'SIGQUIT',
      ...(isUnprivileged && { user: '101' }),
    },
    layers: [...base, nginxFiles(version.version, port, isUnprivileged)],
  };
}

/** Releases, each with its tags for both bases. */
const releases: readonly [version: string, tags: readonly string[], megabytes: number][] = [
  ['1.29.3', ['', '1', '1.29', '1.29.3', 'mainline'], 59.8],
  ['1.28.0', ['1.28', '1.28.0', 'stable'], 59.4],
  ['1.27.5', ['1.27', '1.27.5', '1.27.0', '1.27.1', '1.27.2', '1.27.3', '1.27.4'], 72.4],
  ['1.26.3', ['1.26', '1.26.0', '1.26.1', '1.26.2', '1.26.3'], 71.9],
  ['1.25.5', ['1.25', '1.25.0', '1.25.1', '1.25.2', '1.25.3', '1.25.4', '1.25.5'], 71.0],
  ['1.24.0', ['1.24', '1.24.0'], 57.3],
  ['1.23.4', ['1.23', '1.23.0', '1.23.1', '1.23.2', '1.23.3', '1.23.4'], 57.1],
  ['1.22.1', ['1.22', '1.22.0', '1.22.1'], 57.0],
  ['1.21.6', ['1.21', '1.21.0', '1.21.1', '1.21.3', '1.21.4', '1.21.5', '1.21.6'], 56.7],
  ['1.20.2', ['1.20', '1.20.0', '1.20.1', '1.20.2'], 56.4],
  ['1.19.10', ['1.19', '1.19.0', '1.19.10'], 53.6],
  ['1.18.0', ['1.18', '1.18.0'], 53.4],
  ['1.17.10', ['1.17', '1.17.10'], 51.0],
  ['1.16.1', ['1.16', '1.16.0', '1.16.1'], 51.0],
  ['1.15.12', ['1.15', '1.15.12'], 44.6],
  ['1.14.2', ['1.14', '1.14.0', '1.14.1', '1.14.2'], 44.7],
  ['1.7.9', ['1.7', '1.7.9'], 39.9],
];

function versions(names: { readonly withPerl: boolean }): NginxVersion[] {
  return releases.flatMap(([version, tags, megabytes]): NginxVersion[] => {
    const plain = tags.flatMap((tag) =>
      tag === ''
        ? ['latest', ...(names.withPerl ? ['perl', 'bookworm'] : [])]
        : [tag, ...(names.withPerl ? [`${tag}-perl`, `${tag}-bookworm`] : [])],
    );
    const alpine = tags.flatMap((tag) => (tag === '' ? ['alpine', 'alpine-slim'] : [`${tag}-alpine`, `${tag}-alpine-slim`]));
    return [
      { tags: plain, version, base: 'debian', sizeBytes: Math.round(megabytes * 1e6) },
      { tags: alpine, version, base: 'alpine', sizeBytes: Math.round(megabytes * 0.3e6) },
    ];
  });
}

export const nginx: ImageSpec<NginxVersion> = {
  repository: 'docker.io/library/nginx',
  versions: versions({ withPerl: true }),
  build: (version) => build(version, 80, false),
};

export const nginxUnprivileged: ImageSpec<NginxVersion> = {
  repository: 'docker.io/nginxinc/nginx-unprivileged',
  versions: versions({ withPerl: false }),
  build: (version) => build(version, 8080, true),
};

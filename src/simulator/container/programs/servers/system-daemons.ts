// The programs of the cluster's own pods. The control plane's work is done by other parts of the simulator; these hold the ports that probes ask, and CoreDNS answers names.
import { answerQuestion } from '../../../network/dns.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import { type Blocking, parkInterruptibly } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { httpDate } from '../network/http-message.ts';
import { listenAt } from '../network/socket.ts';
import { apiServerProgram } from './api-server.ts';
import { bodyLength, type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import { untilToldToEnd } from './told-to-end.ts';

interface Endpoint {
  readonly port: number;
  readonly address?: string;
  /** Path → body of a 200; every other path is 404. */
  readonly paths: Readonly<Record<string, string>>;
  /** Speaks TLS, as far as clients here can tell. */
  readonly isTls?: boolean;
}

interface Daemon {
  readonly endpoints: readonly Endpoint[];
  /** What it logs when it starts. */
  says?(process: Process): readonly string[];
  /** What else it does then. */
  starts?(process: Process): void;
}

const health = { '/healthz': 'ok', '/livez': 'ok', '/readyz': 'ok' };

/** A line as klog writes it: I1125 00:51:29.123456       1 main.go:109] words. */
function klog(process: Process, source: string, words: string): string {
  const [, month, day, time, fraction] = /^\d+-(\d\d)-(\d\d)T([\d:]+)\.(\d+)/.exec(new Date(process.clock.now).toISOString()) ?? [];
  return `I${month}${day} ${time}.${fraction}000       ${process.pid} ${source}] ${words}`;
}

/** Program → what it listens on. kubernetes: cmd/kubeadm/app/phases/{controlplane,etcd} */
const daemons: Readonly<Record<string, Daemon>> = {
  'kube-controller-manager': {
    endpoints: [{ port: 10257, address: '127.0.0.1', paths: health, isTls: true }],
    says: (process) => [
      klog(process, 'controllermanager.go:191', '"Starting" version="v1.34.4"'),
      klog(process, 'secure_serving.go:211', 'Serving securely on 127.0.0.1:10257'),
    ],
  },
  'kube-scheduler': {
    endpoints: [{ port: 10259, address: '127.0.0.1', paths: health, isTls: true }],
    says: (process) => [
      klog(process, 'server.go:175', '"Starting Kubernetes Scheduler" version="v1.34.4"'),
      klog(process, 'secure_serving.go:211', 'Serving securely on 127.0.0.1:10259'),
    ],
  },
  'kube-proxy': {
    endpoints: [
      { port: 10256, paths: { '/healthz': 'ok', '/livez': 'ok' } },
      { port: 10249, address: '127.0.0.1', paths: { '/healthz': 'ok', '/proxyMode': 'nftables' } },
    ],
    says: (process) => [
      klog(process, 'server.go:219', `"Successfully retrieved NodeIPs" NodeIPs=["${networkOf(process).ip}"]`),
      klog(process, 'server_linux.go:145', '"Using nftables Proxier"'),
      ...['service config', 'endpoint slice config', 'node config'].map((name) =>
        klog(process, 'shared_informer.go:356', `"Caches are synced" controller="${name}"`),
      ),
    ],
    starts: (process) => {
      const { network, nodeName } = networkOf(process);
      network.proxyStarted?.(nodeName);
    },
  },
  etcd: {
    endpoints: [
      { port: 2379, paths: {}, isTls: true },
      { port: 2380, paths: {}, isTls: true },
      { port: 2381, address: '127.0.0.1', paths: { ...health, '/health': '{"health":"true","reason":""}' } },
    ],
    says: (process) =>
      ['ready to serve client requests', 'serving client traffic securely'].map((msg) =>
        JSON.stringify({ level: 'info', ts: new Date(process.clock.now).toISOString(), caller: 'embed/serve.go:124', msg }),
      ),
  },
  kindnetd: {
    endpoints: [],
    says: (process) => {
      const { network, ip } = networkOf(process);
      const others = network.view.nodes().map((node) => klog(process, 'main.go:297', `Handling node with IPs: map[${node.ip}:{}]`));
      return [
        klog(process, 'main.go:109', 'connected to apiserver: https://10.96.0.1:443'),
        klog(process, 'main.go:139', `hostIP = ${ip}`),
        klog(process, 'main.go:178', 'kindnetd IP family: "ipv4"'),
        klog(process, 'main.go:182', 'noMask IPv4 subnets: [10.244.0.0/16]'),
        ...others,
      ];
    },
  },
  'local-path-provisioner': {
    endpoints: [],
    says: (process) => [
      klog(process, 'controller.go:824', `Starting provisioner controller rancher.io/local-path_${process.kernel.hostname}!`),
    ],
  },
  'kube-router': { endpoints: [{ port: 20244, paths: { '/healthz': 'OK\n' } }] },
};

/** A program that only holds its ports. Told to end, it ends with 0. */
function daemon({ endpoints, says, starts }: Daemon): Program {
  return function* (process) {
    process.exitOn([signalNumbers.TERM, signalNumbers.INT], 0);
    for (const endpoint of endpoints) {
      try {
        const listener = listenAt(process, endpoint.port, endpoint.address, { isTls: endpoint.isTls ?? false });
        process.startThread(serveHttp(process, listener, { handle: (request) => respond(process, endpoint, request) }));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        yield* process.complain(`listen tcp ${endpoint.address ?? ''}:${endpoint.port}: bind: ${error.message.toLowerCase()}\n`);
        return 1;
      }
    }
    starts?.(process);
    for (const line of says?.(process) ?? []) yield* process.complain(`${line}\n`);
    return yield* forEver();
  };
}

function* respond(process: Process, { paths }: Endpoint, { target }: HttpRequest): Blocking<HttpResponse> {
  const body = paths[target.replace(/\?.*/, '')];
  const text = body ?? '404 page not found\n';
  return {
    status: body === undefined ? 404 : 200,
    headers: [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Date', httpDate(process.clock.now)],
      ['Content-Length', String(bodyLength(text))],
    ],
    body: text,
  };
}

/** Waits until a signal ends the process. */
export function* forEver(): Blocking<never> {
  for (;;) {
    try {
      yield* parkInterruptibly(() => undefined);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
}

/** How long CoreDNS still answers after it was told to end: `health { lameduck 5s }`. */
const lameDuckMs = 5000;

const coredns: Program = function* (process, argv) {
  const network = networkOf(process);
  const config = argv[argv.indexOf('-conf') + 1];
  if (argv.includes('-conf') && config !== undefined && !process.kernel.files.lookUp(process, config)) {
    yield* process.complain(`loading Caddyfile via flag: open ${config}: no such file or directory\n`);
    return 1;
  }
  const answer: Parameters<typeof network.serveNames>[1] = (name, type) =>
    answerQuestion(network.network.view, name, type, process.clock.now);
  try {
    process.addDescriptor(network.serveNames(53, answer), 3);
    listenAt(process, 53);
    const ports: Endpoint[] = [
      { port: 8080, paths: { '/health': 'OK' } },
      { port: 8181, paths: { '/ready': 'OK' } },
      {
        port: 9153,
        paths: {
          '/metrics':
            '# HELP coredns_build_info A metric with a constant \'1\' value labeled by version, revision, and goversion from which CoreDNS was built.\n# TYPE coredns_build_info gauge\ncoredns_build_info{goversion="go1.24.1",revision="707c7c1",version="1.12.1"} 1\n',
        },
      },
    ];
    for (const endpoint of ports) {
      process.startThread(
        serveHttp(process, listenAt(process, endpoint.port), { handle: (request) => respond(process, endpoint, request) }),
      );
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`Listen: listen tcp :53: bind: ${error.message.toLowerCase()}\n`);
    return 1;
  }
  yield* process.print(
    '.:53\n[INFO] plugin/reload: Running configuration SHA512 = 1b226df79860026c6a52e67daa10d7f0d57ec5b023288ec00c5e05f93523c894564e15b91770d3a07ae1cfbe861d15b37d4a0027e69c546ab112970993a3b03b\nCoreDNS-1.12.1\nlinux/amd64, go1.24.1, 707c7c1\n',
  );
  yield* untilToldToEnd(process);
  yield* process.print('[INFO] SIGTERM: Shutting down servers then terminating\n[INFO] plugin/health: Going into lameduck mode for 5s\n');
  yield* process.sleep(lameDuckMs);
  return 0;
};

/** What holds a pod together: it does nothing until it is told to end. */
const pause: Program = function* (process) {
  process.exitOn([signalNumbers.TERM, signalNumbers.INT], 0);
  yield* process.print('');
  return yield* forEver();
};

export const systemDaemons: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(Object.entries(daemons).map(([name, facts]) => [name, daemon(facts)])),
  coredns,
  'kube-apiserver': apiServerProgram,
  pause,
};

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Blocking } from '../../../../../src/simulator/container/blocking.ts';
import type { Process } from '../../../../../src/simulator/container/process.ts';
import { httpDate, readHeaders } from '../../../../../src/simulator/container/programs/network/http-message.ts';
import { type Socket, serveConnections } from '../../../../../src/simulator/container/programs/network/socket.ts';
import { answerQuestion, type DnsAnswer } from '../../../../../src/simulator/network/dns.ts';
import { exec, type Started, startContainer } from '../../../network/container-rig.ts';
import { NetworkRig } from '../../../network/network-rig.ts';

// The recordings' hosts stood at 10.99.0.x; here the same ones stand at 10.244.1.x.
interface Recorded {
  readonly command: string;
  readonly output: string;
  readonly code: number;
  readonly seconds: number;
}

function readRecordings(file: string): Recorded[] {
  const text = readFileSync(`tests/recordings/${file}`, 'utf8')
    .replaceAll('10.99.0.', '10.244.1.')
    .replaceAll('.0.99.10.in-addr', '.1.244.10.in-addr');
  return [...text.matchAll(/^\$ (.*)\n([\s\S]*?)\[rc=(\d+), ([\d.]+)s\]$/gm)].map(([, command = '', output = '', code, seconds]) => ({
    command,
    output,
    code: Number(code),
    seconds: Number(seconds),
  }));
}

/** What the recorded hosts did at their ports. */
function serveLikeRecorded(process: Process, network: ReturnType<NetworkRig['pod']>): void {
  const serve = (port: number, how: (socket: Socket) => Blocking): void => {
    process.startThread(serveConnections(process, network.listen(port), how));
  };
  serve(8080, function* (socket) {
    const line = yield* socket.line();
    const [method = '', path = ''] = (line ?? '').split(' ');
    const headers = /^[A-Z]+$/.test(method) ? yield* readHeaders(socket) : [];
    if (!/^[A-Z]+$/.test(method)) {
      yield* socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    const keep = /close/.test(headers.find(([name]) => name.toLowerCase() === 'connection')?.[1] ?? '') ? 'close' : 'keep-alive';
    const [status, body, more] =
      path === '/404'
        ? ['404 Not Found', 'nf\n', '']
        : path === '/500'
          ? ['500 Internal Server Error', 'err\n', '']
          : path === '/302'
            ? ['302 Found', '', 'Location: /\r\n']
            : ['200 OK', 'Hello from backend\n', ''];
    const framing = method === 'HEAD' ? '' : 'Transfer-Encoding: chunked\r\n';
    yield* socket.write(
      `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\n${more}Date: ${httpDate(process.clock.now)}\r\nConnection: ${keep}\r\n${keep === 'keep-alive' ? 'Keep-Alive: timeout=5\r\n' : ''}${framing}\r\n`,
    );
    if (method !== 'HEAD') yield* socket.write(`${body.length > 0 ? `${body.length.toString(16)}\r\n${body}\r\n` : ''}0\r\n\r\n`);
  });
  for (const port of [9001, 9004]) {
    serve(port, function* (socket) {
      yield* socket.read();
      socket.connection.reset();
    });
  }
  serve(9002, (socket) => socket.write('garbage\n'));
  serve(9003, function* (socket) {
    yield* process.sleep(3_600_000);
    yield* socket.write('');
  });
}

class RecordedWorld {
  readonly rig = new NetworkRig();
  readonly clients = new Map<string, Started>();

  constructor() {
    const { rig } = this;
    rig.namespace('k8squest');
    const at = (name: string, ip: string): ReturnType<NetworkRig['pod']> =>
      rig.pod(name, { namespace: 'k8squest', labels: { app: name }, ip });
    const backend = at('backend', '10.244.1.2');
    const blackhole = at('blackhole', '10.244.1.3');
    at('noendpoints', '10.244.1.4');
    const dns = at('dns', '10.244.1.10');
    rig.service('kubernetes', { clusterIP: '10.96.0.1', ports: [{ port: 443 }] }, []);
    for (const [name, addresses] of Object.entries({
      'backend-service': [backend.ip],
      blackhole: [blackhole.ip],
      noendpoints: ['10.244.1.4'],
      deadpod: ['10.244.1.77'],
      headless: ['10.244.1.21', '10.244.1.22'],
    })) {
      rig.service(name, { clusterIP: 'None', ports: [{ port: 8080 }] }, addresses, { namespace: 'k8squest' });
    }
    rig.apply(
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: blackhole, namespace: k8squest }, spec: { podSelector: { matchLabels: { app: blackhole } }, policyTypes: [Ingress] } }',
    );
    const unknown: DnsAnswer = { code: 'NXDOMAIN', isAuthoritative: true, answers: [], authority: [], additional: [] };
    dns.serveNames(53, (name, type) => (type === 'PTR' ? unknown : answerQuestion(rig.network.view, name, type, rig.clock.now)));
    const server = startContainer(rig, backend, 'registry.k8s.io/pause:3.10', [], { namespace: 'k8squest' });
    serveLikeRecorded(server.container.kernel.init!, backend);
    rig.settle();
  }

  /** A container of an image that waits to have commands run in it. */
  client(image: string, options: { dns?: string } = {}): Started {
    const key = `${image} ${options.dns}`;
    const known = this.clients.get(key);
    if (known) return known;
    const pod = this.rig.pod(`client-${this.clients.size}`, { namespace: 'k8squest' });
    const resolver = `search k8squest.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${options.dns ?? '10.244.1.10'}\noptions ndots:5\n`;
    const started = startContainer(
      this.rig,
      pod,
      image,
      image.startsWith('redis') || image.startsWith('postgres') ? ['sh', '-c', 'sleep 1000000'] : ['nc', '-l', '-p', '9999'],
      { namespace: 'k8squest', resolver },
    );
    this.rig.settle();
    this.clients.set(key, started);
    return started;
  }
}

/** Takes out what no two runs share: times, dates, speeds, versions, and where stderr and stdout met. */
function normalise(text: string): string {
  return text
    .replace(/BusyBox v[\d.]+ \([^)]*\)/g, 'BusyBox')
    .replace(/after \d+ (ms|milliseconds)/g, 'after N $1')
    .replace(/time=[\d.]+ ms/g, 'time=N ms')
    .replace(/(round-trip|rtt) (\S+) = .*/g, '$1 $2 = N')
    .replace(/\d+\.\d{3} ms/g, 'N ms')
    .replace(/Date: .*/g, 'Date: D')
    .replace(/^(100 +\d+ +0 +\d+|100 +\d+ +100 +\d+) .*$/gm, '100 N')
    .replace(/;; Got recursion not available.*\n/g, '')
    .replace(/\r/g, '\n')
    .replace(/^(10\.244\.1\.\d+) +/gm, '$1 ')
    .trimEnd();
}

function words(command: string): string[] {
  return command
    .replace('select 1', 'select_1')
    .split(' ')
    .filter(Boolean)
    .map((word) => word.replace('select_1', 'select 1'));
}

const busybox136 = [...readRecordings('busybox-1.36-wget.txt'), ...readRecordings('busybox-1.36-network.txt')];
const busybox128 = readRecordings('busybox-1.28-network.txt');
/** Facts of the recording host and its network: its name server knew no SRV records, and its hosts were neighbours. */
const hostFacts = /hostname -i|ip addr|traceroute|-type=srv backend/;

describe('network programs say what the real ones say', () => {
  let world: RecordedWorld;
  beforeAll(() => {
    world = new RecordedWorld();
  });

  const replay = (
    client: Started,
    argv: readonly string[],
    { output, code, seconds, command }: Recorded,
    order: 'as written' | 'stderr first' = 'as written',
  ): void => {
    const result = exec(world.rig, client, argv);
    const said = order === 'as written' ? result.output : result.stderr + result.stdout;
    expect({ said: normalise(said), code: result.code }, command).toEqual({ said: normalise(output), code });
    // A refused connection to `noendpoints` took the recording host a second.
    if (seconds >= 2) expect(Math.abs(result.seconds - seconds), command).toBeLessThan(seconds > 100 ? 2.2 : 0.7);
  };

  test.each(busybox136.filter(({ command }) => command.startsWith('busybox ') && !hostFacts.test(command)))(
    'busybox 1.36: $command',
    (recorded) => {
      replay(world.client('busybox:1.36'), words(recorded.command).slice(1), recorded);
    },
  );

  test.each(busybox128.filter(({ command }) => command.startsWith('busybox ')))('busybox 1.28: $command', (recorded) => {
    replay(world.client('busybox:1.28'), words(recorded.command).slice(1), recorded);
  });

  test.each(readRecordings('curl-7.88.txt'))('$command', (recorded) => {
    replay(world.client('curlimages/curl:7.88.1'), words(recorded.command), recorded, 'stderr first');
  });

  const tools = readRecordings('network-tools.txt').filter(({ command }) => !/^(wget|dig nope)/.test(command));
  test.each(tools)('$command', (recorded) => {
    const [program = '', ...args] = words(recorded.command);
    const name = program.replace(/^.*\//, '');
    const image = { 'redis-cli': 'redis:7', psql: 'postgres:14', pg_isready: 'postgres:14' }[name] ?? 'nicolaka/netshoot';
    const argv = [name === 'nc.openbsd' ? 'nc' : name, ...args];
    const expected = { ...recorded, output: recorded.output.replaceAll('nc.openbsd:', 'nc:') };
    replay(world.client(image), argv, expected, 'stderr first');
  });

  const timeouts = readRecordings('network-timeouts.txt').filter(({ command }) => !/^redis-cli -h blackhole/.test(command));
  test.each(timeouts)('$command, when nothing answers', (recorded) => {
    const isNameless = /backend-service/.test(recorded.command) && !/-p \d/.test(recorded.command);
    const options = isNameless ? { dns: '10.244.1.3' } : {};
    const [first = ''] = words(recorded.command);
    const image =
      {
        curl: 'curlimages/curl:7.88.1',
        nslookup: 'nicolaka/netshoot',
        'redis-cli': 'redis:7',
        psql: 'postgres:14',
        pg_isready: 'postgres:14',
      }[first] ?? 'busybox:1.36';
    const client = world.client(image, options);
    replay(client, words(recorded.command.replace(/^busybox /, '')), recorded);
  });
});

describe('a client that waits', () => {
  test('an attempt that a policy drops goes on at the next SYN after the policy is mended', () => {
    const world = new RecordedWorld();
    const client = world.client('busybox:1.36');
    const started = world.rig.clock.now;
    world.rig.pods.get('k8squest/blackhole')!.listen(8080);
    world.rig.clock.after(4000, () => world.rig.client.resource('networkpolicies').delete('k8squest', 'blackhole'));
    const result = exec(world.rig, client, ['nc', '-z', '-v', 'blackhole', '8080']);
    expect(result.output).toBe('blackhole (10.244.1.3:8080) open\n');
    expect(Math.round((world.rig.clock.now - started) / 1000)).toBe(7);
  });
});

// What the player of the recorded session lets pass, and above all what it doesn't.
import { describe, expect, test } from 'vitest';
import { comparable } from './comparable.ts';
import { recordedTranscript } from './transcript.ts';

const onWorker = { nodeName: 'k8squest-worker' };
const onWorker2 = { nodeName: 'k8squest-worker2' };
const pods = {
  kind: 'List',
  items: [
    { metadata: { name: 'app-86c69fd5d5-dl9h4' }, spec: onWorker, status: { phase: 'Running' } },
    { metadata: { name: 'p1' }, spec: onWorker, status: { phase: 'Running' } },
    { metadata: { name: 'job1-nd8zt' }, spec: onWorker, status: { phase: 'Succeeded' } },
    { metadata: { name: 'ss-0' }, spec: onWorker2, status: { phase: 'Running' } },
    { metadata: { name: 'dset-mbswg', ownerReferences: [{ kind: 'DaemonSet' }] }, spec: onWorker2, status: { phase: 'Running' } },
  ],
};
const side = { commands: '', folder: '/tmp/transcript', pods: JSON.stringify(pods) };
const lines = (command: string, stdout: string) => comparable(command, { stdout, stderr: '', status: 0 }, side).join('\n');
const json = (...items: object[]) => `${JSON.stringify({ apiVersion: 'v1', items, kind: 'List' }, undefined, 4)}\n`;
const pod = (name: string, more: object = {}) => ({ kind: 'Pod', metadata: { name, ...more } });
const restarting = (name: string, state: object) => ({ ...pod('bare-dbg'), status: { containerStatuses: [{ name, state }] } });
const table = (...rows: string[]) => `${rows.join('\n')}\n`;

interface Case {
  readonly what: string;
  readonly command: string;
  readonly recorded: string;
  readonly alike?: readonly string[];
  readonly unlike: readonly string[];
}

const image = (...names: string[]) => `  - names:\n${names.map((name) => `    - ${name}\n`).join('')}    sizeBytes: 123\n`;
const digest = `sha256:${'0'.repeat(64)}`;
const proxyImage = image(`registry.k8s.io/kube-proxy@${digest}`, 'registry.k8s.io/kube-proxy:v1.34.4');
const ownImage = image(`docker.io/library/nginx@${digest}`, 'docker.io/library/nginx:1.27');
const access = '10.244.1.1 - - [24/Nov/2026:23:07:32 +0000] "GET / HTTP/1.1" 200 615 "-" "kube-probe/1.34" "-"';
const notice = (words: string) => `2026/11/24 23:07:31 [notice] 1#1: ${words}`;

function node(rows: readonly string[], count: number, cpu: string, memory: string, events: readonly string[] = ['RegisteredNode']): string {
  return table(
    `Non-terminated Pods:          (${count} in total)`,
    '  Namespace    Name    CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age',
    ...rows,
    'Allocated resources:',
    `  cpu                ${cpu}`,
    `  memory             ${memory}`,
    'Events:',
    '  Type    Reason                   Age   From             Message',
    ...events.map((reason) => `  Normal  ${reason.padEnd(23)}  90s   node-controller  words`),
  );
}
const appRow = '  t134         app-86c69fd5d5-dl9h4    50m (2%)  0 (0%)  32Mi (0%)  64Mi (0%)  23s';
const emptyRow = (namespace: string, name: string) => `  ${namespace}         ${name}    0 (0%)  0 (0%)  0 (0%)  0 (0%)  23s`;
const nodeRows = [
  emptyRow('kube-system', 'kube-proxy-9jpxh'),
  emptyRow('kube-system', 'kube-router-6tvn7'),
  appRow,
  emptyRow('t134', 'p1'),
];
const kindRows = [
  '  kube-system  kindnet-w86kj  100m (5%)  100m (5%)  50Mi (0%)  50Mi (0%)  9s',
  nodeRows[0] ?? '',
  appRow,
  emptyRow('t134', 'p1'),
];
const event = (age: string, message: string) => `${age.padEnd(20)}   Normal   Pulled   pod/app-86c69fd5d5-dl9h4   ${message}`;
const eventTitles = `${'LAST SEEN'.padEnd(20)}   TYPE     REASON   OBJECT                      MESSAGE`;

const cases: readonly Case[] = [
  {
    what: 'items of one generated name come in any order, others do not, and each counts',
    command: 'get deploy -o json',
    recorded: json(pod('app-86c69fd5d5', { generation: 1 }), pod('app-6946f4bc5b', { generation: 2 }), pod('d1-76bfbc7c4c')),
    alike: [json(pod('app-5986fcdf65', { generation: 2 }), pod('app-6fc444dcf5', { generation: 1 }), pod('d1-7ff656d67f'))],
    unlike: [
      json(pod('d1-76bfbc7c4c'), pod('app-86c69fd5d5', { generation: 1 }), pod('app-6946f4bc5b', { generation: 2 })),
      json(pod('app-86c69fd5d5', { generation: 1 }), pod('app-6946f4bc5b', { generation: 3 }), pod('d1-76bfbc7c4c')),
      json(pod('app-86c69fd5d5', { generation: 1 }), pod('d1-76bfbc7c4c')),
    ],
  },
  {
    what: 'pods that are ending may be there or not, others must',
    command: 'get po -o json',
    recorded: json(pod('app-86c69fd5d5-dl9h4'), pod('bare')),
    alike: [json(pod('app-86c69fd5d5-dl9h4'), pod('app-86c69fd5d5-dl9h5', { deletionTimestamp: '2026-11-24T23:09:00Z' }), pod('bare'))],
    unlike: [json(pod('bare')), json(pod('app-86c69fd5d5-dl9h4'), pod('bare', { deletionTimestamp: '2026-11-24T23:09:00Z' }))],
  },
  {
    what: 'roll-outs take more or fewer steps, whose last one is seen',
    command: 'get rs -o json',
    recorded: json({ ...pod('app-86c69fd5d5', { generation: 3 }), status: { observedGeneration: 3 } }),
    alike: [json({ ...pod('app-6946f4bc5b', { generation: 5 }), status: { observedGeneration: 5 } })],
    unlike: [
      json({ ...pod('app-6946f4bc5b', { generation: 5 }), status: { observedGeneration: 4 } }),
      json({ ...pod('d1-6946f4bc5b', { generation: 3 }), status: { observedGeneration: 3 } }),
    ],
  },
  {
    what: 'a roll-out is told from wherever it is up to its end',
    command: 'rollout status deploy/app --timeout=90s',
    recorded: table('finish: 1 out of 3 new replicas', 'finish: 2 out of 3 new replicas', 'rolled out'),
    alike: [table('finish: 2 out of 3 new replicas', 'rolled out')],
    unlike: [table('finish: 2 out of 3 new replicas'), table('rolled out'), table('finish: 2 out of 4 new replicas', 'rolled out')],
  },
  {
    what: 'a debugger that ends again and again has ended or waits, and has not failed',
    command: 'get po -o json',
    recorded: json(restarting('debugger-4rt2d', { waiting: { reason: 'CrashLoopBackOff' } })),
    alike: [json(restarting('debugger-w9f8k', { terminated: { exitCode: 0 } }))],
    unlike: [
      json(restarting('debugger-w9f8k', { terminated: { exitCode: 1 } })),
      json(restarting('debugger-w9f8k', { waiting: { reason: 'ContainerCreating' } })),
      json(restarting('main', { waiting: { reason: 'CrashLoopBackOff' } })),
    ],
  },
  {
    what: 'a failing pull says one thing or the other, about the same',
    command: 'get deploy app -o yaml',
    recorded: '"message": "rpc error: code = NotFound", "reason": "ErrImagePull"\n',
    alike: [
      '"message": "Back-off pulling image \\"nginx:bad\\": ErrImagePull: rpc error: code = NotFound", "reason": "ImagePullBackOff"\n',
    ],
    unlike: [
      '"message": "rpc error: code = Unknown", "reason": "ErrImagePull"\n',
      '"message": "rpc error: code = NotFound", "reason": "Failed"\n',
    ],
  },
  {
    what: 'namespaces are those of Kubernetes; the one of the storage add-on is extra',
    command: 'get ns',
    recorded: table('NAME   STATUS   AGE', 'default   Active   15m', 'kube-public   Active   15m'),
    alike: [table('NAME   STATUS   AGE', 'default   Active   5s', 'kube-public   Active   5s', 'local-path-storage   Active   5s')],
    unlike: [
      table('NAME   STATUS   AGE', 'default   Active   5s'),
      table('NAME   STATUS   AGE', 'default   Active   5s', 'kube-public   Terminating   5s'),
      table('NAME   STATUS   AGE', 'default   Active   5s', 'kube-public   Active   5s', 'other   Active   5s'),
    ],
  },
  {
    what: 'network add-ons have other names, and run',
    command: 'get pods -A',
    recorded: table(
      'kube-system   kube-proxy-9jpxh   1/1   Running   0   15m',
      'kube-system   kube-router-6tvn7   1/1   Running   0   15m',
    ),
    alike: [table('kube-system   kindnet-w86kj   1/1   Running   0   9s', 'kube-system   kube-proxy-7cvwc   1/1   Running   0   9s')],
    unlike: [
      table('kube-system   kube-proxy-7cvwc   1/1   Running   0   9s'),
      table('kube-system   kindnet-w86kj   0/1   Error   0   9s', 'kube-system   kube-proxy-7cvwc   1/1   Running   0   9s'),
      table('kube-system   kindnet-w86kj   1/1   Running   0   9s', 'kube-system   kube-proxy-7cvwc   0/1   Running   0   9s'),
    ],
  },
  {
    what: "a node's images are Kubernetes' own and others, each with its digest",
    command: 'get node k8squest-worker -o yaml',
    recorded: `  images:\n${ownImage}${proxyImage}  nodeInfo:\n    machineID: ${'a'.repeat(32)}\n`,
    alike: [
      `  images:\n${proxyImage}${ownImage.replace('123', '7')}${ownImage.replaceAll('nginx', 'redis')}  nodeInfo:\n    machineID: ${'b'.repeat(32)}\n`,
    ],
    unlike: [
      `  images:\n${ownImage}  nodeInfo:\n    machineID: ${'a'.repeat(32)}\n`,
      `  images:\n${ownImage}${image('registry.k8s.io/kube-proxy:v1.34.4')}  nodeInfo:\n    machineID: ${'a'.repeat(32)}\n`,
      `  images:\n${ownImage}${proxyImage}  nodeInfo:\n    machineID: none\n`,
      `  images:\n${ownImage}${proxyImage}${image(`docker.io/library/redis@${digest}`, 'docker.io/library/nginx:1')}  nodeInfo:\n    machineID: ${'a'.repeat(32)}\n`,
    ],
  },
  {
    what: 'nginx may be another build on another machine, and is probed more or less often, but is',
    command: 'logs deploy/app',
    recorded: table(notice('nginx/1.27.0'), notice('start worker process 7'), notice('start worker process 8'), access, access),
    alike: [table(notice('nginx/1.27.5'), notice('built by gcc 12'), notice('start worker process 2'), access)],
    unlike: [
      table(notice('nginx/1.27.5'), notice('start worker process 2')),
      table(notice('nginx/1.27.5'), access),
      table(notice('nginx/1.27.5'), notice('start worker process 2'), access.replace(' 200 ', ' 404 ')),
      table(notice('nginx/1.27.5'), notice('start worker process 2'), access, access.replace('GET', 'POST')),
    ],
  },
  {
    what: 'nobody need probe while a log is attached, but the rest counts',
    command: '!timeout 3 $K attach deploy/app -c main < /dev/null',
    recorded: table(access),
    alike: [''],
    unlike: [table(access.replace('kube-probe', 'curl'))],
  },
  {
    what: "a node's pods are those that the list had on it",
    command: 'get po --field-selector spec.nodeName=k8squest-worker',
    recorded: table('NAME   READY', 'app-86c69fd5d5-dl9h4   2/2', 'job1-nd8zt   0/1', 'p1   1/1'),
    unlike: [
      table('NAME   READY', 'app-86c69fd5d5-dl9h4   2/2', 'p1   1/1'),
      table('NAME   READY', 'app-86c69fd5d5-dl9h4   2/2', 'job1-nd8zt   0/1', 'p1   1/1', 'ss-0   1/1'),
      table('NAME', 'app-86c69fd5d5-dl9h4', 'job1-nd8zt', 'p1'),
    ],
  },
  {
    what: "a node's description adds up what its pods ask for",
    command: 'describe node k8squest-worker',
    recorded: node(nodeRows, 4, '50m (2%)  0 (0%)', '32Mi (0%)  64Mi (0%)', ['RegisteredNode', 'Starting']),
    alike: [node(kindRows, 4, '150m (7%)  100m (5%)', '82Mi (0%)  114Mi (0%)', ['Starting', 'RegisteredNode'])],
    unlike: [
      node(kindRows, 4, '50m (2%)  0 (0%)', '32Mi (0%)  64Mi (0%)', ['Starting', 'RegisteredNode']),
      node(kindRows, 5, '150m (7%)  100m (5%)', '82Mi (0%)  114Mi (0%)', ['Starting', 'RegisteredNode']),
      node(kindRows, 4, '150m (7%)  100m (5%)', '82Mi (0%)  114Mi (0%)', ['Starting']),
      node(kindRows.slice(0, 3), 3, '150m (7%)  100m (5%)', '82Mi (0%)  114Mi (0%)', ['Starting', 'RegisteredNode']),
      node([...kindRows, emptyRow('t134', 'ss-0')], 5, '150m (7%)  100m (5%)', '82Mi (0%)  114Mi (0%)', ['Starting', 'RegisteredNode']),
    ],
  },
  {
    what: 'a drain evicts all pods of the node but those of DaemonSets, and waits for each',
    command: 'drain k8squest-worker2 --ignore-daemonsets --force --delete-emptydir-data --timeout=90s',
    recorded: table('node/k8squest-worker2 cordoned', 'evicting pod t134/ss-0', 'pod/ss-0 evicted', 'node/k8squest-worker2 drained'),
    unlike: [
      table('node/k8squest-worker2 cordoned', 'evicting pod t134/ss-0', 'node/k8squest-worker2 drained'),
      table('node/k8squest-worker2 cordoned', 'node/k8squest-worker2 drained'),
      table('node/k8squest-worker2 cordoned', 'evicting pod t134/p1', 'pod/p1 evicted', 'node/k8squest-worker2 drained'),
      table('node/k8squest-worker2 cordoned', 'evicting pod t134/ss-0', 'pod/ss-0 evicted'),
    ],
  },
  {
    what: 'pods sorted by their start are',
    command: 'get po --sort-by=.status.startTime',
    recorded: table('NAME     AGE', 'job1     24s', 'job2     23s', 'app      15s'),
    alike: [
      table('NAME     AGE', 'job2     9s', 'job1     9s', 'app      8s'),
      table('NAME     AGE', 'job2     9s', 'app      8s', 'job1     9s'),
    ],
    unlike: [table('NAME     AGE', 'job1     9s', 'app      7s', 'job2     9s'), table('NAME     AGE', 'job1     9s', 'app      8s')],
  },
  {
    what: 'events of one moment come in any order, those of others do not, and none is left out or doubled',
    command: 'get events --sort-by=.lastTimestamp',
    recorded: table(eventTitles, event('2m30s', 'one'), event('20s', 'two'), event('20s', 'three')),
    alike: [table(eventTitles, event('24s', 'one'), event('9s', 'three'), event('9s', 'two'))],
    unlike: [
      table(eventTitles, event('9s', 'three'), event('9s', 'two'), event('24s', 'one')),
      table(eventTitles, event('24s', 'one'), event('9s', 'two')),
      table(eventTitles, event('24s', 'one'), event('9s', 'two'), event('9s', 'three'), event('9s', 'three')),
      table(eventTitles, event('24s', 'one'), event('9s', 'two'), event('9s', 'four')),
    ],
  },
  {
    what: 'many events of many roll-outs: how often is chance, what is not',
    command: 'events',
    recorded: table(eventTitles, event('2m30s', 'one'), event('20s', 'two')),
    alike: [table(eventTitles, event('24s (x3 over 2m)', 'one'), event('24s', 'one'), event('9s', 'two'))],
    unlike: [table(eventTitles, event('24s', 'one')), table(eventTitles, event('9s', 'two'), event('24s', 'one'))],
  },
  {
    what: 'a watch may show again the pod that goes to and fro, and no other',
    command: 'get pods -w -o name --request-timeout=2s',
    recorded: table('pod/bare', 'pod/p1'),
    alike: [table('pod/bare', 'pod/p1', 'pod/bare')],
    unlike: [table('pod/bare', 'pod/p1', 'pod/p1'), table('pod/p1')],
  },
  {
    what: 'machines have other kernels and sizes, of which two are known',
    command: 'get nodes -o wide',
    recorded: 'Debian GNU/Linux 12   6.18.44-fc-v595   containerd://2.1.4   memory: 24684096Ki\n',
    alike: ['Debian GNU/Linux 12   6.12.0   containerd://2.1.4   memory: 8Gi\n'],
    unlike: [
      'Debian GNU/Linux 13   6.12.0   containerd://2.1.4   memory: 8Gi\n',
      'Debian GNU/Linux 12   6.12.0   containerd://2.1.5   memory: 8Gi\n',
      'Debian GNU/Linux 12   6.12.0   containerd://2.1.4   memory: 9Gi\n',
    ],
  },
];

describe('what one command prints', () => {
  test.each(cases)('$what', ({ command, recorded, alike = [], unlike }) => {
    const there = lines(command, recorded);
    for (const one of alike) expect(lines(command, one)).toBe(there);
    for (const one of unlike) expect(lines(command, one)).not.toBe(there);
  });
});

test('a drain may warn of pods without controller that are on the node', () => {
  const drain = (stderr: string, name: string) => {
    const own = { ...pods, items: [...pods.items, { metadata: { name }, spec: onWorker2, status: { phase: 'Running' } }] };
    return comparable('drain k8squest-worker2', { stdout: '', stderr, status: 0 }, { ...side, pods: JSON.stringify(own) });
  };
  const others = 'ignoring DaemonSet-managed Pods: t134/dset-mbswg';
  const warned = drain(`Warning: deleting Pods that declare no controller: t134/bare, t134/ss-0; ${others}`, 'bare');
  expect(warned).toEqual(['! Warning: ignoring DaemonSet-managed Pods: t134/dset-<id>']);
  expect(drain(`Warning: ${others}; deleting Pods that declare no controller: t134/bare, t134/ss-0`, 'bare')).toEqual(warned);
  expect(drain(`Warning: deleting Pods that declare no controller: t134/bare; ${others}`, 'bare')).not.toEqual(warned);
  expect(drain(`Warning: deleting Pods that declare no controller: t134/bare, t134/ss-0; ${others}`, 'p1')).not.toEqual(warned);
});

test('exit codes and stderr count', () => {
  const say = (stderr: string, status: number) => comparable('get pods', { stdout: '', stderr, status }, side);
  expect(say('error: no', 1)).toEqual(['! error: no', '= 1']);
  expect(say('error: no', 1)).not.toEqual(say('error: no', 2));
  expect(say('error: no', 1)).not.toEqual(say('error: yes', 1));
});

test('most of what was recorded is left to be compared', () => {
  const commands = recordedTranscript();
  let listed = '';
  const left = commands.map(({ cmd, out, err, rc }) => {
    if (cmd === 'get po -o json') listed = out;
    return comparable(cmd, { stdout: out, stderr: err, status: rc }, { ...side, pods: listed }).length;
  });
  const printed = commands.map(({ out, err }) => `${out.trimEnd()}\n${err.trimEnd()}`.trim().split('\n').length);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  expect(sum(left) / sum(printed)).toBeGreaterThan(0.65);
  expect(commands.filter((_, index) => left[index] === 0).map(({ cmd }) => cmd)).toEqual(
    commands.filter(({ out, err, rc }) => !out.trim() && !err.trim() && rc === 0).map(({ cmd }) => cmd),
  );
});

// How pods live and fail, in the words of a real 1.34 (tests/recordings/scenarios: bad-command, bad-tag, exit-codes, init-order, oom, image-policies, run-as).
import { expect, test } from 'vitest';
import { type KubeletRig, kubeletRig } from './kubelet-rig.ts';

function pod(name: string, spec: string): string {
  return `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: ${spec}}\n`;
}

function conditions(rig: KubeletRig, name: string): string[] {
  return (rig.pod(name).status.conditions ?? [])
    .map(({ type, status, reason, message }) => [`${type}=${status}`, reason, message].filter(Boolean).join(' '))
    .sort();
}

const ready = ['ContainersReady=True', 'Initialized=True', 'PodReadyToStartContainers=True', 'PodScheduled=True', 'Ready=True'];

test('a pod whose image is there is ready within a second', () => {
  const rig = kubeletRig();
  rig.apply(pod('first', '{containers: [{name: web, image: "nginx:1.27"}], nodeName: k8squest-worker}'));
  rig.run(10);
  rig.apply(pod('web', '{containers: [{name: web, image: "nginx:1.27"}], nodeName: k8squest-worker}'));
  rig.run(0.5);
  expect(rig.pod('web').status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
  rig.run(0.5);
  expect(rig.pod('web').status).toMatchObject({
    phase: 'Running',
    podIP: '10.244.1.3',
    hostIP: '172.18.0.3',
    qosClass: 'BestEffort',
    observedGeneration: 1,
  });
  expect(conditions(rig, 'web')).toEqual(ready);
  expect(rig.status('web')).toMatchObject({
    image: 'docker.io/library/nginx:1.27',
    ready: true,
    started: true,
    restartCount: 0,
    lastState: {},
    resources: {},
  });
  expect(rig.status('web').user).toEqual({ linux: { uid: 0, gid: 0, supplementalGroups: [0] } });
  expect(rig.events('web').slice(0, 1)).toEqual(['Normal Pulled Container image "nginx:1.27" already present on machine']);
});

test('a command that the image does not have fails to start and backs off', () => {
  const rig = kubeletRig();
  rig.apply(pod('web', '{containers: [{name: web, image: "nginx:1.27", command: [nginxx, -g, "daemon off;"]}]}'));
  rig.run(60);
  const why =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nginxx": executable file not found in $PATH';
  expect(rig.status('web')).toMatchObject({
    ready: false,
    started: false,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { reason: 'StartError', exitCode: 128, message: why, startedAt: '1970-01-01T00:00:00Z' } },
  });
  expect(rig.pod('web').status.phase).toBe('Running');
  expect(new Set(rig.events('web').filter((event) => !/ Pull(ing|ed) /.test(event)))).toEqual(
    new Set([
      expect.stringMatching(/^Normal Scheduled /),
      'Normal Created Created container: web',
      `Warning Failed Error: ${why}`,
      expect.stringMatching(/^Warning BackOff Back-off restarting failed container web in pod web_default\([-0-9a-f]{36}\)$/),
    ]),
  );
  expect(rig.logs('web')).toBe('');
  expect(rig.exec('web', ['true']).status.message).toBe(
    'Internal error occurred: unable to upgrade connection: container not found ("web")',
  );
});

test('a repository that Docker Hub does not know looks like a private one; elsewhere it is not found', () => {
  const rig = kubeletRig();
  rig.apply(pod('web', '{containers: [{name: c, image: "teapot/labels:1"}, {name: d, image: "ghcr.io/teapot/labels:1"}]}'));
  rig.run(3);
  const where = (name: string) => `failed to pull and unpack image "${name}": failed to resolve reference "${name}"`;
  const denied = 'pull access denied, repository does not exist or may require authorization';
  const hub = `${where('docker.io/teapot/labels:1')}: ${denied}: server message: insufficient_scope: authorization failed`;
  const other = `rpc error: code = NotFound desc = ${where('ghcr.io/teapot/labels:1')}: ghcr.io/teapot/labels:1: not found`;
  expect(rig.events('web')).toContain(`Warning Failed Failed to pull image "teapot/labels:1": ${hub}`);
  expect(rig.events('web')).toContain(`Warning Failed Failed to pull image "ghcr.io/teapot/labels:1": ${other}`);
});

test('a tag that does not exist alternates between the error and the back-off, with an address', () => {
  const rig = kubeletRig();
  rig.apply(pod('web', '{containers: [{name: c, image: "nginx:1.99"}]}'));
  rig.run(1.5);
  const why =
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.99": failed to resolve reference "docker.io/library/nginx:1.99": docker.io/library/nginx:1.99: not found';
  expect(rig.status('web').state).toEqual({ waiting: { reason: 'ErrImagePull', message: why } });
  expect(() => rig.logs('web')).toThrow('container "c" in pod "web" is waiting to start: image can\'t be pulled');
  rig.run(2);
  expect(rig.status('web')).toEqual({
    name: 'c',
    image: 'nginx:1.99',
    imageID: '',
    lastState: {},
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "nginx:1.99": ErrImagePull: ${why}` } },
    volumeMounts: [
      expect.objectContaining({
        mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
        readOnly: true,
        recursiveReadOnly: 'Disabled',
      }),
    ],
  });
  expect(() => rig.logs('web')).toThrow('container "c" in pod "web" is waiting to start: trying and failing to pull image');
  expect(rig.pod('web').status).toMatchObject({ phase: 'Pending', podIP: expect.stringMatching(/^10\.244\./) });
  expect(rig.events('web').slice(-6)).toEqual([
    expect.stringMatching(/^Normal Scheduled /),
    'Normal Pulling Pulling image "nginx:1.99"',
    `Warning Failed Failed to pull image "nginx:1.99": ${why}`,
    'Warning Failed Error: ErrImagePull',
    'Normal BackOff Back-off pulling image "nginx:1.99"',
    'Warning Failed Error: ImagePullBackOff',
  ]);
});

test('a repaired image in place starts the container', () => {
  const rig = kubeletRig();
  rig.apply(pod('web', '{containers: [{name: c, image: "nginx:1.99"}]}'));
  rig.run(20);
  rig.client.resource('pods').modify('default', 'web', ({ spec }) => Object.assign(spec.containers[0]!, { image: 'nginx:1.27' }));
  rig.run(10);
  expect(rig.status('web')).toMatchObject({ ready: true, restartCount: 0 });
  rig.client.resource('pods').modify('default', 'web', ({ spec }) => Object.assign(spec.containers[0]!, { image: 'nginx:1.25' }));
  rig.run(10);
  expect(rig.status('web')).toMatchObject({ ready: true, restartCount: 1, image: 'docker.io/library/nginx:1.25' });
  expect(rig.events('web')).toContain('Normal Killing Container c definition changed, will be restarted');
});

test('a name that is none, and an image that must not be pulled', () => {
  const rig = kubeletRig();
  rig.apply(
    pod('twice', '{containers: [{name: web, image: "nginx:1.27:latest"}]}') +
      pod('local', '{containers: [{name: web, image: "my-app:dev", imagePullPolicy: Never}]}'),
  );
  rig.run(5);
  expect(rig.status('twice').state?.waiting).toEqual({
    reason: 'InvalidImageName',
    message:
      'Failed to apply default image tag "nginx:1.27:latest": couldn\'t parse image name "nginx:1.27:latest": invalid reference format',
  });
  expect(rig.status('local').state?.waiting?.reason).toBe('ErrImageNeverPull');
  expect(rig.events('local')).toEqual(
    expect.arrayContaining([
      'Warning ErrImageNeverPull Container image "my-app:dev" is not present with pull policy of Never',
      'Warning Failed Error: ErrImageNeverPull',
    ]),
  );
  expect(() => rig.logs('local')).toThrow('container "web" in pod "local" is waiting to start: ErrImageNeverPull');
});

test('exit codes, restarts and the logs of the run before', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'three',
      '{terminationGracePeriodSeconds: 0, containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "echo starting; echo broken >&2; exit 3"]}]}',
    ) +
      pod('done', '{containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "echo done"]}]}') +
      pod('never', '{restartPolicy: Never, containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "exit 42"]}]}'),
  );
  rig.run(20);
  expect(rig.logs('three')).toBe('starting\nbroken\n');
  expect(rig.logs('three', { previous: true })).toBe('starting\nbroken\n');
  expect(rig.status('three')).toMatchObject({
    state: {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: expect.stringMatching(/^back-off 20s restarting failed container=main pod=three_default\(/),
      },
    },
    lastState: { terminated: { reason: 'Error', exitCode: 3 } },
  });
  expect(rig.pod('three').status.phase).toBe('Running');
  expect(rig.status('done').lastState?.terminated).toMatchObject({ reason: 'Completed', exitCode: 0 });
  expect(rig.pod('never').status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { reason: 'Error', exitCode: 42 } } }],
  });
  expect(conditions(rig, 'never')).toEqual([
    'ContainersReady=False PodFailed',
    'Initialized=True',
    'PodReadyToStartContainers=False',
    'PodScheduled=True',
    'Ready=False PodFailed',
  ]);
  expect(() => rig.logs('never', { previous: true })).toThrow('previous terminated container "main" in pod "never" not found');
});

test('restarts back off 10, 20, 40 seconds and more, as the kubelet looks every twelve', () => {
  const rig = kubeletRig();
  rig.apply(pod('p', '{containers: [{name: c, image: "busybox:1.36", command: ["false"]}]}'));
  const counts: number[] = [];
  for (const seconds of [5, 12, 24, 48, 84]) {
    rig.run(seconds);
    counts.push(rig.status('p').restartCount);
  }
  expect(counts).toEqual([1, 2, 3, 4, 5]);
  const backOff = rig.eventObjects('p').find(({ reason }) => reason === 'BackOff');
  expect(backOff?.count).toBeGreaterThan(8);
});

test('init containers run one after the other, and a failing one holds the rest', () => {
  const rig = kubeletRig();
  const shared = 'volumeMounts: [{name: log, mountPath: /log}]';
  rig.apply(
    pod(
      'chain',
      `{volumes: [{name: log, emptyDir: {}}], initContainers: [{name: one, image: "busybox:1.36", command: [sh, -c, "echo one >> /log/log"], ${shared}}, {name: two, image: "busybox:1.36", command: [sh, -c, "echo two >> /log/log; echo from two"], ${shared}}], containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "cat /log/log; sleep 3600"], ${shared}}]}`,
    ) +
      pod(
        'stuck',
        '{initContainers: [{name: good, image: "busybox:1.36", command: ["true"]}, {name: bad, image: "busybox:1.36", command: [sh, -c, "echo no database; exit 4"]}], containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]}',
      ) +
      pod(
        'once',
        '{restartPolicy: Never, initContainers: [{name: bad, image: "busybox:1.36", command: ["false"]}], containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]}',
      ),
  );
  rig.run(20);
  expect(rig.logs('chain')).toBe('one\ntwo\n');
  expect(rig.logs('chain', { container: 'two' })).toBe('from two\n');
  expect(conditions(rig, 'chain')).toEqual(ready);
  expect(rig.pod('stuck').status).toMatchObject({
    phase: 'Pending',
    initContainerStatuses: [
      { name: 'good', ready: true, state: { terminated: { reason: 'Completed' } } },
      { name: 'bad', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 4 } } },
    ],
    containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
  });
  expect(conditions(rig, 'stuck')).toEqual([
    'ContainersReady=False ContainersNotReady containers with unready status: [main]',
    'Initialized=False ContainersNotInitialized containers with incomplete status: [bad]',
    'PodReadyToStartContainers=True',
    'PodScheduled=True',
    'Ready=False ContainersNotReady containers with unready status: [main]',
  ]);
  expect(rig.logs('stuck', { container: 'bad' })).toBe('no database\n');
  expect(() => rig.logs('stuck')).toThrow('container "main" in pod "stuck" is waiting to start: PodInitializing');
  expect(rig.pod('once').status).toMatchObject({
    phase: 'Failed',
    initContainerStatuses: [{ state: { terminated: { reason: 'Error' } } }],
    containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
  });
});

test('a native sidecar is up before the next init container, and goes on', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'shop',
      '{terminationGracePeriodSeconds: 0, initContainers: [{name: proxy, image: "busybox:1.36", restartPolicy: Always, command: [sh, -c, "echo proxy up; sleep 3600"]}, {name: wait, image: "busybox:1.36", command: [sh, -c, "sleep 10; echo done waiting"]}], containers: [{name: app, image: "busybox:1.36", command: [sleep, "3600"]}]}',
    ),
  );
  rig.run(6);
  expect(rig.pod('shop').status).toMatchObject({
    phase: 'Pending',
    initContainerStatuses: [
      { name: 'proxy', started: true, ready: true },
      { name: 'wait', started: true, ready: false, state: { running: {} } },
    ],
    containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
  });
  expect(rig.logs('shop', { container: 'proxy' })).toBe('proxy up\n');
  rig.run(10);
  expect(conditions(rig, 'shop')).toEqual(ready);
});

test('sidecars end with the work of a pod that runs to completion', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'job',
      '{restartPolicy: Never, initContainers: [{name: proxy, image: "busybox:1.36", restartPolicy: Always, command: [sh, -c, "trap exit TERM; while true; do sleep 1; done"]}], containers: [{name: main, image: "busybox:1.36", command: [sleep, "3"]}]}',
    ),
  );
  rig.run(12);
  expect(rig.pod('job').status.phase).toBe('Succeeded');
  expect(rig.status('job', 'proxy').state?.terminated).toBeDefined();
  expect(rig.events('job')).toContain('Normal Killing Stopping container proxy');
});

test('a container over its memory limit is OOMKilled without an event of its own', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'once',
      '{restartPolicy: Never, containers: [{name: eater, image: "busybox:1.36", command: [tail, /dev/zero], resources: {limits: {memory: 20Mi, cpu: 100m}, requests: {cpu: 50m}}}]}',
    ),
  );
  rig.run(30);
  expect(rig.pod('once').status).toMatchObject({ phase: 'Failed', qosClass: 'Burstable' });
  expect(rig.status('once').state?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  expect(rig.status('once').resources).toEqual({ limits: { cpu: '100m', memory: '20Mi' }, requests: { cpu: '50m', memory: '20Mi' } });
  expect(rig.events('once').filter((event) => event.startsWith('Warning'))).toEqual([]);
});

test('users and groups: what must not be root is refused, who is somebody else owns his files', () => {
  const rig = kubeletRig();
  rig.apply(
    pod('must', '{securityContext: {runAsNonRoot: true}, containers: [{name: web, image: "nginx:1.27"}]}') +
      pod('named', '{securityContext: {runAsNonRoot: true, runAsUser: 0}, containers: [{name: web, image: "nginx:1.27"}]}') +
      pod(
        'user',
        '{terminationGracePeriodSeconds: 0, securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000}, volumes: [{name: data, emptyDir: {}}], containers: [{name: one, image: "busybox:1.36", command: [sleep, "3600"], volumeMounts: [{name: data, mountPath: /data}]}, {name: two, image: "busybox:1.36", command: [sleep, "3600"], securityContext: {runAsUser: 1001}}]}',
      ),
  );
  rig.run(10);
  const uid = rig.pod('must').metadata.uid;
  expect(rig.status('must').state?.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: `container has runAsNonRoot and image will run as root (pod: "must_default(${uid})", container: web)`,
  });
  expect(rig.status('named').state?.waiting?.message).toBe(
    `container's runAsUser breaks non-root policy (pod: "named_default(${rig.pod('named').metadata.uid})", container: web)`,
  );
  expect(rig.events('must')).toContain(
    `Warning Failed Error: container has runAsNonRoot and image will run as root (pod: "must_default(${uid})", container: web)`,
  );
  expect(rig.exec('user', ['id'], 'one').stdout).toBe('uid=1000 gid=3000 groups=2000,3000\n');
  expect(rig.exec('user', ['id'], 'two').stdout).toBe('uid=1001 gid=3000 groups=2000,3000\n');
  expect(rig.exec('user', 'touch /data/file; ls -ldn /data | cut -c1-33; ls -ln /data/file | cut -c1-33', 'one').stdout).toMatch(
    /^drwxrwsrwx +2 0 +2000 *\n-rw-r--r-- +1 1000 +2000 *\n$/,
  );
  expect(rig.exec('user', ['touch', '/etc/file'], 'one')).toMatchObject({ stderr: 'touch: /etc/file: Permission denied\n' });
});

test('an exec of a missing program says so as containerd does', () => {
  const rig = kubeletRig();
  rig.apply(pod('p', '{containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}]}'));
  rig.run(5);
  expect(rig.exec('p', ['nosuchprogram']).status.message).toMatch(
    /^Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuchprogram": executable file not found in \$PATH$/,
  );
  expect(rig.exec('p', 'hostname; exit 5')).toMatchObject({ stdout: 'p\n', status: { details: { causes: [{ message: '5' }] } } });
});

test('a deadline ends a pod', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'p',
      '{restartPolicy: Never, terminationGracePeriodSeconds: 1, activeDeadlineSeconds: 10, containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}]}',
    ),
  );
  rig.run(20);
  expect(rig.pod('p').status).toMatchObject({
    phase: 'Failed',
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  });
  expect(rig.status('p').state?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
});

test('a pod past the scheduler that does not fit its node is rejected', () => {
  const rig = kubeletRig();
  rig.apply(pod('p', '{nodeName: k8squest-worker, containers: [{name: c, image: "busybox:1.36", resources: {requests: {cpu: "64"}}}]}'));
  rig.run(2);
  expect(rig.pod('p').status).toMatchObject({
    phase: 'Failed',
    reason: 'OutOfcpu',
    message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 64000, used: 0, capacity: 2000",
  });
});

// Probes as a real 1.34 judged them (tests/recordings/scenarios: liveness, readiness).
import { expect, test } from 'vitest';
import { kubeletRig } from './kubelet-rig.ts';

function pod(name: string, spec: string): string {
  return `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: ${spec}}\n`;
}

test('liveness by http and by command restarts a container at once, then ever later', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'http',
      '{terminationGracePeriodSeconds: 1, containers: [{name: web, image: "nginx:1.27", livenessProbe: {httpGet: {path: /healthz, port: 80}, periodSeconds: 2, failureThreshold: 2}}]}',
    ) +
      pod(
        'exec',
        '{terminationGracePeriodSeconds: 1, containers: [{name: app, image: "busybox:1.36", command: [sleep, "3600"], livenessProbe: {exec: {command: [cat, /tmp/healthy]}, periodSeconds: 2, failureThreshold: 1}}]}',
      ) +
      pod('fine', '{containers: [{name: web, image: "nginx:1.27", livenessProbe: {tcpSocket: {port: 80}}}]}'),
  );
  rig.run(30);
  expect(rig.status('http').restartCount).toBeGreaterThanOrEqual(3);
  expect(rig.status('http').lastState?.terminated).toMatchObject({ reason: 'Completed', exitCode: 0 });
  expect(rig.status('exec').lastState?.terminated).toMatchObject({ reason: 'Error', exitCode: 137 });
  expect(rig.status('fine')).toMatchObject({ ready: true, restartCount: 0 });
  expect(rig.events('http')).toEqual(
    expect.arrayContaining([
      'Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 404',
      'Normal Killing Container web failed liveness probe, will be restarted',
    ]),
  );
  expect(rig.events('exec')).toEqual(
    expect.arrayContaining([
      "Warning Unhealthy Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n",
      'Normal Killing Container app failed liveness probe, will be restarted',
    ]),
  );
});

test('readiness follows a file, and a startup probe that fails restarts', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'web',
      '{terminationGracePeriodSeconds: 0, containers: [{name: web, image: "nginx:1.27", readinessProbe: {httpGet: {path: /ready.html, port: 80}, periodSeconds: 1}}]}',
    ) +
      pod(
        'slow',
        '{terminationGracePeriodSeconds: 0, containers: [{name: app, image: "busybox:1.36", command: [sleep, "3600"], startupProbe: {exec: {command: [sh, -c, "exit 3"]}, periodSeconds: 1, failureThreshold: 2}, readinessProbe: {exec: {command: ["true"]}}}]}',
      ),
  );
  rig.run(15);
  expect(rig.status('web')).toMatchObject({ ready: false, started: true });
  expect(rig.pod('web').status.phase).toBe('Running');
  expect(rig.events('web')).toContain('Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 404');
  rig.exec('web', 'echo yes > /usr/share/nginx/html/ready.html');
  rig.run(2);
  expect(rig.status('web').ready).toBe(true);
  rig.exec('web', 'rm /usr/share/nginx/html/ready.html');
  rig.run(5);
  expect(rig.status('web').ready).toBe(false);
  expect(rig.status('slow').restartCount).toBeGreaterThan(0);
  expect(rig.events('slow')).toEqual(
    expect.arrayContaining([
      'Warning Unhealthy Startup probe failed: ',
      'Normal Killing Container app failed startup probe, will be restarted',
    ]),
  );
});

test('what a probe says when nobody listens, nobody answers, or the port has no name', () => {
  const rig = kubeletRig();
  rig.apply(
    pod('refused', '{containers: [{name: c, image: "nginx:1.27", readinessProbe: {httpGet: {path: /, port: 8081}, periodSeconds: 3}}]}') +
      pod('tcp', '{containers: [{name: c, image: "nginx:1.27", readinessProbe: {tcpSocket: {port: 81}, periodSeconds: 3}}]}') +
      pod('named', '{containers: [{name: c, image: "nginx:1.27", readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 3}}]}') +
      pod(
        'slow',
        '{containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"], readinessProbe: {exec: {command: [sleep, "5"]}, periodSeconds: 3}}]}',
      ) +
      pod(
        'missing',
        '{containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"], livenessProbe: {exec: {command: [curl]}, periodSeconds: 3, failureThreshold: 1}}]}',
      ),
  );
  rig.run(15);
  const ip = (name: string) => rig.pod(name).status.podIP;
  expect(rig.events('refused')).toContain(
    `Warning Unhealthy Readiness probe failed: Get "http://${ip('refused')}:8081/": dial tcp ${ip('refused')}:8081: connect: connection refused`,
  );
  expect(rig.events('tcp')).toContain(`Warning Unhealthy Readiness probe failed: dial tcp ${ip('tcp')}:81: connect: connection refused`);
  expect(rig.events('named')).toContain(
    'Warning Unhealthy Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "http": invalid syntax',
  );
  expect(rig.events('slow')).toContain('Warning Unhealthy Readiness probe failed: command timed out: "sleep 5" timed out after 1s');
  expect(
    rig
      .events('missing')
      .some((event) =>
        event.includes(
          'Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container',
        ),
      ),
  ).toBe(true);
  expect(rig.status('missing').restartCount).toBe(0);
});

// Volumes and variables as a real 1.34 gave them (tests/recordings/scenarios: config-volume, env-config, empty-dir).
import { expect, test } from 'vitest';
import { kubeletRig } from './kubelet-rig.ts';

function pod(name: string, spec: string): string {
  return `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: {app: ${name}}}, spec: ${spec}}\n`;
}

function configMap(name: string, data: string): string {
  return `---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: ${data}}\n`;
}

test('a ConfigMap as files: links, an update after a while, a subPath that stays', () => {
  const rig = kubeletRig();
  rig.apply(
    configMap('page', '{index.html: first page, other.txt: other}') +
      pod(
        'web',
        '{volumes: [{name: page, configMap: {name: page}}], containers: [{name: web, image: "nginx:1.27", volumeMounts: [{name: page, mountPath: /usr/share/nginx/html}, {name: page, mountPath: /etc/single.txt, subPath: other.txt}]}]}',
      ),
  );
  rig.run(10);
  expect(
    rig.exec(
      'web',
      'cat /usr/share/nginx/html/index.html; echo; ls -A /usr/share/nginx/html | grep -v "^[.][.]2"; readlink /usr/share/nginx/html/index.html',
    ).stdout,
  ).toBe('first page\n..data\nindex.html\nother.txt\n..data/index.html\n');
  expect(rig.exec('web', 'ls -l /etc/single.txt | cut -c1-10; cat /etc/single.txt').stdout).toBe('-rw-r--r--\nother');
  expect(rig.exec('web', 'echo x > /usr/share/nginx/html/index.html').stderr).toBe(
    'sh: 1: cannot create /usr/share/nginx/html/index.html: Read-only file system\n',
  );
  rig.client
    .resource('configmaps')
    .modify('default', 'page', (map) => Object.assign(map, { data: { 'index.html': 'second page', 'other.txt': 'changed' } }));
  rig.run(5);
  expect(rig.exec('web', 'cat /usr/share/nginx/html/index.html').stdout).toBe('first page');
  rig.run(60);
  expect(rig.exec('web', 'cat /usr/share/nginx/html/index.html; echo; cat /etc/single.txt').stdout).toBe('second page\nother');
});

test('a missing ConfigMap keeps a pod from being made until it is there', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'late',
      '{volumes: [{name: conf, configMap: {name: not-yet}}], containers: [{name: web, image: "nginx:1.27", volumeMounts: [{name: conf, mountPath: /conf}]}]}',
    ),
  );
  rig.run(20);
  expect(rig.pod('late').status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
  expect(rig.pod('late').status.podIP).toBeUndefined();
  expect(rig.pod('late').status.conditions?.find(({ type }) => type === 'PodReadyToStartContainers')?.status).toBe('False');
  expect(rig.events('late').slice(-1)).toEqual([
    'Warning FailedMount MountVolume.SetUp failed for volume "conf" : configmap "not-yet" not found',
  ]);
  rig.apply(configMap('not-yet', '{a: "1"}'));
  rig.run(40);
  expect(rig.exec('late', ['ls', '/conf']).stdout).toBe('a\n');
});

test('variables: expansion, a key that is missing, and how the pod heals itself', () => {
  const rig = kubeletRig();
  rig.apply(
    configMap('settings', '{MODE: fast, bad-name: x}') +
      pod(
        'app',
        `{terminationGracePeriodSeconds: 0, containers: [{name: app, image: "busybox:1.36", command: [sh, -c, "echo mode $MODE level $LEVEL on $(PORT)$(NOPE) $$(PORT); sleep 3600"], env: [
          {name: PORT, value: "80"},
          {name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: MODE}}},
          {name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: LEVEL}}},
          {name: OTHER, valueFrom: {configMapKeyRef: {name: absent, key: A, optional: true}}},
          {name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]}]}`,
      ),
  );
  rig.run(5);
  expect(rig.status('app').state?.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: "couldn't find key LEVEL in ConfigMap default/settings",
  });
  expect(rig.events('app')).toContain("Warning Failed Error: couldn't find key LEVEL in ConfigMap default/settings");
  rig.client.resource('configmaps').modify('default', 'settings', ({ data }) => Object.assign(data!, { LEVEL: '3' }));
  rig.run(15);
  expect(rig.logs('app').split('\n').sort()).toEqual(['', 'mode fast level 3 on 80', 'sh: NOPE: not found', 'sh: PORT: not found']);
  expect(rig.exec('app', 'env | grep -E "^(MODE|LEVEL|OTHER|PORT|NS|bad-name)=" | sort').stdout).toBe(
    'LEVEL=3\nMODE=fast\nNS=default\nPORT=80\n',
  );
});

test('a missing Secret or ConfigMap of envFrom names itself', () => {
  const rig = kubeletRig();
  rig.apply(
    pod('a', '{containers: [{name: c, image: "busybox:1.36", command: [sleep, "9"], envFrom: [{configMapRef: {name: missing}}]}]}') +
      pod(
        'b',
        '{containers: [{name: c, image: "busybox:1.36", command: [sleep, "9"], env: [{name: X, valueFrom: {secretKeyRef: {name: gone, key: k}}}]}]}',
      ),
  );
  rig.run(5);
  expect(rig.status('a').state?.waiting?.message).toBe('configmap "missing" not found');
  expect(rig.status('b').state?.waiting?.message).toBe('secret "gone" not found');
});

test('an emptyDir outlives a restart, the root of the container does not', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'keeper',
      '{volumes: [{name: data, emptyDir: {}}], containers: [{name: c, image: "busybox:1.36", command: [sh, -c, "echo run >> /data/log; echo run >> /root/log; wc -l < /data/log; wc -l < /root/log; test -f /data/stay || { touch /data/stay; exit 1; }; sleep 3600"], volumeMounts: [{name: data, mountPath: /data}]}]}',
    ),
  );
  rig.run(10);
  expect(rig.status('keeper')).toMatchObject({ restartCount: 1, ready: true });
  expect(rig.logs('keeper')).toBe('2\n1\n');
  expect(rig.logs('keeper', { previous: true })).toBe('1\n1\n');
});

test('a hostPath that is not what it must be is not mounted; one that may be made outlives its pods', () => {
  const rig = kubeletRig();
  const writer = (name: string, command: string) =>
    pod(
      name,
      `{nodeName: k8squest-worker, restartPolicy: Never, volumes: [{name: h, hostPath: {path: /mnt/kept, type: DirectoryOrCreate}}], containers: [{name: c, image: "busybox:1.36", command: [sh, -c, "${command}"], volumeMounts: [{name: h, mountPath: /h}]}]}`,
    );
  rig.apply(
    pod(
      'host',
      '{volumes: [{name: h, hostPath: {path: /mnt/none, type: Directory}}], containers: [{name: c, image: "busybox:1.36", volumeMounts: [{name: h, mountPath: /h}]}]}',
    ) + writer('one', 'echo kept > /h/f'),
  );
  rig.run(5);
  expect(rig.events('host').slice(-1)).toEqual([
    'Warning FailedMount MountVolume.SetUp failed for volume "h" : hostPath type check failed: /mnt/none is not a directory',
  ]);
  rig.client.resource('pods').delete('default', 'one');
  rig.apply(writer('two', 'cat /h/f'));
  rig.run(5);
  expect(rig.logs('two')).toBe('kept\n');
});

test('the service account, hosts, resolv.conf and services are there', () => {
  const rig = kubeletRig();
  rig.apply(`---\n{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {app: db}, ports: [{port: 5432}]}}`);
  rig.apply(
    pod(
      'p',
      '{containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}], hostAliases: [{ip: 1.2.3.4, hostnames: [far.example]}]}',
    ),
  );
  rig.run(5);
  const ip = rig.pod('p').status.podIP;
  expect(rig.exec('p', 'cd /var/run/secrets/kubernetes.io/serviceaccount; ls; cat namespace ca.crt').stdout).toBe(
    'ca.crt\nnamespace\ntoken\ndefaultCA\n',
  );
  expect(rig.exec('p', ['cat', '/etc/resolv.conf']).stdout).toBe(
    'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
  );
  expect(rig.exec('p', 'tail -n 4 /etc/hosts').stdout).toBe(`${ip}\tp\n\n# Entries added by HostAliases.\n1.2.3.4\tfar.example\n`);
  const clusterIp = rig.client.resource('services').get('default', 'db')?.spec.clusterIP;
  expect(rig.exec('p', 'env | grep ^DB_PORT=').stdout).toBe(`DB_PORT=tcp://${clusterIp}:5432\n`);
});

test('two containers share files and the network', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'duo',
      '{volumes: [{name: shared, emptyDir: {}}], containers: [{name: writer, image: "busybox:1.36", command: [sh, -c, "echo written by writer > /out/note; echo wrote; sleep 3600"], volumeMounts: [{name: shared, mountPath: /out}]}, {name: server, image: "nginx:1.27", volumeMounts: [{name: shared, mountPath: /in, readOnly: true}]}, {name: broken, image: "busybox:1.36", command: [sh, -c, "echo gone; exit 1"]}]}',
    ),
  );
  rig.run(15);
  expect(rig.logs('duo')).toBe('wrote\n');
  expect(rig.exec('duo', ['cat', '/in/note'], 'server').stdout).toBe('written by writer\n');
  expect(rig.exec('duo', ['touch', '/in/other'], 'server').stderr).toBe("touch: cannot touch '/in/other': Read-only file system\n");
  expect(rig.exec('duo', 'wget -qO- http://localhost | grep "<title>"', 'writer').stdout).toBe('<title>Welcome to nginx!</title>\n');
  expect(rig.pod('duo').status.conditions?.find(({ type }) => type === 'Ready')?.message).toBe('containers with unready status: [broken]');
});

test('a pod that writes more than it may is evicted', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'dir',
      '{volumes: [{name: data, emptyDir: {sizeLimit: 1Mi}}], containers: [{name: c, image: "busybox:1.36", command: [sh, -c, "dd if=/dev/zero of=/data/f bs=1024 count=2000; sleep 3600"], volumeMounts: [{name: data, mountPath: /data}]}]}',
    ) +
      pod(
        'root',
        '{containers: [{name: c, image: "busybox:1.36", command: [sh, -c, "dd if=/dev/zero of=/tmp/f bs=1024 count=2000; sleep 3600"], resources: {limits: {ephemeral-storage: 1Mi}}}]}',
      ),
  );
  rig.run(20);
  expect(rig.pod('dir').status).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: 'Usage of EmptyDir volume "data" exceeds the limit "1Mi". ',
  });
  expect(rig.pod('root').status).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ',
  });
  expect(rig.events('dir')).toContain('Warning Evicted Usage of EmptyDir volume "data" exceeds the limit "1Mi". ');
});

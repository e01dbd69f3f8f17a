// busybox's nc beyond tests/recordings: words as busybox 1.36 on a cluster of Kubernetes 1.34 says them.
import { beforeAll, describe, expect, test } from 'vitest';
import { exec, type Result, type Started, startContainer } from '../../../network/container-rig.ts';
import { NetworkRig } from '../../../network/network-rig.ts';

describe('nc', () => {
  let rig: NetworkRig;
  let client: Started;
  let ip: string;

  beforeAll(() => {
    rig = new NetworkRig();
    client = startContainer(rig, rig.pod('client'), 'busybox:1.36', ['sleep', '100000']);
    const web = rig.pod('web');
    ip = web.ip;
    startContainer(rig, web, 'hashicorp/http-echo:1.0', ['/http-echo', '-listen=:80', '-text=hi']);
    rig.settle();
  });

  const nc = (...args: string[]): Result => exec(rig, client, ['nc', ...args]);

  test('speaks of a refused connection at the second -v, and says then what was sent', () => {
    expect(nc('-zv', ip, '81')).toMatchObject({ output: '', code: 1 });
    expect(nc('-zvv', ip, '81')).toMatchObject({ output: `nc: ${ip} (${ip}:81): Connection refused\nsent 0, rcvd 0\n`, code: 1 });
    expect(nc('-zvv', ip, '80')).toMatchObject({ output: `${ip} (${ip}:80) open\nsent 0, rcvd 0\n`, code: 0 });
    expect(nc('-zv', ip, '80')).toMatchObject({ output: `${ip} (${ip}:80) open\n`, code: 0 });
  });
});

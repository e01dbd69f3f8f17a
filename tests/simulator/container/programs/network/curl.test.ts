import { beforeEach, describe, expect, test } from 'vitest';
import { exec, type Result, type Started, startContainer } from '../../../network/container-rig.ts';
import { NetworkRig } from '../../../network/network-rig.ts';

describe('curl', () => {
  let rig: NetworkRig;
  let client: Started;
  let ip: string;

  beforeEach(() => {
    rig = new NetworkRig();
    client = startContainer(rig, rig.pod('client'), 'curlimages/curl:8.5.0', ['sleep', '100000']);
    const pod = rig.pod('web');
    ip = pod.ip;
    startContainer(rig, pod, 'registry.k8s.io/e2e-test-images/agnhost:2.53', ['--', 'netexec', '--http-port=80']);
    rig.settle();
  });

  const curl = (...args: string[]): Result => exec(rig, client, ['curl', ...args]);

  test('sends headers, methods and bodies as it is told', () => {
    expect(curl('-s', '-H', 'X-Team: blue', `http://${ip}/header?key=X-Team`).stdout).toBe('blue');
    expect(curl('-s', '-G', '-d', 'msg=a', '--data-urlencode', 'x=b c', `http://${ip}/echo`).stdout).toBe('a');
    expect(curl('-s', '-v', '-X', 'PUT', '-d', 'abc', `http://${ip}/`).stderr).toMatch(
      /> PUT \/ HTTP\/1\.1\r\n[\s\S]*> Content-Length: 3\r\n> Content-Type: application\/x-www-form-urlencoded\r\n/,
    );
    expect(curl('-s', '-A', 'me', `http://${ip}/header?key=User-Agent`).stdout).toBe('me');
    expect(curl('-s', '-u', 'a:b', `http://${ip}/header?key=Authorization`).stdout).toBe('Basic YTpi');
  });

  test('writes to files, shows heads, and tells facts', () => {
    expect(curl('-s', '-o', '/tmp/out', '-w', '%{http_code} %{size_download} %{remote_ip}\\n', `http://${ip}/hostname`).stdout).toBe(
      `200 3 ${ip}\n`,
    );
    expect(exec(rig, client, ['cat', '/tmp/out']).stdout).toBe('pod');
    expect(curl('-sI', `http://${ip}/`).stdout).toMatch(/^HTTP\/1\.1 200 OK\r\nDate: .*\r\n/);
    expect(curl('-si', `http://${ip}/hostname`).stdout).toMatch(/\r\n\r\npod$/);
    expect(curl('-s', '-o', '/nowhere/x', `http://${ip}/`).code).toBe(23);
  });

  test('a host that is given stands where its own would, once', () => {
    const { stderr } = curl('-s', '-v', '-H', 'X-Team: blue', '-H', 'Host: shop.example', `http://${ip}/`);
    expect(stderr).toContain('> GET / HTTP/1.1\r\n> Host: shop.example\r\n> User-Agent: curl/8.5.0\r\n> Accept: */*\r\n> X-Team: blue\r\n');
    expect(curl('-s', '-v', '-H', 'Host:', `http://${ip}/`).stderr).toContain('> GET / HTTP/1.1\r\n> User-Agent:');
  });

  test('an address is not resolved, and a refused connection is told with its own end', () => {
    const newer = startContainer(rig, rig.pod('newer'), 'curlimages/curl:8.16.0', ['sleep', '100000']);
    const { stderr } = exec(rig, newer, ['curl', '-sv', `http://${ip}:81/`]);
    expect(stderr).toMatch(/^\* {3}Trying /);
    expect(stderr).toMatch(new RegExp(`connect to ${ip} port 81 from 10\\.244\\.\\d+\\.\\d+ port [3-6]\\d{4} failed: Connection refused`));
  });

  test('resolves names as it is told', () => {
    expect(curl('-s', '--resolve', `shop.example:80:${ip}`, 'http://shop.example/hostname').stdout).toBe('pod');
    expect(curl('-s', '--resolve', `shop.example:80:${ip}`, 'http://shop.example/header?key=Host').stdout).toBe('shop.example');
  });

  test('tries again as often as it is told, and says so', () => {
    const result = curl('-S', '--no-progress-meter', '--retry', '2', '--retry-connrefused', `http://${ip}:81`);
    expect(result.stderr).toBe(
      `Warning: Problem: connection refused. Will retry in 1 second. 2 retries left.\nWarning: Problem: connection refused. Will retry in 2 seconds. 1 retry left.\ncurl: (7) Failed to connect to ${ip} port 81 after 1 ms: Couldn't connect to server\n`,
    );
    expect(Math.round(result.seconds)).toBe(3);
  });

  test('refuses what is not simulated, and what is wrong', () => {
    expect(curl('-x', 'http://proxy', `http://${ip}`).stderr).toMatch(/^curl: option --proxy: is not simulated in this cluster\n/);
    expect(curl('http://web:port/').code).toBe(3);
    expect(curl('ftp://web/').code).toBe(1);
    expect(curl('-m', 'x', `http://${ip}`).code).toBe(2);
  });
});

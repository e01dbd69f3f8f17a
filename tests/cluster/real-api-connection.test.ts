// How a real cluster is talked to: what its server sees of us.
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from '../../src/cluster/real-api-connection.ts';
import { createCertificates } from '../../src/simulator/apiserver/transport/certificates.ts';
import { kubeconfig } from '../../src/simulator/apiserver/transport/kubeconfig.ts';

interface Asked {
  readonly httpVersion: string;
  readonly port: number;
}

/** A server that speaks HTTP/2 too, as an API server does, and tells how and from which port it was asked. */
async function tellingServer() {
  const certificates = createCertificates();
  const { certificate: cert, key } = certificates.server;
  const server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
    response.end(JSON.stringify({ httpVersion: request.httpVersion, port: request.socket.remotePort }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { certificates, server: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('it is asked by HTTP/1.1, over connections that are kept', async () => {
  const { certificates, server } = await tellingServer();
  const connection = new Connection('mine', kubeconfig({ name: 'mine', server, certificates, namespace: 'default' }));
  const first = await connection.json<Asked>({ path: '/version' });
  expect(first.httpVersion).toBe('1.1');
  await expect.poll(() => connection.json<Asked>({ path: '/version' })).toEqual(first);
});

test("without a CA of its own a server is held against the machine's", async () => {
  const { server } = await tellingServer();
  const text = JSON.stringify({
    'current-context': 'mine',
    contexts: [{ name: 'mine', context: { cluster: 'mine', user: 'mine' } }],
    clusters: [{ name: 'mine', cluster: { server } }],
    users: [{ name: 'mine', user: { token: 'secret' } }],
  });
  await expect(new Connection('mine', text).json({ path: '/version' })).rejects.toThrow('certificate');
});

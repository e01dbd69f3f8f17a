import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCertificates } from '../../../../src/simulator/apiserver/transport/certificates.ts';

test('the server’s and the administrator’s certificates are issued by the authority', () => {
  const { ca, server, admin } = createCertificates();
  const authority = new X509Certificate(ca);
  expect(authority.ca).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
  for (const text of [server.certificate, admin.certificate]) {
    const certificate = new X509Certificate(text);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.ca).toBe(false);
  }
});

test('the server’s certificate is good for loopback and the names of the API', () => {
  const certificate = new X509Certificate(createCertificates().server.certificate);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
  expect(certificate.checkHost('example.com')).toBeUndefined();
});

test('the administrator is the one that kubeadm makes', () => {
  const { subject } = new X509Certificate(createCertificates().admin.certificate);
  expect(subject.split('\n').sort()).toEqual(['CN=kubernetes-admin', 'O=kubeadm:cluster-admins']);
});

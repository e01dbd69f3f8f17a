// A certificate authority with a server's and an administrator's certificate, fresh for each cluster: ECDSA P-256, written as DER over node:crypto
// (no library makes them in under a tenth of a second).
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** PEM texts. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly certificate: string; readonly key: string };
  /** CN=kubernetes-admin, O=kubeadm:cluster-admins and system:masters, as the admin.conf that comes with a new cluster. */
  readonly admin: { readonly certificate: string; readonly key: string };
}

interface Request {
  readonly subject: Name;
  readonly issuer: Name;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly authorityKeyId?: Buffer;
  readonly isAuthority?: boolean;
  readonly hosts?: readonly string[];
  readonly extendedKeyUsage?: string;
}

/** Pairs of attribute (CN, O) and value. */
type Name = readonly (readonly ['CN' | 'O', string])[];

const objectIds = { CN: '2.5.4.3', O: '2.5.4.10' };
const serverAuthentication = '1.3.6.1.5.5.7.3.1';
const clientAuthentication = '1.3.6.1.5.5.7.3.2';
const hourMs = 3_600_000;
const validityMs = 366 * 24 * hourMs;

/** Makes all of them; takes a few milliseconds. Their validity is the host's time, not the cluster's: TLS clients look at their own clock. */
export function createCertificates(): Certificates {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [caKeys, serverKeys, adminKeys] = [pair(), pair(), pair()];
  const authority: Name = [['CN', 'kubernetes']];
  const issued = { issuer: authority, signingKey: caKeys.privateKey, authorityKeyId: keyId(caKeys.publicKey) };
  return {
    ca: certificate({ ...issued, subject: authority, publicKey: caKeys.publicKey, isAuthority: true }),
    server: {
      certificate: certificate({
        ...issued,
        subject: [['CN', 'kube-apiserver']],
        publicKey: serverKeys.publicKey,
        hosts: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '127.0.0.1'],
        extendedKeyUsage: serverAuthentication,
      }),
      key: pem(serverKeys.privateKey),
    },
    admin: {
      certificate: certificate({
        ...issued,
        subject: [
          ['O', 'kubeadm:cluster-admins'],
          ['CN', 'kubernetes-admin'],
        ],
        publicKey: adminKeys.publicKey,
        extendedKeyUsage: clientAuthentication,
      }),
      key: pem(adminKeys.privateKey),
    },
  };
}

function certificate(request: Request): string {
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const spki = request.publicKey.export({ type: 'spki', format: 'der' });
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40; // positive, and never shortened
  const body = sequence(
    tagged(0xa0, integer(2)),
    tagged(2, serial),
    algorithm,
    distinguishedName(request.issuer),
    sequence(time(Date.now() - hourMs), time(Date.now() + validityMs)),
    distinguishedName(request.subject),
    spki,
    tagged(0xa3, sequence(...extensions(request))),
  );
  const der = sequence(body, algorithm, tagged(3, Buffer.from([0]), sign('sha256', body, request.signingKey)));
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
}

function extensions(request: Request): Buffer[] {
  // Go refuses wrong padding here: certSign + crlSign + digitalSignature leave 1 bit unused, digitalSignature alone 7.
  const keyUsage = Buffer.from(request.isAuthority ? [1, 0x86] : [7, 0x80]);
  const list = [
    extension('2.5.29.19', true, request.isAuthority ? sequence(tagged(1, Buffer.from([255]))) : sequence()),
    extension('2.5.29.15', true, tagged(3, keyUsage)),
    extension('2.5.29.14', false, tagged(4, keyId(request.publicKey))),
  ];
  if (request.authorityKeyId) list.push(extension('2.5.29.35', false, sequence(tagged(0x80, request.authorityKeyId))));
  if (request.hosts) list.push(extension('2.5.29.17', false, sequence(...request.hosts.map(subjectAlternativeName))));
  if (request.extendedKeyUsage) list.push(extension('2.5.29.37', false, sequence(objectId(request.extendedKeyUsage))));
  return list;
}

function subjectAlternativeName(host: string): Buffer {
  return /^[\d.]+$/.test(host) ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host));
}

function keyId(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(isCritical ? [tagged(1, Buffer.from([255]))] : []), tagged(4, value));
}

function distinguishedName(name: Name): Buffer {
  return sequence(
    ...name.map(([attribute, value]) => tagged(0x31, sequence(objectId(objectIds[attribute]), tagged(12, Buffer.from(value))))),
  );
}

function objectId(id: string): Buffer {
  const [first, second, ...rest] = id.split('.').map(Number);
  const bytes = [first! * 40 + second!];
  for (const number of rest) {
    const groups = [number & 127];
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return tagged(6, Buffer.from(bytes));
}

function integer(value: number): Buffer {
  return tagged(2, Buffer.from([value]));
}

function time(ms: number): Buffer {
  return tagged(0x18, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));
}

function sequence(...content: Buffer[]): Buffer {
  return tagged(0x30, ...content);
}

/** A DER value: tag, length, content. */
function tagged(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

// A secret of a certificate and a key that don't make a pair. kubernetes: pkg/registry/core/secret/strategy.go; Go: crypto/tls X509KeyPair
import { createPrivateKey, X509Certificate } from 'node:crypto';

/** What Go says of the two texts. */
export function describeKeyPairFault(certificate: string, key: string): string | undefined {
  const certificates = pemBlocks(certificate);
  const first = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (!first) return missing('certificate', certificates, '"CERTIFICATE" PEM block');
  const keys = pemBlocks(key);
  const isKey = (type: string) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
  const privateKey = keys.find(({ type }) => isKey(type));
  if (!privateKey) return missing('key', keys, 'PEM block with type ending in "PRIVATE KEY"');
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(first.text);
  } catch {
    return 'x509: malformed certificate';
  }
  try {
    return parsed.checkPrivateKey(createPrivateKey(privateKey.text)) ? undefined : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse private key';
  }
}

interface PemBlock {
  readonly type: string;
  readonly text: string;
}

function pemBlocks(text: string): PemBlock[] {
  const blocks = text.matchAll(/-----BEGIN ([^-]+)-----\r?\n[A-Za-z0-9+/=\s]*?-----END \1-----/g);
  return [...blocks].map(([block, type]) => ({ type: type!, text: block }));
}

function missing(what: string, skipped: readonly PemBlock[], wanted: string): string {
  if (skipped.length === 0) return `tls: failed to find any PEM data in ${what} input`;
  const other = what === 'certificate' ? 'key' : 'certificate';
  const isOther = skipped.length === 1 && (what === 'key' ? skipped[0]!.type === 'CERTIFICATE' : skipped[0]!.type.endsWith('PRIVATE KEY'));
  if (isOther) {
    return what === 'key'
      ? 'tls: found a certificate rather than a key in the PEM for the private key'
      : `tls: failed to find certificate PEM data in certificate input, but did find a private ${other}; PEM inputs may have been switched`;
  }
  const types = skipped.map(({ type }) => type).join(' ');
  return `tls: failed to find ${wanted} in ${what} input after skipping PEM blocks of the following types: [${types}]`;
}

// Tokens of service accounts: signed JSON Web Tokens, bound to an account and perhaps a pod.
// kubernetes: pkg/serviceaccount/claims.go, jwt.go
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { UserInfo } from './request.ts';
import type { StoreReader } from './strategy.ts';

export const issuer = 'https://kubernetes.default.svc.cluster.local';
/** PKCS #8 around the 32 bytes of an Ed25519 key. */
const keyHead = Buffer.from('302e020100300506032b657004220420', 'hex');

/** What a token is asked for. */
export interface TokenOrder {
  readonly namespace: string;
  readonly name: string;
  readonly audiences?: readonly string[];
  readonly expirationSeconds: number;
  /** The token dies with this object. */
  readonly boundTo?: { readonly kind: 'Pod' | 'Secret' | 'Node'; readonly name: string; readonly uid: string };
}

export interface IssuedToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
}

interface Reference {
  readonly name: string;
  readonly uid: string;
}

interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly jti: string;
  readonly sub: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: Reference;
    readonly pod?: Reference;
    readonly node?: Reference;
  };
}

/** Issues and checks them. */
// Unlike Kubernetes: signed with Ed25519 rather than RSA, as such a key can be made from the cluster's seed.
export class ServiceAccountTokens {
  private readonly key: KeyObject;
  private readonly publicKey: KeyObject;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly reader: StoreReader;

  constructor(clock: Clock, random: Random, reader: StoreReader) {
    this.clock = clock;
    this.random = random.fork('service-account-tokens');
    this.reader = reader;
    this.key = createPrivateKey({ key: Buffer.concat([keyHead, Buffer.from(this.random.hex(64), 'hex')]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.key);
  }

  issue(order: TokenOrder): IssuedToken {
    const account = this.reader.get('serviceaccounts', order.namespace, order.name);
    const now = Math.floor(this.clock.now / 1000);
    const bound = order.boundTo && { [order.boundTo.kind.toLowerCase()]: { name: order.boundTo.name, uid: order.boundTo.uid } };
    const claims = {
      aud: order.audiences?.length ? order.audiences : [issuer],
      exp: now + order.expirationSeconds,
      iat: now,
      iss: issuer,
      jti: this.random.uuid(),
      'kubernetes.io': {
        namespace: order.namespace,
        ...this.nodeOf(order),
        ...bound,
        serviceaccount: { name: order.name, uid: account?.metadata.uid ?? '' },
      },
      nbf: now,
      sub: `system:serviceaccount:${order.namespace}:${order.name}`,
    };
    const text = `${encode({ alg: 'EdDSA', kid: 'k8squest' })}.${encode(claims)}`;
    const signature = sign(null, Buffer.from(text), this.key).toString('base64url');
    return { token: `${text}.${signature}`, expiresMs: (now + order.expirationSeconds) * 1000 };
  }

  /** Whose token it is; undefined when it isn't ours, is too old, or what it is bound to is gone. */
  authenticate(token: string, audience = issuer): UserInfo | undefined {
    const claims = this.read(token);
    if (!claims || claims.exp * 1000 <= this.clock.now || !claims.aud.includes(audience)) return undefined;
    const { namespace, serviceaccount, pod, node } = claims['kubernetes.io'];
    if (this.reader.get('serviceaccounts', namespace, serviceaccount.name)?.metadata.uid !== serviceaccount.uid) return undefined;
    if (pod && this.reader.get('pods', namespace, pod.name)?.metadata.uid !== pod.uid) return undefined;
    const extra: Record<string, string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] };
    if (node) {
      extra['authentication.kubernetes.io/node-name'] = [node.name];
      extra['authentication.kubernetes.io/node-uid'] = [node.uid];
    }
    if (pod) {
      extra['authentication.kubernetes.io/pod-name'] = [pod.name];
      extra['authentication.kubernetes.io/pod-uid'] = [pod.uid];
    }
    return { name: claims.sub, uid: serviceaccount.uid, groups: [...serviceAccountGroups(namespace), 'system:authenticated'], extra };
  }

  private read(token: string): Claims | undefined {
    const [head, body, signature, ...rest] = token.split('.');
    if (!head || !body || !signature || rest.length > 0) return undefined;
    if (!verify(null, Buffer.from(`${head}.${body}`), this.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
  }

  private nodeOf({ namespace, boundTo }: TokenOrder): { node?: Reference } {
    if (boundTo?.kind !== 'Pod') return {};
    const pod = this.reader.get('pods', namespace, boundTo.name) as { spec?: { nodeName?: string } } | undefined;
    const name = pod?.spec?.nodeName;
    const node = name ? this.reader.get('nodes', '', name) : undefined;
    return node ? { node: { name: node.metadata.name, uid: node.metadata.uid ?? '' } } : {};
  }
}

/** The groups that every service account is in. */
export function serviceAccountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

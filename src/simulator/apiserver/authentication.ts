// Who is asking: by client certificate, by bearer token, or nobody in particular; and whom they ask to be taken for.
import { StatusError } from '../../apimachinery/status-error.ts';
import { type Attributes, type Authorizer, refusal } from './rbac.ts';
import type { ApiRequest, UserInfo } from './request.ts';
import { type ServiceAccountTokens, serviceAccountGroups } from './service-account-tokens.ts';

const authenticated = 'system:authenticated';
const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
/** Whom kubeadm's admin.conf names. */
const administrator: UserInfo = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', authenticated] };

export class Authentication {
  private readonly adminToken: string | undefined;
  private readonly tokens: ServiceAccountTokens;
  private readonly authorizer: Authorizer;

  constructor(tokens: ServiceAccountTokens, authorizer: Authorizer, adminToken?: string) {
    this.tokens = tokens;
    this.authorizer = authorizer;
    this.adminToken = adminToken;
  }

  /** Throws 401 for credentials that aren't any good, 403 for impersonation that isn't allowed. */
  authenticate(request: ApiRequest): UserInfo {
    const user = this.byCertificate(request) ?? this.byToken(request) ?? anonymous;
    const impersonated = impersonation(request.headers);
    if (!impersonated) return user;
    for (const attributes of impersonationAttributes(user, impersonated)) {
      if (!this.authorizer.authorize(attributes).allowed) throw impersonationForbidden(attributes);
    }
    return impersonated;
  }

  /** Whose token it is, for TokenReview. */
  byBearer(token: string, audience?: string): UserInfo | undefined {
    if (this.adminToken !== undefined && token === this.adminToken) return administrator;
    return this.tokens.authenticate(token, audience);
  }

  private byCertificate({ certificate }: ApiRequest): UserInfo | undefined {
    if (!certificate) return undefined;
    const { commonName, organizations, digest } = certificate;
    // kubernetes: staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go
    const extra = digest ? { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${digest}`] } : undefined;
    return { name: commonName, groups: [...organizations, authenticated], ...(extra && { extra }) };
  }

  private byToken({ headers }: ApiRequest): UserInfo | undefined {
    const found = /^bearer +(.+)$/i.exec(headers['authorization'] ?? '');
    if (!found) return undefined;
    const user = this.byBearer(found[1]!.trim());
    if (!user) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    return user;
  }
}

// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation
function impersonation(headers: Readonly<Record<string, string>>): UserInfo | undefined {
  const name = headers['impersonate-user'];
  const asked = splitList(headers['impersonate-group']);
  if (!name) {
    if (asked.length === 0 && !headers['impersonate-uid']) return undefined;
    throw new StatusError(500, 'InternalError', 'Internal error occurred: requested impersonation without impersonating a user', {
      causes: [{ message: 'requested impersonation without impersonating a user' }],
    });
  }
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name);
  const groups = asked.length > 0 ? asked : account ? serviceAccountGroups(account[1]!) : [];
  const everyone = name === anonymous.name ? 'system:unauthenticated' : authenticated;
  const uid = headers['impersonate-uid'];
  const extra = impersonatedExtra(headers);
  return { name, ...(uid && { uid }), groups: groups.includes(everyone) ? groups : [...groups, everyone], ...(extra && { extra }) };
}

function impersonatedExtra(headers: Readonly<Record<string, string>>): Record<string, string[]> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith('impersonate-extra-'));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [decodeURIComponent(name.slice('impersonate-extra-'.length)), splitList(value)]));
}

function splitList(value: string | undefined): string[] {
  return value ? value.split(',').map((part) => part.trim()) : [];
}

function impersonationAttributes(user: UserInfo, wanted: UserInfo): Attributes[] {
  const base = { user, verb: 'impersonate', isResource: true, group: '', subresource: '', namespace: '', path: '' };
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(wanted.name);
  const who = account
    ? { ...base, resource: 'serviceaccounts', namespace: account[1]!, name: account[2]! }
    : { ...base, resource: 'users', name: wanted.name };
  const implied = account ? serviceAccountGroups(account[1]!) : [];
  const groups = wanted.groups.filter((group) => !implied.includes(group) && group !== authenticated && group !== 'system:unauthenticated');
  return [who, ...groups.map((name) => ({ ...base, resource: 'groups', name }))];
}

function impersonationForbidden(attributes: Attributes): StatusError {
  const { resource, name } = attributes;
  const message = `${resource} ${JSON.stringify(name)} is forbidden: ${refusal(attributes)}`;
  return new StatusError(403, 'Forbidden', message, { name, kind: resource });
}

// References to images: docker.io/library/nginx:1.27@sha256:…, and the short forms that people write.
// github.com/distribution/reference: regexp.go, normalize.go

export interface ImageReference {
  /** In full: docker.io/library/nginx. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `${domainPart}(?:\\.${domainPart})*(?::[0-9]+)?`;
const pathPart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pattern = new RegExp(
  `^((?:${domain}/)?${pathPart}(?:/${pathPart})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** Reads a reference, or undefined when it is none (InvalidImageName). */
export function parseImageReference(text: string): ImageReference | undefined {
  const [, name, tag, digest] = pattern.exec(text) ?? [];
  if (name === undefined || /^[0-9a-f]{64}$/.test(name)) return undefined;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasDomain = /[.:A-Z]/.test(first) || first === 'localhost';
  const rest = hasDomain ? name.slice(slash + 1) : name;
  if (rest !== rest.toLowerCase()) return undefined;
  const host = hasDomain ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const path = host === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  return { repository: `${host}/${path}`, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The reference in full, with the tag that is meant when none is given: docker.io/library/nginx:latest. */
export function fullImageName({ repository, tag, digest }: ImageReference): string {
  if (digest !== undefined) return `${repository}${tag === undefined ? '' : `:${tag}`}@${digest}`;
  return `${repository}:${tag ?? 'latest'}`;
}

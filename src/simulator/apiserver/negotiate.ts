// What a client accepts, and what its body is: the media types of requests.
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation

import { StatusError } from '../../apimachinery/status-error.ts';

/** What to answer with. Unlike Kubernetes: protobuf is read but never written; every client lists JSON as well. */
export interface Accepted {
  readonly format: 'json' | 'yaml';
  /** The shape asked for, when not the object itself. */
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'APIGroupDiscoveryList';
  /** The version of the shape's group: 'v1'. */
  readonly version?: string;
}

/** One entry of an Accept header. */
interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly quality: number;
}

const offered = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const shapes: readonly string[] = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'];

/** The first representation that the client would like and the server has. Throws 406. */
export function negotiate(accept: string | undefined): Accepted {
  for (const clause of clausesOf(accept)) {
    const format = formatOf(clause);
    if (!format) continue;
    const { as, g, v } = clause.parameters;
    if (as === undefined) return { format };
    if (g === 'meta.k8s.io' && (v === 'v1' || v === 'v1beta1') && shapes.includes(as)) {
      return { format, as: as as NonNullable<Accepted['as']>, version: v };
    }
  }
  throw notAcceptable();
}

/** As `negotiate`, for /api and /apis: the aggregated document only by its exact type. */
export function negotiateDiscovery(accept: string | undefined): Accepted {
  for (const clause of clausesOf(accept)) {
    const format = formatOf(clause);
    if (!format) continue;
    const { as, g, v } = clause.parameters;
    if (as === undefined) return { format };
    if (format === 'json' && g === 'apidiscovery.k8s.io' && v === 'v2' && as === 'APIGroupDiscoveryList') return { format, as, version: v };
  }
  throw notAcceptable();
}

/** In the client's order: by quality, then as written. No header accepts anything. */
function clausesOf(accept: string | undefined): Clause[] {
  if (accept === undefined || accept.trim() === '') return [{ type: '*', subtype: '*', parameters: {}, quality: 1 }];
  return accept
    .split(',')
    .map(clauseOf)
    .filter((clause) => clause !== undefined)
    .sort((a, b) => b.quality - a.quality);
}

function clauseOf(text: string): Clause | undefined {
  const [media = '', ...rest] = text.split(';').map((part) => part.trim());
  const [type, subtype] = media === '*' ? ['*', '*'] : media.split('/');
  if (!type || !subtype) return undefined;
  const parameters = Object.fromEntries(rest.map((part) => [part.split('=')[0]!.trim(), part.slice(part.indexOf('=') + 1).trim()]));
  const quality = parameters['q'] === undefined ? 1 : Number(parameters['q']);
  return quality > 0 ? { type, subtype, parameters, quality } : undefined;
}

function formatOf({ type, subtype }: Clause): Accepted['format'] | undefined {
  if (type === '*' && subtype === '*') return 'json';
  if (type !== 'application') return undefined;
  if (subtype === 'json' || subtype === '*') return 'json';
  return subtype === 'yaml' ? 'yaml' : undefined;
}

function notAcceptable(): StatusError {
  return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${offered.join(', ')}`);
}

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

const bodyFormats: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
};

/** How a body is written; JSON when the client doesn't say. Throws 415. */
export function bodyFormat(contentType: string | undefined): BodyFormat {
  const format = bodyFormats[mediaTypeOf(contentType) || 'application/json'];
  if (!format) throw unsupportedMediaType(offered);
  return format;
}

/** 'application/json' of 'application/json; charset=utf-8'. */
function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]!.trim().toLowerCase();
}

/** 415, with what would have been accepted. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

// What a client accepts.

import type { Shape } from './representation.ts';
import type { ApiRequest } from './request.ts';

export function negotiate({ headers, query }: ApiRequest): Shape {
  const accept = headers['accept'] ?? '';
  const include = query.get('includeObject') ?? 'Metadata';
  for (const part of accept.split(',')) {
    const found = /as=(Table|PartialObjectMetadata|PartialObjectMetadataList)\b/.exec(part);
    if (!found) {
      if (/application\/json|\*\/\*/.test(part)) break;
      continue;
    }
    const metaVersion = /v=(v1beta1|v1)\b/.exec(part)?.[1] ?? 'v1';
    return { as: found[1] === 'Table' ? 'Table' : 'PartialObjectMetadata', include: include as Shape['include'], metaVersion };
  }
  return { as: 'object', include: 'Metadata', metaVersion: 'v1' };
}

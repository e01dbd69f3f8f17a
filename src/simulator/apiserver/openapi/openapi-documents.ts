// The OpenAPI v3 documents of what is served, put together from the packed model when they are first asked for.
import { inflateRawSync } from 'node:zlib';
import { type KeptDocument, keptDocument } from '../document.ts';
import openapi from '../model/openapi.json' with { type: 'json' };

type Parts = readonly [name: string, head: string, schemas: readonly number[], tail: string];

const hashes: Readonly<Record<string, string>> = openapi.hashes;
const documents = new Map<string, KeptDocument>();
let unpacked: { readonly schemas: readonly string[]; readonly parts: ReadonlyMap<string, string> } | undefined;

/** The names of all documents, with the hash of each: 'apis/apps/v1'. */
export function openapiHashes(): Readonly<Record<string, string>> {
  return hashes;
}

/** One document; undefined for a group or version that isn't served. */
export function openapiDocument(name: string): KeptDocument | undefined {
  if (!Object.hasOwn(hashes, name)) return undefined;
  let document = documents.get(name);
  if (!document) {
    const { schemas, parts } = unpack();
    const [, head, used, tail] = JSON.parse(parts.get(name)!) as Parts;
    document = keptDocument(`${head}${used.map((index) => schemas[index]).join(',')}${tail}`, hashes[name]);
    documents.set(name, document);
  }
  return document;
}

function unpack(): NonNullable<typeof unpacked> {
  unpacked ??= {
    schemas: linesOf(openapi.schemas),
    parts: new Map(linesOf(openapi.documents).map((line) => [line.slice(2, line.indexOf('"', 2)), line])),
  };
  return unpacked;
}

function linesOf(packed: string): string[] {
  return inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8').split('\n');
}

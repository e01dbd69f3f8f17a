import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeProtobuf, openEnvelope, ProtobufError } from '../../../../src/simulator/apiserver/decode/protobuf.ts';

interface Vector {
  name: string;
  apiVersion: string;
  kind: string;
  json: object;
  hex: string;
}

const folder = 'tests/recordings/kubernetes-1.34';
const vectors: Vector[] = [
  ...JSON.parse(readFileSync(`${folder}/protobuf-vectors.json`, 'utf8')),
  ...JSON.parse(gunzipSync(readFileSync(`${folder}/protobuf-vectors-full.json.gz`)).toString()),
];

test.each(vectors.map((vector) => [`${vector.apiVersion} ${vector.kind}: ${vector.name}`, vector] as const))(
  '%s decodes to what Go prints',
  (_, vector) => {
    const object = decodeProtobuf(openEnvelope(Buffer.from(vector.hex, 'hex')));
    expect(object).toEqual(vector.json);
    expect(JSON.stringify(object).length).toBe(JSON.stringify(vector.json).length);
  },
);

test('bytes that are something else are refused', () => {
  expect(() => openEnvelope(new TextEncoder().encode('{"kind":"Pod"}'))).toThrow(ProtobufError);
  expect(() => openEnvelope(Buffer.from('6b3873000a15', 'hex'))).toThrow('unexpected EOF');
});

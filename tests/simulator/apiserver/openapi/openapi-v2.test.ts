// The document that kubectl falls back to.
import { expect, test } from 'vitest';
import { openapiV2Answer } from '../../../../src/simulator/apiserver/openapi/openapi-v2.ts';

test('kubectl gets it in protobuf, under the type that Go can read', () => {
  const answer = openapiV2Answer('/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' });
  expect(answer?.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  const hex = Buffer.from(answer!.body).toString('hex');
  expect(hex).toBe(`0a03322e30${'12150a0a'}${Buffer.from('Kubernetes').toString('hex')}1207${Buffer.from('v1.34.4').toString('hex')}4200`);
});

test('others get JSON', () => {
  const answer = openapiV2Answer('/openapi/v2', {});
  expect(JSON.parse(Buffer.from(answer!.body).toString())).toMatchObject({
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.34.4' },
  });
});

test('nothing else is answered', () => {
  expect(openapiV2Answer('/openapi/v3', {})).toBeUndefined();
});

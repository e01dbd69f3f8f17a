import { expect, test } from 'vitest';
import { bodyFormat, negotiate, negotiateDiscovery } from '../../../src/simulator/apiserver/negotiate.ts';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

test.each([
  [undefined, { format: 'json' }],
  ['*/*', { format: 'json' }],
  [table, { format: 'json', as: 'Table', version: 'v1' }],
  ['application/vnd.kubernetes.protobuf,application/json', { format: 'json' }],
  ['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', { format: 'json', as: 'PartialObjectMetadataList', version: 'v1' }],
  ['application/json;as=Nosuch;g=meta.k8s.io;v=v1, application/yaml', { format: 'yaml' }],
  ['application/json;q=0.5, application/yaml;q=0.9', { format: 'yaml' }],
  ['text/html,application/xml;q=0.9,*/*;q=0.8', { format: 'json' }],
] as const)('Accept: %s', (accept, expected) => {
  expect(negotiate(accept)).toEqual(expected);
});

test('what the server cannot write is refused with 406', () => {
  expect(() => negotiate('text/html')).toThrow(
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
  expect(() => negotiate('application/json;as=Table;v=v2;g=meta.k8s.io')).toThrow('only the following media types');
});

test('aggregated discovery is v2 only', () => {
  const v2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const beta = v2.replace('v=v2', 'v=v2beta1');
  expect(negotiateDiscovery(`${v2},${beta},application/json`)).toEqual({ format: 'json', as: 'APIGroupDiscoveryList', version: 'v2' });
  expect(negotiateDiscovery(`${beta},application/json`)).toEqual({ format: 'json' });
  expect(() => negotiateDiscovery(beta)).toThrow('only the following media types');
});

test('bodies are JSON unless they say otherwise', () => {
  expect(bodyFormat(undefined)).toBe('json');
  expect(bodyFormat('application/json; charset=utf-8')).toBe('json');
  expect(bodyFormat('application/vnd.kubernetes.protobuf')).toBe('protobuf');
  expect(() => bodyFormat('application/x-www-form-urlencoded')).toThrow('the body of the request was in an unknown format');
});

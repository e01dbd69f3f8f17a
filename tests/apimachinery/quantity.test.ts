import { expect, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  QuantityError,
  quantityMilliValue,
  quantityOf,
  quantityValue,
  subtractQuantities,
} from '../../src/apimachinery/quantity.ts';

test.each([
  ['0.5', '500m'],
  ['100m', '100m'],
  ['1000m', '1'],
  ['1.5', '1500m'],
  ['1500m', '1500m'],
  ['1', '1'],
  [2, '2'],
  [0.1, '100m'],
  ['1000', '1k'],
  ['1100', '1100'],
  ['100000', '100k'],
  ['1e3', '1e3'],
  ['1000e0', '1e3'],
  ['1.5Gi', '1536Mi'],
  ['1.1Gi', '1181116006400m'],
  ['1024Mi', '1Gi'],
  ['1024', '1024'],
  ['512Mi', '512Mi'],
  ['1000Ki', '1000Ki'],
  ['0.5Ki', '512'],
  ['0.0001Ki', '102400u'],
  ['0Gi', '0'],
  ['0', '0'],
  ['-1', '-1'],
  ['0.0000000001', '1n'],
  ['10T', '10T'],
])('%s is printed as %s', (text, expected) => {
  expect(canonicalQuantity(text)).toBe(expected);
});

test('what is no quantity is refused in the words of Kubernetes', () => {
  const pattern = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  for (const text of ['lots', '', '1 Gi', '1.2.3']) expect(() => canonicalQuantity(text)).toThrow(new QuantityError(pattern));
  expect(() => canonicalQuantity('1GiB')).toThrow(new QuantityError(pattern));
  expect(() => canonicalQuantity('1gi')).toThrow(new QuantityError(pattern));
  expect(() => canonicalQuantity('5mM')).toThrow(new QuantityError("unable to parse quantity's suffix"));
});

test('quantities of different suffixes compare, add and subtract', () => {
  expect(compareQuantities('1Gi', '1G')).toBeGreaterThan(0);
  expect(compareQuantities('1', '1000m')).toBe(0);
  expect(formatQuantity(addQuantities('100m', '0.9'))).toBe('1');
  expect(formatQuantity(addQuantities('0', '512Mi'))).toBe('512Mi');
  expect(formatQuantity(subtractQuantities('1Gi', '256Mi'))).toBe('768Mi');
  expect(formatQuantity(quantityOf(128 * 1024 * 1024, 'BinarySI'))).toBe('128Mi');
});

test('values round up', () => {
  expect(quantityValue('1500m')).toBe(2);
  expect(quantityMilliValue('0.0001')).toBe(1);
  expect(quantityValue('1Ki')).toBe(1024);
});

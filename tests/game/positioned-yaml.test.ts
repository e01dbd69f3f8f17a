import { expect, test } from 'vitest';
import { readYaml, YamlError } from '../../src/game/positioned-yaml.ts';

const text = `title: x
objectives:
  - id: one
    connect: { from: pod/a,
      to: nowhere }
  - id: two
`;

test('each value’s place is that of its key, in blocks and in flows', () => {
  const yaml = readYaml(text);
  expect(yaml.positionOf(['title'])).toEqual({ line: 1, column: 1 });
  expect(yaml.positionOf(['objectives', 0, 'connect', 'to'])).toEqual({ line: 5, column: 7 });
  expect(yaml.positionOf(['objectives', 1])).toEqual({ line: 6, column: 5 });
});

test('the place of what is missing is that of what should hold it', () => {
  expect(readYaml(text).positionOf(['objectives', 1, 'title'])).toEqual({ line: 6, column: 5 });
});

test('a bomb of aliases is refused', () => {
  const bomb = `a: &a [x]\n${Array.from({ length: 60 }, (_, index) => `b${index}: [*a]`).join('\n')}`;
  expect(() => readYaml(bomb)).toThrow(YamlError);
});

test('nesting without end is refused', () => {
  expect(() => readYaml(`a: ${'['.repeat(200)}${']'.repeat(200)}`)).toThrow(YamlError);
});

test('a syntax error tells its line', () => {
  try {
    readYaml('a: 1\nb: [1, 2\nc: 3');
    expect.unreachable();
  } catch (error) {
    expect((error as YamlError).position.line).toBeGreaterThan(1);
  }
});

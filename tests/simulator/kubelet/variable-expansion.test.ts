// $(NAME) in commands, as pods write it.
import { expect, test } from 'vitest';
import { expandVariables } from '../../../src/simulator/kubelet/variable-expansion.ts';

const expand = (text: string) => expandVariables(text, (name) => ({ PORT: '80', NS: 'shop' })[name]);

test('known names are replaced, unknown ones and shell substitutions stay', () => {
  expect(expand('-listen=:$(PORT) in $(NS)')).toBe('-listen=:80 in shop');
  expect(expand('$(NOPE) $(date +%s) $PORT')).toBe('$(NOPE) $(date +%s) $PORT');
});

test('a doubled dollar sign is one, and keeps what follows from being replaced', () => {
  expect(expand('$$(PORT) costs 5$$')).toBe('$(PORT) costs 5$');
  expect(expand('$$$(PORT)')).toBe('$80');
});

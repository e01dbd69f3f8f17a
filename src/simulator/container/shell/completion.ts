// What Tab offers: commands at the start of a line, else paths.
import { namesIn } from '../inode.ts';
import { builtinNames } from './builtins.ts';
import type { Shell } from './shell.ts';

/** The words that the last word of the text could become; a space (or a slash) behind those that are whole. */
export function completions(shell: Shell, text: string): string[] {
  const word = /\S*$/.exec(text)![0];
  const isCommand = /(^|[|;&(]\s*)$/.test(text.slice(0, text.length - word.length).trimStart()) && !word.includes('/');
  const found = isCommand ? commands(shell, word) : paths(shell, word);
  return [...new Set(found)].sort();
}

function commands(shell: Shell, prefix: string): string[] {
  const { files } = shell.process.kernel;
  const names = [...builtinNames(), ...shell.functions.keys()];
  for (const folder of (shell.get('PATH') ?? '').split(':')) {
    const inode = files.lookUp(shell.process, folder || '.');
    if (inode?.type === 'directory') names.push(...namesIn(inode));
  }
  return names.filter((name) => name.startsWith(prefix)).map((name) => `${name} `);
}

function paths(shell: Shell, word: string): string[] {
  const { process } = shell;
  const { files } = process.kernel;
  const slash = word.lastIndexOf('/');
  const folder = slash < 0 ? '.' : word.slice(0, slash) || '/';
  const prefix = word.slice(slash + 1);
  const inode = files.lookUp(process, folder);
  if (inode?.type !== 'directory') return [];
  const names = namesIn(inode).filter((name) => name.startsWith(prefix) && (prefix.startsWith('.') || !name.startsWith('.')));
  return names.map((name) => {
    const isDirectory = files.lookUp(process, `${folder}/${name}`)?.type === 'directory';
    return `${word.slice(0, slash + 1)}${name}${isDirectory ? '/' : ' '}`;
  });
}

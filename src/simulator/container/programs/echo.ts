// echo
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import { replaceEscapes } from './escapes.ts';

/** Says its words. 'escapes': as dash's echo, which replaces escapes without being asked and knows only -n. */
export function* echo(process: Process, argv: readonly string[], manner: 'plain' | 'escapes' = 'plain'): Blocking<number> {
  let index = 1;
  let endsLine = true;
  let hasEscapes = manner === 'escapes';
  const option = manner === 'plain' ? /^-[neE]+$/ : /^-n$/;
  for (; option.test(argv[index] ?? ''); index++) {
    for (const letter of argv[index]!.slice(1)) {
      if (letter === 'n') endsLine = false;
      else hasEscapes = letter === 'e';
    }
  }
  const words = argv.slice(index).join(' ');
  const { text, isCut } = hasEscapes ? replaceEscapes(words) : { text: words, isCut: false };
  yield* process.print(endsLine && !isCut ? `${text}\n` : text);
  return 0;
}

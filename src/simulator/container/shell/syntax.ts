// The shell's grammar: the only file that knows the parser (unbash). It hands out syntax trees, and mistakes in busybox ash's words.
import { type ParsedScript, parse } from 'unbash';

export type {
  ArithmeticExpression,
  Assignment,
  Command,
  CommandExpansionPart,
  CommandNode,
  CompoundList,
  ParameterExpansionPart,
  ParsedScript,
  Pipeline,
  Redirection,
  Statement,
  SyntaxNode,
  TestExpression,
  Word,
  WordPart,
} from 'unbash';

/** What is wrong with a script. */
export interface SyntaxMistake {
  /** As ash says it behind "syntax error: ". */
  readonly message: string;
  /** More lines could mend it: an interactive shell asks for them. */
  readonly isIncomplete: boolean;
}

/** A script as parsed. */
export interface Syntax {
  readonly source: string;
  readonly script: ParsedScript;
  readonly mistake: SyntaxMistake | undefined;
  /** More lines must come before it can be run: something is open, a here-document too. */
  readonly wantsMore: boolean;
}

const maxRemembered = 500;
const remembered = new Map<string, Syntax>();

/** Parses a script. Loops of containers run the same few again and again, so the last ones are kept. */
export function parseScript(source: string): Syntax {
  const known = remembered.get(source);
  if (known) return known;
  const script = parse(source);
  const mistake = findMistake(script, source);
  const isOpen = /(^|[^\\])(\\\\)*\\\n?$/.test(source) || (source.includes('<<') && hasOpenHereDocument(script));
  const syntax = { source, script, mistake, wantsMore: mistake?.isIncomplete === true || (!mistake && isOpen) };
  if (remembered.size >= maxRemembered) remembered.clear();
  if (source.length < 100_000) remembered.set(source, syntax);
  return syntax;
}

function findMistake(script: ParsedScript, source: string): SyntaxMistake | undefined {
  const foreign = findForeign(script);
  if (foreign) return { message: foreign, isIncomplete: false };
  const first = script.errors?.[0];
  const last = script.errors?.at(-1);
  if (!first || !last) return undefined;
  const incomplete = (message: string): SyntaxMistake => ({ message, isIncomplete: true });
  if (/unterminated (double|single) quote/.test(first.message)) return incomplete('unterminated quoted string');
  if (/unterminated command substitution/.test(first.message)) return incomplete('unexpected end of file (expecting ")")');
  if (/unterminated backtick/.test(first.message)) return incomplete('EOF in backquote substitution');
  if (/unterminated arith/.test(first.message)) return incomplete("missing '))'");
  if (/unterminated parameter/.test(first.message)) return incomplete("missing '}'");
  const end = source.trimEnd().length;
  const open = /expected '(\S+)' to close/.exec(last.message);
  if (open) {
    const expected = open[1] === 'esac' ? ')' : open[1];
    return { message: `unexpected end of file (expecting "${expected}")`, isIncomplete: first.pos >= end - 6 };
  }
  const unexpected = /unexpected token '(.+)'/.exec(first.message);
  if (unexpected) return { message: `unexpected "${unexpected[1]}"`, isIncomplete: false };
  if (/expected command after/.test(first.message)) return incomplete('unexpected end of file');
  return { message: first.message, isIncomplete: first.pos >= end - 1 };
}

/** What bash has and ash doesn't. */
function findForeign(script: ParsedScript): string | undefined {
  return findInTree(script, (node) => {
    if (node.type === 'ArrayValue') return 'unexpected "("';
    return node.type === 'HereString' ? 'unexpected redirection' : undefined;
  });
}

function hasOpenHereDocument(script: ParsedScript): boolean {
  return findInTree(script, (node) => (node.type === 'HereDoc' && !('closing' in node && node.closing) ? true : undefined)) ?? false;
}

/** The first thing that `look` finds in the tree. */
function findInTree<T>(node: unknown, look: (node: { readonly type: unknown }) => T | undefined): T | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const here = 'type' in node ? look(node) : undefined;
  if (here !== undefined) return here;
  for (const key of ['commands', 'command', 'body', 'clause', 'then', 'else', 'elif', 'items', 'prefix', 'suffix', 'value', 'redirects']) {
    const value = (node as Readonly<Record<string, unknown>>)[key];
    for (const child of Array.isArray(value) ? value : [value]) {
      const found = findInTree(child, look);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

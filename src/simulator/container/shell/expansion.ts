// From words as written to words as meant: parameters, commands, arithmetic, then splitting and file names.
import type { Blocking } from '../blocking.ts';
import { Pipe } from '../pipe.ts';
import { decode } from '../text.ts';
import { evaluate } from './arithmetic.ts';
import { ShellError } from './control-flow.ts';
import { runList } from './execution.ts';
import { parameterValue, requiredValue, transformedValue } from './parameter.ts';
import { matchingPaths } from './pathname.ts';
import { quotePattern } from './pattern.ts';
import type { Shell } from './shell.ts';
import type { Assignment, ParameterExpansionPart, ParsedScript, Word, WordPart } from './syntax.ts';

/** A bit of a word on its way. */
interface Piece {
  readonly text: string;
  readonly isQuoted: boolean;
  /** It came out of an expansion: IFS splits it. */
  readonly isSplit?: boolean;
  /** It is a pattern as written. */
  readonly isGlob?: boolean;
  /** A field ends here, whatever IFS is: between the words of "$@". */
  readonly isBreak?: boolean;
}

/** All the words that these words mean. */
export function* expandWords(shell: Shell, words: readonly (Word | Assignment)[]): Blocking<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (word.type === 'Assignment') out.push(yield* expandArgumentAssignment(shell, word));
    else if (!word.parts) out.push(withHome(shell, word.value, word.text));
    else for (const field of yield* expandFields(shell, word)) out.push(field);
  }
  return out;
}

/** The same for words without anything to expand, which are most; undefined when there is something. */
export function plainWords(shell: Shell, words: readonly (Word | Assignment)[]): string[] | undefined {
  const out: string[] = [];
  for (const word of words) {
    if (word.type === 'Assignment' || word.parts) return undefined;
    out.push(withHome(shell, word.value, word.text));
  }
  return out;
}

/** The one text that a word means where no splitting is done: values, targets of redirections. */
export function* expandWord(shell: Shell, word: Word | undefined): Blocking<string> {
  if (!word) return '';
  if (!word.parts) return withHome(shell, word.value, word.text);
  const pieces = yield* expandParts(shell, word.parts, false);
  const text = pieces.map((piece) => (piece.isBreak ? ' ' : piece.text)).join('');
  return pieces[0]?.isQuoted === false ? withHome(shell, text, word.text) : text;
}

/** A word as a pattern: what was quoted is not special. */
export function* expandPattern(shell: Shell, word: Word): Blocking<string> {
  if (!word.parts) return /["'\\]/.test(word.text) ? quotePattern(word.value) : word.value;
  let pattern = '';
  for (const part of word.parts) {
    for (const piece of yield* expandPart(shell, part, false)) pattern += piece.isQuoted ? quotePattern(piece.text) : piece.text;
  }
  return pattern;
}

/** Text with expansions in it, as between double quotes: here-documents. */
export function* expandText(shell: Shell, parts: readonly WordPart[] | undefined, raw: string): Blocking<string> {
  if (!parts) return raw;
  const pieces = yield* expandParts(shell, parts, true);
  return pieces.map((piece) => piece.text).join('');
}

/** The value of an assignment; a tilde also counts behind a colon. */
export function* expandValue(shell: Shell, assignment: Assignment): Blocking<string> {
  if (assignment.value.type !== 'Word') return '';
  return yield* expandWord(shell, assignment.value);
}

/** $(…): what the commands print, without the new lines at its end. */
export function* substituteCommand(shell: Shell, script: ParsedScript | undefined): Blocking<string> {
  const { process } = shell;
  const pipe = new Pipe();
  const commands = script?.commands ?? [];
  const child = yield* shell.startSubshell(
    (subshell) => {
      if (script?.source !== undefined) subshell.source = { text: script.source, isFile: false };
      return runList(subshell, commands, true);
    },
    (started) => started.setDescriptor(1, pipe.writer),
  );
  let text = '';
  for (;;) {
    const bytes = yield* pipe.read(process, 65536);
    if (!bytes) break;
    process.allocate(bytes.length);
    text += decode(bytes);
    yield* process.work(bytes.length / 1000);
  }
  pipe.closeReader();
  shell.status = yield* process.waitFor(child);
  shell.substitutionStatus = shell.status;
  process.allocate(-text.length);
  if (text.includes('\0')) text = text.replaceAll('\0', '');
  return text.replace(/\n+$/, '');
}

function* expandArgumentAssignment(shell: Shell, word: Assignment): Blocking<string> {
  return `${word.name}${word.append ? '+=' : '='}${yield* expandValue(shell, word)}`;
}

function* expandParts(shell: Shell, parts: readonly WordPart[], isQuoted: boolean): Blocking<Piece[]> {
  const pieces: Piece[] = [];
  for (const part of parts) for (const piece of yield* expandPart(shell, part, isQuoted)) pieces.push(piece);
  return pieces;
}

function* expandPart(shell: Shell, part: WordPart, isQuoted: boolean): Blocking<readonly Piece[]> {
  switch (part.type) {
    case 'Literal':
      return [{ text: part.value, isQuoted: isQuoted || part.text.includes('\\') }];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ text: part.value, isQuoted: true }];
    case 'DoubleQuoted':
    case 'LocaleString':
      return yield* expandQuoted(shell, part.parts);
    case 'Glob':
    case 'BraceExpansion':
    case 'ExtendedGlob':
      return [{ text: part.text, isQuoted, isGlob: !isQuoted && /[*?[]/.test(part.text) }];
    case 'SimpleExpansion':
      return simpleExpansion(shell, part.text.slice(1), isQuoted);
    case 'ParameterExpansion':
      return yield* expandParameter(shell, part, isQuoted);
    case 'CommandExpansion':
      return [{ text: yield* substituteCommand(shell, part.script), isQuoted, isSplit: true }];
    case 'ArithmeticExpansion':
      return [{ text: String(part.expression ? yield* evaluate(shell, part.expression) : 0), isQuoted, isSplit: true }];
    case 'ProcessSubstitution':
      throw new ShellError('syntax error: unexpected "("');
  }
}

function* expandQuoted(shell: Shell, parts: readonly WordPart[]): Blocking<readonly Piece[]> {
  // An empty piece first, so that "" is a field; "$@" without words is none.
  if (parts.length === 1 && isAllArguments(parts[0]!) && shell.positional.length === 0) return [];
  const pieces: Piece[] = [{ text: '', isQuoted: true }];
  for (const part of parts) {
    if (isAllArguments(part)) pieces.push(...argumentPieces(shell, true));
    else for (const piece of yield* expandPart(shell, part, true)) pieces.push({ text: piece.text, isQuoted: true });
  }
  return pieces;
}

function simpleExpansion(shell: Shell, name: string, isQuoted: boolean): readonly Piece[] {
  if ((name === '@' || name === '*') && !isQuoted) return argumentPieces(shell, false);
  return [{ text: requiredValue(shell, name), isQuoted, isSplit: true }];
}

function argumentPieces(shell: Shell, isQuoted: boolean): Piece[] {
  return shell.positional.flatMap((text, index) => {
    const piece = { text, isQuoted, isSplit: true };
    return index === 0 ? [piece] : [{ text: '', isQuoted, isBreak: true }, piece];
  });
}

function isAllArguments(part: WordPart): boolean {
  if (part.type === 'SimpleExpansion') return part.text === '$@';
  return part.type === 'ParameterExpansion' && part.parameter === '@' && !part.operation && !part.prefix;
}

function* expandParameter(shell: Shell, part: ParameterExpansionPart, isQuoted: boolean): Blocking<readonly Piece[]> {
  const { operation, parameter } = part;
  if (!operation && !part.prefix) return simpleExpansion(shell, parameter, isQuoted);
  if (operation?.type !== 'Default' || part.prefix) return [{ text: yield* transformedValue(shell, part), isQuoted, isSplit: true }];
  const value = parameterValue(shell, parameter);
  const isMissing = value === undefined || (operation.operator.startsWith(':') && value === '');
  const present = (): readonly Piece[] => simpleExpansion(shell, parameter, isQuoted);
  switch (operation.operator) {
    case '-':
    case ':-':
      return isMissing ? yield* expandOperand(shell, operation.operand, isQuoted) : present();
    case '+':
    case ':+':
      return isMissing ? [{ text: '', isQuoted, isSplit: true }] : yield* expandOperand(shell, operation.operand, isQuoted);
    case '=':
    case ':=': {
      if (!isMissing) return present();
      const text = yield* expandWord(shell, operation.operand);
      shell.set(parameter, text);
      return [{ text, isQuoted, isSplit: true }];
    }
    default: {
      if (!isMissing) return present();
      const message = yield* expandWord(shell, operation.operand);
      throw new ShellError(`${parameter}: ${message || (operation.operator === '?' ? 'parameter not set' : 'parameter not set or null')}`);
    }
  }
}

/** The word behind :- and its kin; unquoted parts of it are split, quoted ones not. */
function* expandOperand(shell: Shell, word: Word, isQuoted: boolean): Blocking<readonly Piece[]> {
  if (!word.parts) return [{ text: withHome(shell, word.value, word.text), isQuoted: isQuoted || /["'\\]/.test(word.text), isSplit: true }];
  const pieces = yield* expandParts(shell, word.parts, isQuoted);
  return pieces.map((piece) => (piece.isQuoted ? piece : { ...piece, isSplit: true }));
}

/** A field on its way: its text, and the pattern that it is if anything in it is special. */
class Field {
  text = '';
  pattern = '';
  isGlob = false;

  add(text: string, isQuoted: boolean, isGlob: boolean): void {
    this.text += text;
    this.pattern += isQuoted ? quotePattern(text) : text;
    this.isGlob ||= isGlob;
  }
}

function* expandFields(shell: Shell, word: Word): Blocking<string[]> {
  const pieces = yield* expandParts(shell, word.parts!, false);
  const first = pieces[0];
  if (first && !first.isQuoted && word.text.startsWith('~')) pieces[0] = { ...first, text: withHome(shell, first.text, word.text) };
  const fields = splitFields(pieces, shell.get('IFS') ?? ' \t\n');
  const out: string[] = [];
  for (const field of fields) {
    const paths = field.isGlob && !shell.options.has('f') ? matchingPaths(shell.process, field.pattern) : [];
    if (paths.length > 0) out.push(...paths);
    else out.push(field.text);
  }
  return out;
}

function splitFields(pieces: readonly Piece[], separators: string): Field[] {
  const fields: Field[] = [];
  let current: Field | undefined;
  const finish = (): void => {
    if (current) fields.push(current);
    current = undefined;
  };
  for (const piece of pieces) {
    if (piece.isBreak) finish();
    else if (piece.isQuoted || !piece.isSplit) {
      if (!piece.isQuoted && piece.text === '' && !piece.isGlob) continue;
      current ??= new Field();
      current.add(piece.text, piece.isQuoted, piece.isGlob ?? false);
    } else {
      let start = 0;
      for (const end of separatorsIn(piece.text, separators)) {
        if (end > start) {
          const text = piece.text.slice(start, end);
          current ??= new Field();
          current.add(text, false, /[*?[]/.test(text));
        }
        start = end + 1;
        if (end === piece.text.length) continue;
        if (!' \t\n'.includes(piece.text[end]!)) current ??= new Field();
        finish();
      }
    }
  }
  finish();
  return fields;
}

/** Where separators stand in a text, and its end. */
function separatorsIn(text: string, separators: string): number[] {
  if (separators === '') return [text.length];
  const expression = new RegExp(`[${separators.replace(/[\]\\^-]/g, '\\$&')}]`, 'g');
  return [...Array.from(text.matchAll(expression), ({ index }) => index), text.length];
}

/** ~ and ~/… as the home directory. */
function withHome(shell: Shell, value: string, written: string): string {
  if (written !== '~' && !written.startsWith('~/')) return value;
  return (shell.get('HOME') ?? '~') + value.slice(1);
}

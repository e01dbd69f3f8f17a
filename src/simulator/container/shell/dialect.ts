// How a shell words what goes wrong: busybox ash, dash (Debian's sh) and bash. One interpreter, three voices.
import type { ErrnoCode } from '../errno.ts';
import { errnoText } from '../errno.ts';
import type { SyntaxMistake } from './syntax.ts';

/** Where the shell is when it speaks. */
export interface Voice {
  /** $0 */
  readonly name: string;
  readonly line: number;
  readonly isInteractive: boolean;
}

export interface Dialect {
  readonly name: 'ash' | 'dash' | 'bash';
  /** What stands before every message. */
  prefix(voice: Voice): string;
  /** What stands between that and the message of a builtin. */
  builtinPrefix(voice: Voice, builtin: string): string;
  notFound(command: string): string;
  cannotExecute(command: string, code: ErrnoCode): string;
  cannotCreate(path: string, code: ErrnoCode): string;
  cannotOpen(path: string, code: ErrnoCode): string;
  /** Status after a redirection failed. */
  readonly redirectionStatus: number;
  syntaxError(mistake: SyntaxMistake): string;
  cannotChangeDirectory(path: string, code: ErrnoCode): string;
  badNumber(text: string): string;
  divideByZero(expression: string): string;
  prompt(shown: { directory: string; isRoot: boolean; hostname: string; user: string }): string;
}

const ash: Dialect = {
  name: 'ash',
  prefix: ({ name }) => `${name}: `,
  builtinPrefix: ({ line, isInteractive }, builtin) => (isInteractive ? `${builtin}: ` : `${builtin}: line ${line}: `),
  notFound: (command) => `${command}: not found`,
  cannotExecute: (command, code) => `${command}: ${errnoText(code)}`,
  cannotCreate: (path, code) => `can't create ${path}: ${code === 'ENOENT' ? 'nonexistent directory' : errnoText(code)}`,
  cannotOpen: (path, code) => `can't open ${path}: ${code === 'ENOENT' ? 'no such file' : errnoText(code)}`,
  redirectionStatus: 1,
  syntaxError: ({ message }) => `syntax error: ${message}`,
  cannotChangeDirectory: (path, code) => `can't cd to ${path}: ${errnoText(code)}`,
  badNumber: (text) => `${text}: bad number`,
  divideByZero: () => 'divide by zero',
  prompt: ({ directory, isRoot }) => `${directory} ${isRoot ? '#' : '$'} `,
};

const dash: Dialect = {
  ...ash,
  name: 'dash',
  prefix: ({ name, line }) => `${name}: ${Math.max(1, line)}: `,
  builtinPrefix: (_voice, builtin) => `${builtin}: `,
  cannotCreate: (path, code) => `cannot create ${path}: ${code === 'ENOENT' ? 'Directory nonexistent' : errnoText(code)}`,
  cannotOpen: (path, code) => `cannot open ${path}: ${code === 'ENOENT' ? 'No such file' : errnoText(code)}`,
  redirectionStatus: 2,
  syntaxError: ({ message }) =>
    `Syntax error: ${message.replace(/^unexpected end of file/, 'end of file unexpected').replace(/^unexpected (".*")$/, '$1 unexpected')}`,
  cannotChangeDirectory: (path) => `can't cd to ${path}`,
  badNumber: (text) => `Illegal number: ${text}`,
  divideByZero: (expression) => `arithmetic expression: division by zero: "${expression}"`,
  prompt: ({ isRoot }) => (isRoot ? '# ' : '$ '),
};

const bash: Dialect = {
  ...ash,
  name: 'bash',
  prefix: ({ name, line, isInteractive }) => (isInteractive ? `${name}: ` : `${name}: line ${Math.max(1, line)}: `),
  builtinPrefix: (_voice, builtin) => `${builtin}: `,
  notFound: (command) => (command.includes('/') ? `${command}: ${errnoText('ENOENT')}` : `${command}: command not found`),
  cannotCreate: (path, code) => `${path}: ${errnoText(code)}`,
  cannotOpen: (path, code) => `${path}: ${errnoText(code)}`,
  syntaxError: ({ message }) => `syntax error: ${message}`,
  cannotChangeDirectory: (path, code) => `${path}: ${errnoText(code)}`,
  badNumber: (text) => `${text}: integer expression expected`,
  divideByZero: (expression) => `${expression}: division by 0 (error token is "0")`,
  prompt: ({ directory, isRoot, hostname, user }) => `${user}@${hostname}:${directory}${isRoot ? '#' : '$'} `,
};

export const dialects = { ash, dash, bash } as const;

// find
import type { Blocking } from '../blocking.ts';
import { mayAccess } from '../filesystem.ts';
import { type Inode, namesIn, sizeOf } from '../inode.ts';
import type { Process } from '../process.ts';
import { patternRegExp } from '../shell/pattern.ts';
import { idOf } from './owner-names.ts';
import { posixSource } from './regular-expression.ts';
import { rm } from './rm.ts';
import { runCommand } from './small-programs.ts';
import { failedCall, joinPath, lastName, worded } from './wording.ts';

interface Visit {
  readonly path: string;
  readonly inode: Inode;
  readonly depth: number;
  isPruned: boolean;
}

type Test = (visit: Visit) => Blocking<boolean>;

/** What the command line says, worked out. */
interface Plan {
  readonly test: Test;
  readonly maxDepth: number;
  readonly minDepth: number;
  readonly isDepthFirst: boolean;
}

class FindMistake {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export function* find(process: Process, argv: readonly string[]): Blocking<number> {
  const words = argv.slice(1).filter((word) => word !== '-L' && word !== '-H' && word !== '-P');
  const firstTest = words.findIndex((word) => /^[-(!]/.test(word));
  const roots = firstTest < 0 ? words : words.slice(0, firstTest);
  const finder = new Finder(process);
  let plan: Plan;
  try {
    plan = finder.plan(firstTest < 0 ? [] : words.slice(firstTest));
  } catch (thrown) {
    if (!(thrown instanceof FindMistake)) throw thrown;
    yield* process.complain(`find: ${thrown.message}\n`);
    return 1;
  }
  for (const root of roots.length > 0 ? roots : ['.']) yield* finder.walk(root, 0, plan);
  yield* finder.finish();
  return finder.status;
}

class Finder {
  status = 0;
  private readonly process: Process;
  private words: readonly string[] = [];
  private at = 0;
  private hasAction = false;
  private maxDepth = Number.POSITIVE_INFINITY;
  private minDepth = 0;
  private isDepthFirst = false;
  private readonly gathered: { command: readonly string[]; paths: string[] }[] = [];

  constructor(process: Process) {
    this.process = process;
  }

  plan(words: readonly string[]): Plan {
    this.words = words;
    const test = words.length > 0 ? this.or() : always;
    if (this.at < words.length) throw new FindMistake(`unrecognized: ${words[this.at]}`);
    const print = this.printer('\n');
    const whole: Test = this.hasAction
      ? test
      : function* (visit) {
          return (yield* test(visit)) && (yield* print(visit));
        };
    return { test: whole, maxDepth: this.maxDepth, minDepth: this.minDepth, isDepthFirst: this.isDepthFirst };
  }

  *walk(path: string, depth: number, plan: Plan): Blocking {
    const { process } = this;
    yield* process.work(20);
    try {
      const inode = process.kernel.files.stat(process, path, 'keep');
      const visit: Visit = { path, inode, depth, isPruned: false };
      if (!plan.isDepthFirst && depth >= plan.minDepth) yield* plan.test(visit);
      if (inode.type === 'directory' && depth < plan.maxDepth && !visit.isPruned) {
        if (!mayAccess(process.credentials, inode, 'read')) yield* this.complain(path, 'Permission denied');
        else for (const name of process.kernel.files.readDirectory(process, path)) yield* this.walk(joinPath(path, name), depth + 1, plan);
      }
      if (plan.isDepthFirst && depth >= plan.minDepth) yield* plan.test(visit);
    } catch (thrown) {
      yield* this.complain(path, failedCall(thrown).message);
    }
  }

  /** Runs the commands of -exec … +. */
  *finish(): Blocking {
    for (const { command, paths } of this.gathered) if (paths.length > 0) yield* this.execute([...command, ...paths]);
  }

  private *complain(path: string, message: string): Blocking {
    yield* this.process.complain(`find: ${worded(this.process, { busybox: `${path}: ${message}`, gnu: `‘${path}’: ${message}` })}\n`);
    this.status = 1;
  }

  private or(): Test {
    let left = this.and();
    while (this.words[this.at] === '-o' || this.words[this.at] === '-or') {
      this.at++;
      const one = left;
      const other = this.and();
      left = function* (visit) {
        return (yield* one(visit)) || (yield* other(visit));
      };
    }
    return left;
  }

  private and(): Test {
    let left = this.not();
    while (this.at < this.words.length && this.words[this.at] !== '-o' && this.words[this.at] !== '-or' && this.words[this.at] !== ')') {
      if (this.words[this.at] === '-a' || this.words[this.at] === '-and') this.at++;
      const one = left;
      const other = this.not();
      left = function* (visit) {
        return (yield* one(visit)) && (yield* other(visit));
      };
    }
    return left;
  }

  private not(): Test {
    if (this.words[this.at] !== '!' && this.words[this.at] !== '-not') return this.primary();
    this.at++;
    const inner = this.not();
    return function* (visit) {
      return !(yield* inner(visit));
    };
  }

  private primary(): Test {
    const word = this.words[this.at++];
    if (word === undefined) throw new FindMistake('missing argument');
    if (word === '(') {
      const inner = this.or();
      if (this.words[this.at++] !== ')') throw new FindMistake("unmatched '('");
      return inner;
    }
    return this.action(word) ?? this.test(word);
  }

  private argument(word: string): string {
    const value = this.words[this.at++];
    if (value === undefined)
      throw new FindMistake(`${word}: ${worded(this.process, { busybox: 'requires an argument', gnu: 'missing argument' })}`);
    return value;
  }

  private action(word: string): Test | undefined {
    const { process } = this;
    switch (word) {
      case '-print':
        this.hasAction = true;
        return this.printer('\n');
      case '-print0':
        this.hasAction = true;
        return this.printer('\0');
      case '-delete':
        this.hasAction = true;
        this.isDepthFirst = true;
        return function* ({ path }) {
          return (yield* rm(process, ['rm', '-rf', path])) === 0;
        };
      case '-exec':
      case '-ok':
        this.hasAction = true;
        return this.exec(word);
      case '-prune':
        return function* (visit) {
          visit.isPruned = true;
          return true;
        };
      case '-quit':
        this.hasAction = true;
        return function* () {
          process.finish(0);
          return true;
        };
      case '-maxdepth':
        this.maxDepth = Number(this.argument(word));
        return always;
      case '-mindepth':
        this.minDepth = Number(this.argument(word));
        return always;
      case '-depth':
        this.isDepthFirst = true;
        return always;
      case '-xdev':
      case '-follow':
        return always;
      default:
        return undefined;
    }
  }

  private test(word: string): Test {
    switch (word) {
      case '-name':
      case '-iname': {
        const pattern = this.argument(word);
        const expression = word === '-name' ? patternRegExp(pattern) : new RegExp(patternRegExp(pattern).source, 'si');
        return when(({ path }) => expression.test(lastName(path)));
      }
      case '-path':
      case '-wholename': {
        const expression = patternRegExp(this.argument(word));
        return when(({ path }) => expression.test(path));
      }
      case '-regex': {
        const expression = this.regExp(this.argument(word));
        return when(({ path }) => expression.test(path));
      }
      case '-type': {
        const types = this.argument(word).split(',');
        const letters: Readonly<Record<Inode['type'], string>> = { file: 'f', directory: 'd', link: 'l', device: 'c' };
        return when(({ inode }) => types.includes(letters[inode.type]));
      }
      case '-empty':
        return when(({ inode }) => (inode.type === 'directory' ? namesIn(inode).length === 0 : sizeOf(inode) === 0));
      case '-size': {
        const match = /^([-+]?)(\d+)([ckMGb]?)$/.exec(this.argument(word));
        if (!match) throw new FindMistake(`invalid number`);
        const unit = { c: 1, k: 1024, M: 1024 ** 2, G: 1024 ** 3, b: 512, '': 512 }[match[3] as 'c'] ?? 512;
        return when(({ inode }) => compare(match[1]!, Math.ceil(sizeOf(inode) / unit), Number(match[2])));
      }
      case '-mtime':
      case '-mmin': {
        const match = /^([-+]?)(\d+)$/.exec(this.argument(word));
        if (!match) throw new FindMistake('invalid number');
        const unitMs = word === '-mtime' ? 86_400_000 : 60_000;
        return when(({ inode }) => compare(match[1]!, Math.floor((this.process.clock.now - inode.modifiedMs) / unitMs), Number(match[2])));
      }
      case '-newer': {
        const reference = this.process.kernel.files.lookUp(this.process, this.argument(word));
        return when(({ inode }) => inode.modifiedMs > (reference?.modifiedMs ?? Number.POSITIVE_INFINITY));
      }
      case '-perm': {
        const value = this.argument(word);
        const bits = Number.parseInt(value.replace(/^[-/+]/, ''), 8);
        return when(({ inode }) =>
          value.startsWith('-') ? (inode.mode & bits) === bits : /^[/+]/.test(value) ? (inode.mode & bits) !== 0 : inode.mode === bits,
        );
      }
      case '-user': {
        const uid = idOf(this.process, '/etc/passwd', this.argument(word));
        return when(({ inode }) => inode.uid === uid);
      }
      case '-group': {
        const gid = idOf(this.process, '/etc/group', this.argument(word));
        return when(({ inode }) => inode.gid === gid);
      }
      case '-true':
        return always;
      case '-false':
        return when(() => false);
      default:
        throw new FindMistake(worded(this.process, { busybox: `unrecognized: ${word}`, gnu: `unknown predicate \`${word}'` }));
    }
  }

  private regExp(pattern: string): RegExp {
    try {
      return new RegExp(`^(?:${posixSource(pattern, 'basic')})$`);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      throw new FindMistake(`bad regex '${pattern}'`);
    }
  }

  private printer(end: string): Test {
    const { process } = this;
    return function* ({ path }) {
      yield* process.print(path + end);
      return true;
    };
  }

  private exec(word: string): Test {
    const command: string[] = [];
    for (let next = this.argument(word); next !== ';' && next !== '+'; next = this.argument(word)) command.push(next);
    if (this.words[this.at - 1] === '+') {
      const group = { command: command.filter((part) => part !== '{}'), paths: [] as string[] };
      this.gathered.push(group);
      return function* ({ path }) {
        group.paths.push(path);
        return true;
      };
    }
    const execute = (argv: readonly string[]): Blocking<number> => this.execute(argv);
    return function* ({ path }) {
      return (yield* execute(command.map((part) => part.replaceAll('{}', path)))) === 0;
    };
  }

  private *execute(argv: readonly string[]): Blocking<number> {
    const child = this.process.fork(argv);
    child.run(runCommand(child, argv, 'find'));
    return yield* this.process.waitFor(child);
  }
}

function* always(): Blocking<boolean> {
  return true;
}

function when(test: (visit: Visit) => boolean): Test {
  return function* (visit) {
    return test(visit);
  };
}

function compare(sign: string, value: number, wanted: number): boolean {
  if (sign === '+') return value > wanted;
  return sign === '-' ? value < wanted : value === wanted;
}

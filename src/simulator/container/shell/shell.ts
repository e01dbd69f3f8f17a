// A running shell: its variables, functions, options, traps and jobs, and how it starts, forks and ends.
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { Exit, type Process } from '../process.ts';
import { type SignalName, signalName, signalNumbers } from '../signals.ts';
import { FunctionReturn, LoopExit, ShellError } from './control-flow.ts';
import type { Dialect } from './dialect.ts';
import { runList } from './execution.ts';
import { type CommandNode, type CompoundList, parseScript } from './syntax.ts';
import { maxValueLength, type Variable, Variables } from './variables.ts';

/** A background command. */
export interface Job {
  readonly number: number;
  readonly process: Process;
  /** As it was typed. */
  readonly text: string;
}

/** Options by letter, and pipefail by name. */
export type ShellOption = 'a' | 'b' | 'C' | 'e' | 'f' | 'h' | 'i' | 'm' | 'n' | 'u' | 'v' | 'x' | 'c' | 's' | 'pipefail';

export type FunctionBody = CommandNode | CompoundList;

/** Where text that is run comes from: for line numbers. */
export interface Source {
  readonly text: string;
  /** The line that ash names for it: 0 for -c, else counted. */
  readonly isFile: boolean;
}

/** Virtual CPU time that a fork takes. */
const forkMicroseconds = 300;

export interface ShellOptions {
  readonly process: Process;
  readonly dialect: Dialect;
  /** $0 */
  readonly name: string;
  readonly positional: readonly string[];
}

export class Shell {
  readonly process: Process;
  readonly dialect: Dialect;
  name: string;
  positional: readonly string[];
  variables: Variables;
  functions = new Map<string, FunctionBody>();
  options = new Set<ShellOption>();
  traps = new Map<SignalName | 'EXIT', string>();
  aliases = new Map<string, string>();
  jobs: Job[] = [];
  /** $? */
  status = 0;
  /** $! */
  lastBackground: number | undefined;
  /** $$: a subshell keeps its parent's. */
  readonly pid: number;
  isInteractive = false;
  /** ^C came while an interactive shell itself was at work. */
  isInterrupted = false;
  loopDepth = 0;
  /** How many conditions (if, while, &&, !) stand around the command that runs: set -e doesn't act there. */
  testedDepth = 0;
  functionDepth = 0;
  /** The last failure was the left side of && or ||: set -e lets it pass. */
  isFailureTested = false;
  /** What `local` has to put back. */
  locals: Map<string, Variable | undefined> | undefined;
  /** Status of the last command substitution: what an assignment alone returns. */
  substitutionStatus = 0;
  /** How far into the word `getopts` is. */
  optionOffset = 1;
  source: Source = { text: '', isFile: false };
  position = 0;
  private readonly pendingSignals: number[] = [];

  constructor(options: ShellOptions, parent?: Shell) {
    this.process = options.process;
    this.dialect = options.dialect;
    this.name = options.name;
    this.positional = options.positional;
    this.pid = parent?.pid ?? options.process.pid;
    const account = (growth: number): void => this.process.allocate(growth);
    this.variables = parent ? parent.variables.fork(account) : new Variables(account);
    if (!parent) this.setInitialVariables();
  }

  /** A copy of this shell for a child process. */
  fork(process: Process): Shell {
    const child = new Shell({ process, dialect: this.dialect, name: this.name, positional: this.positional }, this);
    child.functions = this.functions;
    child.options = new Set(this.options);
    child.aliases = this.aliases;
    child.status = this.status;
    child.lastBackground = this.lastBackground;
    child.testedDepth = this.testedDepth;
    child.functionDepth = this.functionDepth;
    child.source = this.source;
    child.position = this.position;
    process.resetHandlers();
    return child;
  }

  /** Forks a subshell that runs `body`; `prepare` sets its descriptors first. */
  *startSubshell(body: (child: Shell) => Blocking<number>, prepare?: (process: Process) => void): Blocking<Process> {
    const process = yield* this.forkProcess(this.process.argv);
    prepare?.(process);
    const child = this.fork(process);
    process.run(child.runToEnd(() => body(child)));
    return process;
  }

  /** Forks, or says why it can't. The more processes there are, the longer it takes: so a fork bomb holds itself up. */
  *forkProcess(argv: readonly string[]): Blocking<Process> {
    yield* this.process.work(forkMicroseconds * (1 + this.process.kernel.processes.size / 16));
    try {
      const child = this.process.fork(argv);
      // What a prompt shields itself from, its commands are not shielded from; only ^Z stays without effect.
      if (this.isInteractive)
        for (const name of ['INT', 'QUIT', 'TERM'] as const)
          if (this.traps.get(name) !== '') child.onSignal(signalNumbers[name], 'default');
      return child;
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      throw new ShellError(`can't fork: ${thrown.message}`);
    }
  }

  /** Runs work to its end, says what went wrong, runs the EXIT trap and gives the exit code. */
  *runToEnd(work: () => Blocking<number>): Blocking<number> {
    let status: number;
    try {
      status = yield* work();
    } catch (thrown) {
      status = yield* this.statusOf(thrown);
    }
    return yield* this.runExitTrap(status);
  }

  /** The status that something thrown ends the shell with; what the shell doesn't know is thrown on. */
  *statusOf(thrown: unknown): Blocking<number> {
    if (thrown instanceof Exit) return thrown.code;
    if (thrown instanceof FunctionReturn) return thrown.status;
    if (thrown instanceof LoopExit) return 0;
    if (thrown instanceof ShellError) {
      if (thrown.message) yield* this.complain(thrown.message);
      return thrown.status;
    }
    throw thrown;
  }

  /** Parses and runs text. `tail`: nothing comes after it in this process. */
  *runText(text: string, options: { tail?: boolean; isFile?: boolean } = {}): Blocking<number> {
    const { script, mistake } = parseScript(text);
    const outer = this.source;
    const outerPosition = this.position;
    this.source = { text, isFile: options.isFile ?? outer.isFile };
    this.position = 0;
    try {
      if (mistake) {
        yield* this.complain(this.dialect.syntaxError(mistake));
        this.status = 2;
        if (!this.isInteractive) throw new Exit(2);
        return 2;
      }
      return yield* runList(this, script.commands, options.tail ?? false);
    } finally {
      this.source = outer;
      this.position = outerPosition;
    }
  }

  /** Says something on stderr, in the dialect's way. */
  *complain(message: string): Blocking {
    yield* this.process.complain(`${this.dialect.prefix(this.voice())}${message}\n`);
  }

  /** `cd: line 0: ` */
  builtinPrefix(builtin: string): string {
    return this.dialect.builtinPrefix(this.voice(), builtin);
  }

  /** The line that is run now, counted from 1; ash says 0 for -c. */
  get line(): number {
    if (this.dialect.name === 'ash' && !this.source.isFile) return 0;
    let line = 1;
    for (let index = this.source.text.indexOf('\n'); index >= 0 && index < this.position; index = this.source.text.indexOf('\n', index + 1))
      line++;
    return line;
  }

  get(name: string): string | undefined {
    return this.variables.get(name);
  }

  /** Assigns; a read-only variable ends the script. */
  set(name: string, value: string, isExported?: boolean): void {
    const before = this.variables.find(name);
    if (before?.isReadOnly) throw new ShellError(`${name}: is read only`);
    if (value.length > maxValueLength) this.process.allocate(Number.MAX_SAFE_INTEGER);
    this.variables.put(name, { value, isExported: isExported ?? before?.isExported ?? this.options.has('a'), isReadOnly: false });
  }

  /** Sets what a trapped signal does. */
  setTrap(name: SignalName | 'EXIT', action: string): void {
    this.traps.set(name, action);
    if (name === 'EXIT') return;
    const signal = signalNumbers[name];
    this.process.onSignal(signal, action === '' ? 'ignore' : () => this.pendingSignals.push(signal));
  }

  removeTrap(name: SignalName | 'EXIT'): void {
    this.traps.delete(name);
    if (name !== 'EXIT') this.process.onSignal(signalNumbers[name], 'default');
  }

  /** A signal came whose trap is still to be run. */
  get hasPendingSignal(): boolean {
    return this.pendingSignals.length > 0 || this.isInterrupted;
  }

  /** Which one came first. */
  get pendingSignal(): number | undefined {
    return this.pendingSignals[0];
  }

  /** Runs the traps of the signals that came; ^C drops the line that an interactive shell is at. */
  *runTraps(): Blocking {
    if (this.isInterrupted) {
      this.isInterrupted = false;
      throw new ShellError('', 130);
    }
    for (let signal = this.pendingSignals.shift(); signal !== undefined; signal = this.pendingSignals.shift()) {
      const name = signalName(signal);
      const action = name && this.traps.get(name);
      if (!action) continue;
      const { status } = this;
      yield* this.runText(action);
      this.status = status;
    }
  }

  private *runExitTrap(status: number): Blocking<number> {
    const action = this.traps.get('EXIT');
    if (!action) return status;
    this.traps.delete('EXIT');
    this.status = status;
    try {
      yield* this.runText(action);
    } catch (thrown) {
      return yield* this.statusOf(thrown);
    }
    return status;
  }

  private voice(): { name: string; line: number; isInteractive: boolean } {
    return { name: this.name, line: this.line, isInteractive: this.isInteractive };
  }

  private setInitialVariables(): void {
    const put = (name: string, value: string, isExported: boolean): void =>
      this.variables.put(name, { value, isExported, isReadOnly: false });
    const { environment, workingDirectory } = this.process;
    for (const [name, value] of environment) if (/^[A-Za-z_]\w*$/.test(name)) put(name, value, true);
    if (!environment.has('PATH')) put('PATH', '/sbin:/usr/sbin:/bin:/usr/bin', false);
    put('IFS', ' \t\n', false);
    put('OPTIND', '1', false);
    put('PWD', workingDirectory, true);
    put('SHLVL', String(Number(environment.get('SHLVL') ?? 0) + 1), true);
  }
}

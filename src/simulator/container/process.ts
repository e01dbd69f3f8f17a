// A process in a container: the face that programs, sockets and the shell stand on. Waiting: blocking.ts. Descriptors: open-file.ts. Failed calls: errno.ts.
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { type Blocking, park, parkInterruptibly, Waiters } from './blocking.ts';
import type { Credentials } from './credentials.ts';
import { Errno } from './errno.ts';
import type { OpenFlags } from './filesystem.ts';
import type { Kernel } from './kernel.ts';
import { type OpenFile, release, retain } from './open-file.ts';
import { defaultAction, signalNumbers } from './signals.ts';
import { Task, type TaskEnd } from './task.ts';
import { concatenate, decode, encode } from './text.ts';

/** A program: runs in a process until it returns its exit code. */
export type Program = (process: Process, argv: readonly string[]) => Blocking<number>;

/** Name → program. A family of programs (busybox applets, network tools, daemons) is one such table. */
export type ProgramTable = Readonly<Record<string, Program>>;

/** Thrown to end the process from anywhere inside its program. */
export class Exit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

/** What a process inherits or is given at its start. */
export interface ProcessOptions {
  readonly kernel: Kernel;
  readonly pid: number;
  readonly parent: Process | undefined;
  readonly argv: readonly string[];
  readonly credentials: Credentials;
  readonly environment: Map<string, string>;
  readonly workingDirectory: string;
  readonly umask: number;
  readonly group: number;
}

/** Virtual CPU time after which a process gives others their turn. */
const sliceMicroseconds = 10_000;

export class Process {
  readonly kernel: Kernel;
  readonly pid: number;
  parent: Process | undefined;
  argv: readonly string[];
  credentials: Credentials;
  environment: Map<string, string>;
  workingDirectory: string;
  umask: number;
  /** The process group; its leader's pid. */
  group: number;
  readonly startedAt: number;
  /** By number: 0 stdin, 1 stdout, 2 stderr. Change it with `setDescriptor`. */
  readonly descriptors: (OpenFile | undefined)[] = [];
  readonly children = new Set<Process>();
  /** Set once the process is over: 0-255, as the shell's $? shows it (128 + n when signal n ended it). */
  exitCode: number | undefined;
  /** The signal that ended it. */
  killedBy: number | undefined;
  isStopped = false;
  cpuMicroseconds = 0;
  private memory = 0;
  private slice = 0;
  private readonly tasks = new Set<Task>();
  private readonly handlers = new Map<number, 'ignore' | (() => void)>();
  private readonly exits = new Waiters<number>();
  private readonly childExits = new Waiters<Process>();
  private heldBack: (() => void)[] = [];

  constructor(options: ProcessOptions) {
    this.kernel = options.kernel;
    this.pid = options.pid;
    this.parent = options.parent;
    this.argv = options.argv;
    this.credentials = options.credentials;
    this.environment = options.environment;
    this.workingDirectory = options.workingDirectory;
    this.umask = options.umask;
    this.group = options.group;
    this.startedAt = options.kernel.clock.now;
  }

  get clock(): Clock {
    return this.kernel.clock;
  }

  get random(): Random {
    return this.kernel.random;
  }

  /** Starts the process's main work; its return value is the exit code. */
  run(main: Blocking<number>): void {
    this.startTask(main, (end) => this.endOf(end, true));
  }

  /** Starts a thread: it shares everything, and ends with the process at the latest. */
  startThread(work: Blocking<unknown>): { kill(): void } {
    return this.startTask(work, (end) => {
      if ('thrown' in end) this.endOf(end, false);
    });
  }

  // Time and CPU

  /** Waits. A handled signal ends the wait with EINTR. */
  *sleep(durationMs: number): Blocking {
    yield* parkInterruptibly((wake) => this.clock.after(durationMs, () => wake()));
  }

  /** Uses CPU time. Call it in every loop that could go on for ever: it is where others get their turn. */
  *work(microseconds: number): Blocking {
    if (this.spend(microseconds)) yield* this.rest();
  }

  /** As `work` without waiting: true when the time slice is used up and `rest` is due. */
  spend(microseconds: number): boolean {
    const cost = this.kernel.governor.charge(microseconds);
    this.cpuMicroseconds += cost;
    this.slice += cost;
    return this.slice >= sliceMicroseconds;
  }

  /** Lets the used CPU time pass: longer than used when more processes want to run than there are cores. */
  *rest(): Blocking {
    const { governor } = this.kernel;
    const usedMs = this.slice / 1000;
    this.slice = 0;
    const durationMs = usedMs * governor.enter();
    try {
      yield* park((wake) => this.clock.after(durationMs, () => wake()));
    } finally {
      governor.leave();
    }
    governor.review();
  }

  /** Counts memory that the process takes (or gives back, when negative). Over the container's limit all of it is killed. */
  allocate(bytes: number): void {
    this.memory += bytes;
    this.kernel.memory.add(bytes);
    if (this.exitCode !== undefined) throw new Exit(this.exitCode);
  }

  // Descriptors

  /** Points a descriptor at a file (or at nothing); what it pointed at before is released. */
  setDescriptor(number: number, file: OpenFile | undefined): void {
    retain(file);
    const before = this.descriptors[number];
    this.descriptors[number] = file;
    if (before) release(before);
  }

  /** The lowest free descriptor, pointed at the file. */
  addDescriptor(file: OpenFile, lowest = 0): number {
    let number = lowest;
    while (this.descriptors[number]) number++;
    this.setDescriptor(number, file);
    return number;
  }

  /** The file behind a descriptor; EBADF when there is none. */
  file(descriptor: number): OpenFile {
    const file = this.descriptors[descriptor];
    if (!file) throw new Errno('EBADF');
    return file;
  }

  /** At most `max` bytes from a descriptor; undefined at the end. */
  *read(descriptor: number, max = 65536): Blocking<Uint8Array | undefined> {
    const file = this.file(descriptor);
    if (!file.read) throw new Errno('EBADF');
    return yield* file.read(this, max);
  }

  /** Everything up to the end. */
  *readAll(descriptor = 0): Blocking<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const piece = yield* this.read(descriptor);
      if (!piece) return concatenate(pieces);
      pieces.push(piece);
      this.allocate(piece.length);
      yield* this.work(20);
    }
  }

  /** Everything from stdin as text. */
  *readText(descriptor = 0): Blocking<string> {
    return decode(yield* this.readAll(descriptor));
  }

  *write(descriptor: number, data: Uint8Array | string): Blocking {
    const file = this.file(descriptor);
    if (!file.write) throw new Errno('EBADF');
    if (data.length > 0) yield* file.write(this, typeof data === 'string' ? encode(data) : data);
  }

  /** Writes to stdout. */
  *print(data: Uint8Array | string): Blocking {
    yield* this.write(1, data);
  }

  /** Writes to stderr. Where stderr is closed nothing is said. */
  *complain(text: string): Blocking {
    const file = this.descriptors[2];
    if (file?.write) yield* file.write(this, encode(text));
  }

  // Files

  /** Opens a file as this process; the result has no descriptor yet (setDescriptor, addDescriptor), so release it yourself when it never gets one. */
  open(path: string, flags: OpenFlags): OpenFile {
    return this.kernel.files.open(this, path, flags);
  }

  /** The whole content of a file. */
  readFile(path: string): Uint8Array {
    return this.kernel.files.readFile(this, path);
  }

  /** Makes the file if need be and replaces its content. */
  writeFile(path: string, bytes: Uint8Array): void {
    this.kernel.files.writeFile(this, path, bytes);
  }

  // Other processes

  /** A child with this process's descriptors and environment, ready to `run`. */
  fork(argv: readonly string[] = this.argv): Process {
    return this.kernel.fork(this, argv);
  }

  /** Becomes another program, as execvp: throws ENOENT, EACCES or ENOEXEC when there is none. Its exit code is the result. */
  *execute(argv: readonly string[], path = this.environment.get('PATH') ?? ''): Blocking<number> {
    const program = this.kernel.findProgram(this, argv[0] ?? '', path);
    this.argv = argv;
    this.resetHandlers();
    return yield* program(this, argv);
  }

  /** Waits for a process to end and gives its exit code. */
  *wait(child: Process): Blocking<number> {
    if (child.exitCode !== undefined) return child.exitCode;
    return yield* parkInterruptibly<number>((wake) => child.exits.add(wake));
  }

  /** As `wait`, but no signal cuts it short. */
  *waitFor(child: Process): Blocking<number> {
    if (child.exitCode !== undefined) return child.exitCode;
    return yield* park<number>((wake) => child.exits.add(wake));
  }

  /** Waits until any child ends. */
  *waitAnyChild(): Blocking<Process> {
    return yield* this.childExits.next();
  }

  /** Calls back when the process is over. */
  onExit(listener: (exitCode: number) => void): void {
    if (this.exitCode === undefined) this.exits.add(listener);
    else listener(this.exitCode);
  }

  // Signals

  /** What a signal does from now on; 'default' takes the handler away. */
  onSignal(signal: number, handler: 'ignore' | 'default' | (() => void)): void {
    if (handler === 'default') this.handlers.delete(signal);
    else this.handlers.set(signal, handler);
  }

  /** Ends the process in an orderly way when one of the signals comes, as a daemon does: with this exit code. */
  exitOn(signals: readonly number[], exitCode: number): void {
    for (const signal of signals) this.handlers.set(signal, () => this.finish(exitCode));
  }

  /** Handlers go at exec, ignored signals stay ignored. */
  resetHandlers(): void {
    for (const [signal, handler] of this.handlers) if (handler !== 'ignore') this.handlers.delete(signal);
  }

  /** What a child inherits. */
  ignoredSignals(): number[] {
    return [...this.handlers].filter(([, handler]) => handler === 'ignore').map(([signal]) => signal);
  }

  /**
   * Delivers a signal. PID 1 is ended by none that it has no handler for: not even by KILL, unless that comes from outside its container.
   */
  signal(signal: number, from: 'inside' | 'outside' = 'inside'): void {
    if (this.exitCode !== undefined || signal === 0) return;
    const isForced = signal === signalNumbers.KILL || signal === signalNumbers.STOP;
    const handler = isForced ? undefined : this.handlers.get(signal);
    if (signal === signalNumbers.CONT) this.continue();
    if (handler === 'ignore') return;
    if (handler) {
      handler();
      for (const task of this.tasks) task.interrupt();
      return;
    }
    const action = defaultAction(signal);
    if (action === 'ignore' || action === 'continue') return;
    if (this.pid === 1 && !(isForced && from === 'outside')) return;
    if (action === 'stop') this.isStopped = true;
    else this.die(signal);
  }

  /** Calls back when the process goes on after a stop. */
  onContinue(run: () => void): void {
    this.heldBack.push(run);
  }

  /** Ends the process now, from inside or outside. */
  finish(exitCode: number): void {
    if (this.exitCode !== undefined) return;
    this.exitCode = exitCode & 255;
    for (const task of this.tasks) task.kill();
    this.tasks.clear();
    for (const file of this.descriptors) if (file) release(file);
    this.descriptors.length = 0;
    this.kernel.memory.add(-this.memory);
    this.memory = 0;
    this.kernel.forget(this);
    this.exits.wakeAll(this.exitCode);
    this.parent?.childEnded(this);
    if (this.kernel.init === this) this.kernel.initEnded(this);
  }

  /** Takes back a process that never ran. */
  abandon(): void {
    this.exitCode = 0;
    for (const file of this.descriptors) if (file) release(file);
    this.kernel.forget(this);
  }

  private childEnded(child: Process): void {
    this.children.delete(child);
    this.childExits.wakeAll(child);
    const handler = this.handlers.get(signalNumbers.CHLD);
    if (typeof handler === 'function') handler();
  }

  private die(signal: number): void {
    this.killedBy = signal;
    this.finish(128 + signal);
  }

  private continue(): void {
    this.isStopped = false;
    const heldBack = this.heldBack;
    this.heldBack = [];
    for (const run of heldBack) this.clock.soon(run);
  }

  private startTask(work: Blocking<unknown>, onEnd: (end: TaskEnd) => void): Task {
    const task: Task = new Task(this, work, (end) => {
      this.tasks.delete(task);
      onEnd(end);
    });
    this.tasks.add(task);
    task.start();
    return task;
  }

  private endOf(end: TaskEnd, isMain: boolean): void {
    if ('returned' in end) {
      if (isMain) this.finish(typeof end.returned === 'number' ? end.returned : 0);
    } else if (end.thrown instanceof Exit) this.finish(end.thrown.code);
    else if (end.thrown instanceof Errno) this.finish(end.thrown.code === 'EPIPE' ? 128 + signalNumbers.PIPE : 1);
    else this.kernel.faulted(this, end.thrown);
  }
}

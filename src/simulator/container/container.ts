// A container: an image's files, mounts, a pod's network, and the processes that run in them. The face that the kubelet sees.
import { channels, type Stream } from '../apiserver/request.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { ContainerStream, execStatus } from './container-stream.ts';
import type { Credentials } from './credentials.ts';
import { deviceDirectory } from './devices.ts';
import { Errno } from './errno.ts';
import { FileSystem, type Mount } from './filesystem.ts';
import { type DirectoryInode, makeDirectory, makeFile, overlay } from './inode.ts';
import { Kernel } from './kernel.ts';
import type { NetworkNamespace } from './network-face.ts';
import { type OpenFile, openNull, openSink } from './open-file.ts';
import { Pipe } from './pipe.ts';
import { type NodeFacts, procDirectory } from './proc-directory.ts';
import type { Process, Program } from './process.ts';
import { programNamed } from './programs/program-table.ts';
import { parseSignal } from './signals.ts';
import { SpaceAccount } from './space-account.ts';
import { ExecError, execFailure, StartError } from './start-error.ts';
import { Terminal } from './terminal.ts';
import { decode } from './text.ts';

/** What the kubelet decided about a container. */
export interface ContainerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly name: string;
  readonly hostname: string;
  readonly argv: readonly string[];
  /** The image's variables and the pod's, `$(…)` resolved. HOSTNAME, HOME and, with tty, TERM are added where they are missing. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly credentials: Credentials;
  /** The image's files; never changed. */
  readonly image: { readonly root: DirectoryInode };
  readonly readOnlyRoot?: boolean;
  /** Volumes and the like. /etc/hosts and /etc/resolv.conf are mounts too; /etc/hostname, /proc and /dev are there anyway. */
  readonly mounts?: readonly Mount[];
  readonly network: NetworkNamespace;
  /** Hears what PID 1 and its children say. The bytes are theirs: copy what you keep. */
  readonly log: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  /** Without a limit the node's memory is the limit. */
  readonly memoryLimitBytes?: number;
  readonly node?: NodeFacts;
  readonly stdin?: boolean;
  /** The end of the first attached client's input is the end of stdin. */
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
  readonly noNewPrivileges?: boolean;
  /** The container that this one debugs: its processes are seen here, and its files below /proc/PID/root. */
  readonly debugs?: Container;
  /** A program failed as no program may: our bug. Without this the program says so and dies. */
  readonly onFault?: (process: Process, thrown: unknown) => void;
}

/** How a container ended. */
export interface ContainerExit {
  readonly exitCode: number;
  /** The signal that ended PID 1. */
  readonly signal?: number;
  readonly oomKilled: boolean;
}

/** What it uses. */
export interface ContainerStats {
  /** CPU time since the start, in nanoseconds. */
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
  /** What its writable layer holds. */
  readonly writtenBytes: number;
  readonly processes: number;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What our nodes are; the kubelet may say otherwise. */
const defaultNode: NodeFacts = { bootedAtMs: 0, memoryBytes: 8 * 1024 ** 3, cores: 4, kernelVersion: '6.6.0' };

/** runc's own processes in the container, before the one that exec or a debug container starts. */
const runcPids = 5;

export class Container {
  readonly name: string;
  readonly kernel: Kernel;
  /** Set once it is over. */
  exit: ContainerExit | undefined;
  private readonly options: ContainerOptions;
  private readonly environment: Map<string, string>;
  private readonly written = new SpaceAccount();
  private readonly attached = new Set<ContainerStream>();
  private readonly exitListeners: ((exit: ContainerExit) => void)[] = [];
  private stdin: Pipe | undefined;
  private terminal: Terminal | undefined;
  private isOutOfMemory = false;

  constructor(options: ContainerOptions) {
    this.options = options;
    this.name = options.name;
    const { clock, random, hostname, network } = options;
    const node = options.node ?? defaultNode;
    const files = this.makeFileSystem(node);
    this.kernel = new Kernel({
      clock,
      random: random.fork(options.name),
      hostname,
      files,
      programNamed,
      network,
      memoryLimitBytes: options.memoryLimitBytes ?? node.memoryBytes,
      onInitExit: (init) => this.initExited(init),
      onOutOfMemory: () => this.outOfMemory(),
      onFault: options.onFault ?? tellFault,
      sharesPidsOf: options.debugs?.kernel,
    });
    this.environment = this.makeEnvironment();
  }

  /** Starts PID 1; throws a StartError when it can't be. */
  start(): void {
    if (this.options.debugs) this.kernel.skipPids(runcPids);
    const init = this.prepare(this.options.argv, this.options.tty ?? false, (why) => {
      const words = `unable to start container process: error during container init: ${why}`;
      return new StartError(
        `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ${words}`,
      );
    });
    this.kernel.init = init.process;
    this.connectInit(init.process);
    init.run();
  }

  /** Sends PID 1 a signal from outside, by name (TERM, SIGTERM) or number. */
  signal(name: string): void {
    const signal = parseSignal(name);
    if (signal === undefined) throw new TypeError(`${name} is not a signal`);
    this.kernel.init?.signal(signal, 'outside');
  }

  /** Calls back when the container is over, or at once (in this instant) if it is. */
  onExit(listener: (exit: ContainerExit) => void): void {
    this.exitListeners.push(listener);
    const { exit } = this;
    if (exit) this.options.clock.soon(() => listener(exit));
  }

  /** Runs a command beside PID 1; the stream ends with a Status on its error channel. Throws an ExecError when it can't be started. */
  exec(argv: readonly string[], given: { tty?: boolean; stdin?: boolean } = {}): Stream {
    const prepared = this.prepareExec(argv, given.tty ?? false);
    const { process } = prepared;
    const stdin = new Pipe();
    let terminal: Terminal | undefined;
    const stream = new ContainerStream(this.options.clock, {
      onStdin: (bytes) => (terminal ? terminal.type(bytes) : stdin.put(bytes)),
      onStdinEnd: () => (terminal ? terminal.endInput() : stdin.closeWriter()),
      onResize: (columns, rows) => terminal?.resize(columns, rows),
      onHangUp: () => (terminal ? terminal.hangUp() : stdin.closeWriter()),
    });
    if (given.tty) {
      terminal = this.makeTerminal(stream, process);
      for (const number of [0, 1, 2]) process.setDescriptor(number, terminal.file);
    } else {
      process.setDescriptor(0, given.stdin ? stdin.reader : openNull());
      process.setDescriptor(1, streamFile(stream, channels.stdout));
      process.setDescriptor(2, streamFile(stream, channels.stderr));
    }
    process.onExit((exitCode) => stream.finish(execStatus(exitCode)));
    prepared.run();
    return stream;
  }

  /** Runs a command and gives what it said once it is over: probes and hooks. The result kills it. Throws an ExecError when it can't be started. */
  run(argv: readonly string[], onDone: (exitCode: number, output: Uint8Array) => void): () => void {
    const prepared = this.prepareExec(argv, false);
    const { process } = prepared;
    const output: number[] = [];
    const sink = openSink((bytes) => {
      // The kubelet keeps the first 10 KiB of what a probe says. kubernetes: pkg/probe/exec/exec.go, maxReadLength
      for (const byte of bytes.subarray(0, Math.max(0, 10 * 1024 - output.length))) output.push(byte);
    });
    process.setDescriptor(0, openNull());
    process.setDescriptor(1, sink);
    process.setDescriptor(2, sink);
    process.onExit((exitCode) => this.options.clock.soon(() => onDone(exitCode, Uint8Array.from(output))));
    prepared.run();
    return () => process.signal(9, 'outside');
  }

  /** A stream of what PID 1 reads and writes from now on. */
  attach(): Stream {
    const { terminal, stdin } = this;
    const stream = new ContainerStream(this.options.clock, {
      onStdin: (bytes) => (terminal ? terminal.type(bytes) : stdin?.put(bytes)),
      onStdinEnd: () => this.endAttachedInput(),
      onResize: (columns, rows) => terminal?.resize(columns, rows),
      onHangUp: () => {
        this.attached.delete(stream);
        this.endAttachedInput();
      },
    });
    this.attached.add(stream);
    if (this.exit) stream.finish(execStatus(0));
    return stream;
  }

  stats(): ContainerStats {
    const { governor, memory, processes } = this.kernel;
    return {
      cpuNanoseconds: Math.round(governor.totalMicroseconds * 1000),
      memoryBytes: memory.usedBytes,
      writtenBytes: this.written.usedBytes,
      processes: processes.size,
    };
  }

  /** The whole content of a file, as root sees it; undefined when there is none. */
  readFile(path: string): Uint8Array | undefined {
    const inode = this.kernel.files.lookUp({ credentials: this.options.credentials, workingDirectory: '/', umask: 0 }, path);
    return inode?.type === 'file' ? inode.content.all() : undefined;
  }

  private makeFileSystem(node: NodeFacts): FileSystem {
    const { clock, hostname, image, readOnlyRoot = false, mounts = [], noNewPrivileges = false } = this.options;
    const shm = new SpaceAccount({ limitBytes: 64 * 1024 ** 2, isMemory: true });
    const memory = new SpaceAccount({ isMemory: true });
    const shmRoot = makeDirectory({}, { mode: 0o1777, modifiedMs: clock.now });
    const own: Mount[] = [
      {
        path: '/proc',
        inode: procDirectory(() => this.kernel, node, { noNewPrivileges, startedAtMs: clock.now }),
        readOnly: true,
        type: 'proc',
      },
      { path: '/dev', inode: deviceDirectory(clock.now), type: 'tmpfs', space: memory },
      { path: '/dev/shm', inode: shmRoot, type: 'tmpfs', space: shm },
      { path: '/etc/hostname', inode: makeFile(`${hostname}\n`, { modifiedMs: clock.now }), type: 'ext4', readOnly: readOnlyRoot },
    ];
    const taken = new Set(mounts.map(({ path }) => path));
    const all = [...own.filter(({ path }) => !taken.has(path)), ...mounts];
    const root: Mount = { path: '/', inode: overlay(image.root), readOnly: readOnlyRoot, space: this.written, type: 'overlay' };
    return new FileSystem(root, all, () => clock.now);
  }

  private makeEnvironment(): Map<string, string> {
    const { environment, hostname, tty } = this.options;
    const all = new Map<string, string>();
    all.set('PATH', environment['PATH'] ?? defaultPath);
    all.set('HOSTNAME', hostname);
    if (tty) all.set('TERM', 'xterm');
    for (const [name, value] of Object.entries(environment)) all.set(name, value);
    if (!all.has('HOME')) all.set('HOME', this.homeDirectory());
    return all;
  }

  private homeDirectory(): string {
    const passwd = decode(this.readFile('/etc/passwd') ?? new Uint8Array(0));
    const line = passwd.split('\n').find((entry) => entry.split(':')[2] === String(this.options.credentials.uid));
    return line?.split(':')[5] || '/';
  }

  /** A process that is ready but for its descriptors, and how to run it. */
  private prepare(argv: readonly string[], isTerminal: boolean, failure: (why: string) => Error): { process: Process; run: () => void } {
    const { credentials, workingDirectory } = this.options;
    const environment = new Map(this.environment);
    if (isTerminal && !environment.has('TERM')) environment.set('TERM', 'xterm');
    const process = this.kernel.spawn(argv, { credentials, environment, workingDirectory });
    const give = (why: string): never => {
      process.abandon();
      throw failure(why);
    };
    this.enterWorkingDirectory(process, give);
    const command = argv[0] ?? '';
    let program: Program;
    try {
      program = this.kernel.findProgram(process, command, environment.get('PATH') ?? '');
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      if (thrown.code !== 'ENOEXEC') return give(execFailure(command, this.isDirectory(process, command) ? new Errno('EISDIR') : thrown));
      program = cannotExecute(command, thrown);
    }
    return { process, run: () => process.run(program(process, argv)) };
  }

  /** runc looks at what a path leads to before it runs it. Go: os/exec findExecutable */
  private isDirectory(process: Process, path: string): boolean {
    return path.includes('/') && this.kernel.files.lookUp(process, path)?.type === 'directory';
  }

  private prepareExec(argv: readonly string[], isTerminal: boolean): { process: Process; run: () => void } {
    if (this.exit || !this.kernel.init) throw new ExecError('container not running');
    this.kernel.skipPids(runcPids);
    return this.prepare(argv, isTerminal, (why) => {
      const id = this.kernel.random.hex(64);
      const words = `OCI runtime exec failed: exec failed: unable to start container process: ${why}`;
      return new ExecError(`failed to exec in container: failed to start exec "${id}": ${words}`);
    });
  }

  /** runc makes a working directory that isn't there. */
  private enterWorkingDirectory(process: Process, give: (why: string) => never): void {
    const path = process.workingDirectory;
    const { files } = this.kernel;
    try {
      if (!files.lookUp(process, path)) {
        let made = '';
        for (const name of path.split('/').filter((part) => part !== '')) {
          made += `/${name}`;
          if (!files.lookUp(process, made)) files.makeDirectory({ ...process, umask: 0o022, workingDirectory: '/' }, made, 0o755);
        }
      }
      if (files.stat(process, path).type !== 'directory') throw new Errno('ENOTDIR');
      if (!files.mayUse(process, path, 'execute')) throw new Errno('EACCES');
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      give(`chdir to cwd ("${path}") set in config.json failed: ${thrown.message.toLowerCase()}`);
    }
  }

  private connectInit(init: Process): void {
    const { options } = this;
    if (options.tty) {
      const show = (bytes: Uint8Array): void => this.output('stdout', bytes);
      this.terminal = new Terminal({ kernel: () => this.kernel, show, mayShow: () => this.mayOutput() });
      this.terminal.foreground = init.group;
      for (const number of [0, 1, 2]) init.setDescriptor(number, this.terminal.file);
      return;
    }
    if (options.stdin) this.stdin = new Pipe();
    init.setDescriptor(0, this.stdin?.reader ?? openNull());
    init.setDescriptor(1, this.outputFile('stdout'));
    init.setDescriptor(2, this.outputFile('stderr'));
  }

  private outputFile(stream: 'stdout' | 'stderr'): OpenFile {
    const mayOutput = (): ReturnType<Container['mayOutput']> => this.mayOutput();
    const output = (bytes: Uint8Array): void => this.output(stream, bytes);
    return {
      references: 0,
      *write(_process, bytes) {
        yield* mayOutput();
        output(bytes);
      },
    };
  }

  private output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.options.log(stream, bytes);
    for (const client of this.attached) client.send(channels[stream], bytes.slice());
  }

  private *mayOutput(): ReturnType<ContainerStream['mayShow']> {
    for (const client of this.attached) yield* client.mayShow();
  }

  private endAttachedInput(): void {
    if (!this.options.stdinOnce) return;
    if (this.terminal) this.terminal.endInput();
    else this.stdin?.closeWriter();
  }

  private makeTerminal(stream: ContainerStream, process: Process): Terminal {
    const show = (bytes: Uint8Array): void => stream.send(channels.stdout, bytes.slice());
    const terminal = new Terminal({ kernel: () => this.kernel, show, mayShow: () => stream.mayShow() });
    terminal.foreground = process.group;
    return terminal;
  }

  private outOfMemory(): void {
    this.isOutOfMemory = true;
    // The kubelet sets memory.oom.group, so all processes die together. kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container_linux.go
    this.kernel.killAll();
  }

  private initExited(init: Process): void {
    const { killedBy: signal, exitCode = 0 } = init;
    const exit: ContainerExit = { exitCode, oomKilled: this.isOutOfMemory, ...(signal !== undefined && { signal }) };
    this.exit = exit;
    for (const client of this.attached) client.finish(execStatus(0));
    this.attached.clear();
    for (const listener of this.exitListeners) this.options.clock.soon(() => listener(exit));
  }
}

/** A file that sends what is written to it to a client, and waits while the client can't take more. */
function streamFile(stream: ContainerStream, channel: number): OpenFile {
  return {
    references: 0,
    *write(_process, bytes) {
      yield* stream.mayShow();
      stream.send(channel, bytes.slice());
    },
  };
}

/** A bug of ours must not end the cluster that someone plays in: the program says what happened on its stderr. */
function tellFault(process: Process, thrown: unknown): void {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  process.complain(`${process.argv[0]}: the simulation of this program failed: ${text}\n`).next();
}

/** The kernel can't run the file: runc's init says so and gives up. */
function cannotExecute(command: string, errno: Errno): Program {
  return function* (process) {
    yield* process.complain(`exec ${command}: ${errno.message.toLowerCase()}\n`);
    return 255;
  };
}

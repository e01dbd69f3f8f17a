// The kernel of one container: its process table, PID 1, programs by path, CPU and memory.
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { CpuGovernor } from './cpu-governor.ts';
import type { Credentials } from './credentials.ts';
import { Errno } from './errno.ts';
import type { FileSystem } from './filesystem.ts';
import { MemoryAccount } from './memory-account.ts';
import type { NetworkNamespace } from './network-face.ts';
import { retain } from './open-file.ts';
import { Process, type Program } from './process.ts';
import { ProgramCache, type ProgramNamed } from './program-lookup.ts';

/** What a kernel is made of. */
export interface KernelOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly hostname: string;
  readonly files: FileSystem;
  /** The programs that there are, handed in: programs know the kernel, not the other way round. */
  readonly programNamed: ProgramNamed;
  /** The pod's network: its containers share one. */
  readonly network: NetworkNamespace;
  readonly memoryLimitBytes: number;
  readonly onInitExit: (init: Process) => void;
  /** The container went over its memory limit. */
  readonly onOutOfMemory: () => void;
  /** A program failed in a way that no program may: our bug. */
  readonly onFault?: (process: Process, thrown: unknown) => void;
  /** The container that it debugs: they see each other's processes. */
  readonly sharesPidsOf?: Kernel | undefined;
}

/** Numbers of processes and who has them: one container's, or also those of the containers that debug it. */
class PidNamespace {
  lastPid = 0;
  readonly processes = new Map<number, Process>();
  readonly kernels = new Set<Kernel>();
}

/** Unlike Kubernetes: how many processes a container may have, as if the kubelet's podPidsLimit said so. A fork bomb ends here. */
const maxProcesses = 512;
/** What a small process takes. */
const processBytes = 128 * 1024;

export class Kernel {
  readonly clock: Clock;
  readonly random: Random;
  readonly hostname: string;
  readonly files: FileSystem;
  readonly network: NetworkNamespace;
  readonly governor: CpuGovernor;
  readonly memory: MemoryAccount;
  /** The container's living processes, by pid. */
  readonly processes = new Map<number, Process>();
  init: Process | undefined;
  /** Whose turn it is. */
  running: Process | undefined;
  private readonly options: KernelOptions;
  private readonly pids: PidNamespace;
  private readonly programs: ProgramCache;

  constructor(options: KernelOptions) {
    this.options = options;
    this.clock = options.clock;
    this.random = options.random;
    this.hostname = options.hostname;
    this.files = options.files;
    this.network = options.network;
    this.programs = new ProgramCache(options.programNamed);
    this.governor = new CpuGovernor(options.clock);
    this.memory = new MemoryAccount(options.memoryLimitBytes, options.onOutOfMemory);
    this.pids = options.sharesPidsOf?.pids ?? new PidNamespace();
    this.pids.kernels.add(this);
  }

  /** What a process sees in /proc: the container's own, and those of the containers that share its numbers. */
  get visibleProcesses(): ReadonlyMap<number, Process> {
    return this.pids.processes;
  }

  /** A process without a parent in the container: PID 1, or one that exec brings in. It gets no descriptors. */
  spawn(argv: readonly string[], given: { credentials: Credentials; environment: Map<string, string>; workingDirectory: string }): Process {
    const pid = ++this.pids.lastPid;
    const process = new Process({ kernel: this, pid, parent: undefined, argv, umask: 0o022, group: pid, ...given });
    return this.register(process);
  }

  /** Numbers that processes of the runtime took, and that nobody sees. */
  skipPids(count: number): void {
    this.pids.lastPid += count;
  }

  /** A child with its parent's descriptors, ids, environment and ignored signals. */
  fork(parent: Process, argv: readonly string[]): Process {
    if (this.processes.size >= maxProcesses) throw new Errno('EAGAIN');
    const { credentials, environment, workingDirectory, umask, group } = parent;
    const options = { kernel: this, pid: ++this.pids.lastPid, parent, argv, credentials, environment, workingDirectory, umask, group };
    const child = this.register(new Process(options));
    parent.children.add(child);
    for (const [number, file] of parent.descriptors.entries()) child.descriptors[number] = retain(file);
    for (const signal of parent.ignoredSignals()) child.onSignal(signal, 'ignore');
    return child;
  }

  /** The program that a name means for this process, as execvp finds it: throws ENOENT, EACCES or ENOEXEC. */
  findProgram(process: Process, name: string, path: string): Program {
    return this.programs.find(process, name, path);
  }

  /** Signals all processes of a group. */
  signalGroup(group: number, signal: number): void {
    for (const process of [...this.processes.values()]) if (process.group === group) process.signal(signal);
  }

  /** The process is over; its children fall to PID 1. */
  forget(process: Process): void {
    this.processes.delete(process.pid);
    this.pids.processes.delete(process.pid);
    this.memory.add(-processBytes);
    for (const child of process.children) {
      child.parent = this.init === process ? undefined : this.init;
      this.init?.children.add(child);
    }
    process.children.clear();
  }

  /** The container's first process is over: so is everything else, and with PID 1 all that shares its numbers. */
  initEnded(init: Process): void {
    this.killAll();
    this.pids.kernels.delete(this);
    if (init.pid === 1) for (const other of [...this.pids.kernels]) other.killAll();
    this.options.onInitExit(init);
  }

  /** Kills every process, PID 1 last. */
  killAll(): void {
    const all = [...this.processes.values()].sort((one, other) => other.pid - one.pid);
    for (const process of all) process.signal(9, 'outside');
  }

  /** A program threw what it must not. Too deep recursion is what a real one dies of by SIGSEGV; anything else is our bug. */
  faulted(process: Process, thrown: unknown): void {
    if (thrown instanceof RangeError && thrown.message.includes('call stack')) {
      process.signal(11);
      process.finish(139);
    } else if (thrown instanceof RangeError && /Invalid string length|allocation failed|array length/i.test(thrown.message)) {
      this.options.onOutOfMemory();
    } else {
      this.options.onFault?.(process, thrown);
      process.finish(139);
    }
  }

  private register(process: Process): Process {
    this.processes.set(process.pid, process);
    this.pids.processes.set(process.pid, process);
    this.memory.add(processBytes);
    return process;
  }
}

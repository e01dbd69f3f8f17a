// /proc: the little of it that scripts read. Each file is made at the moment it is read.
import { hasCapability } from './credentials.ts';
import { type DirectoryInode, type Inode, makeDirectory, makeFile, makeLink } from './inode.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './process.ts';
import { encode } from './text.ts';

/** Facts of the node that /proc tells. */
export interface NodeFacts {
  readonly bootedAtMs: number;
  readonly memoryBytes: number;
  readonly cores: number;
  readonly kernelVersion: string;
}

/** CAP_CHOWN is bit 0. linux: include/uapi/linux/capability.h */
const capabilityBits = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW ' +
  'IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD ' +
  'LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

type Make = (kernelOf: () => Kernel, facts: NodeFacts) => Inode;

function file(text: (kernel: Kernel, facts: NodeFacts) => string): Make {
  return (kernelOf, facts) => makeFile(() => encode(text(kernelOf(), facts)), { mode: 0o444 });
}

/** What doesn't come and go with processes. */
const fixed: Readonly<Record<string, Make>> = {
  uptime: file((kernel, facts) => `${seconds(kernel, facts)} ${seconds(kernel, facts)}\n`),
  loadavg: file(({ processes }) => `0.08 0.05 0.01 1/${processes.size} ${processes.size}\n`),
  version: file((_kernel, { kernelVersion }) => `Linux version ${kernelVersion} (build@host) #1 SMP\n`),
  meminfo: file((_kernel, facts) => meminfo(facts)),
  cpuinfo: file((_kernel, { cores }) =>
    Array.from({ length: cores }, (_, core) => `processor\t: ${core}\nmodel name\t: simulated\n\n`).join(''),
  ),
  stat: file((_kernel, { bootedAtMs }) => `cpu  0 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(bootedAtMs / 1000)}\n`),
  mounts: file(mountText),
  filesystems: file(() => 'nodev\tproc\nnodev\ttmpfs\n\text4\nnodev\toverlay\n'),
  sys: (kernelOf, facts) =>
    makeDirectory({ kernel: makeDirectory({ hostname: file(({ hostname }) => `${hostname}\n`)(kernelOf, facts) }) }),
};
const fixedNames = [...Object.keys(fixed), 'self'];

function mountText(kernel: Kernel): string {
  return mountLines(kernel)
    .map((line) => `${line} 0 0\n`)
    .join('');
}

/** The directory to mount at /proc; the kernel is asked for at each look, since it needs the file system first. */
export function procDirectory(
  kernelOf: () => Kernel,
  facts: NodeFacts,
  options: { noNewPrivileges: boolean; startedAtMs: number },
): DirectoryInode {
  const made = new Map<string, Inode>();
  const fixedEntry = (name: string): Inode | undefined => {
    let inode = made.get(name);
    if (!inode && Object.hasOwn(fixed, name)) {
      inode = fixed[name]!(kernelOf, facts);
      made.set(name, inode);
    }
    return inode;
  };
  const entry = (name: string): Inode | undefined => {
    if (name === 'self') return makeLink(String(kernelOf().running?.pid ?? 1));
    const process = /^\d+$/.test(name) ? kernelOf().visibleProcesses.get(Number(name)) : undefined;
    return process ? processDirectory(process, kernelOf(), options) : fixedEntry(name);
  };
  const list = (): string[] => [...kernelOf().visibleProcesses.keys()].map(String).concat(fixedNames);
  return { ...makeDirectory({}, { mode: 0o555, modifiedMs: options.startedAtMs }), dynamic: { names: list, entry } };
}

/** `device on path type (options)` in the order of /proc/mounts: device path type options. */
export function mountLines(kernel: Kernel): string[] {
  return kernel.files.mounts.flatMap(({ path, type, readOnly }) => {
    if (!type) return [];
    const device = type === 'ext4' ? '/dev/vda1' : type;
    return [`${device} ${path} ${type} ${readOnly ? 'ro' : 'rw'},relatime`];
  });
}

function seconds(kernel: Kernel, facts: NodeFacts): string {
  return ((kernel.clock.now - facts.bootedAtMs) / 1000).toFixed(2);
}

function meminfo(facts: NodeFacts): string {
  const kilobytes = (share: number): string => String(Math.floor((facts.memoryBytes * share) / 1024)).padStart(9);
  return `MemTotal:      ${kilobytes(1)} kB\nMemFree:       ${kilobytes(0.5)} kB\nMemAvailable:  ${kilobytes(0.75)} kB\n`;
}

function processDirectory(process: Process, viewer: Kernel, options: { noNewPrivileges: boolean }): DirectoryInode {
  const { credentials } = process;
  const owner = { uid: credentials.uid, gid: credentials.gid, mode: 0o444, modifiedMs: process.startedAt };
  const own = (text: () => string, mode = 0o444): Inode => makeFile(() => encode(text()), { ...owner, mode });
  const directory = makeDirectory({}, { ...owner, mode: 0o555 });
  const entries: Record<string, () => Inode> = {
    cmdline: () => own(() => process.argv.map((word) => `${word}\0`).join('')),
    comm: () => own(() => `${commandName(process)}\n`),
    environ: () => own(() => [...process.environment].map(([name, value]) => `${name}=${value}\0`).join(''), 0o400),
    status: () => own(() => statusText(process, options)),
    stat: () =>
      own(() => `${process.pid} (${commandName(process)}) ${process.isStopped ? 'T' : 'S'} ${process.parent?.pid ?? 0} ${process.group}\n`),
    mounts: () => own(() => mountText(process.kernel)),
    cwd: () => makeLink(process.workingDirectory, owner),
    // The way into the files of the container that is debugged.
    root: () => (process.kernel === viewer ? makeLink('/', owner) : process.kernel.files.mounts[0]!.inode),
    exe: () => makeLink(process.argv[0] ?? '', owner),
    cgroup: () => own(() => '0::/\n'),
    oom_score_adj: () => own(() => '0\n'),
    fd: () => descriptorDirectory(process),
  };
  return { ...directory, dynamic: { names: () => Object.keys(entries), entry: (name) => entries[name]?.() } };
}

function descriptorDirectory(process: Process): DirectoryInode {
  const names = (): string[] => [...process.descriptors.keys()].filter((number) => process.descriptors[number]).map(String);
  const entry = (name: string): Inode | undefined => {
    if (!process.descriptors[Number(name)]) return undefined;
    return {
      type: 'device',
      device: 'descriptor',
      descriptor: Number(name),
      uid: 0,
      gid: 0,
      mode: 0o777,
      modifiedMs: process.startedAt,
      links: 1,
    };
  };
  return { ...makeDirectory({}, { mode: 0o500 }), dynamic: { names, entry } };
}

function commandName(process: Process): string {
  const name = process.argv[0] ?? '';
  return name.slice(name.lastIndexOf('/') + 1, name.lastIndexOf('/') + 16);
}

function statusText(process: Process, options: { noNewPrivileges: boolean }): string {
  const { uid, gid, groups, capabilities } = process.credentials;
  const hex = (has: (name: string) => boolean): string => {
    let bits = 0n;
    for (const [bit, name] of capabilityBits.entries()) if (has(name)) bits |= 1n << BigInt(bit);
    return bits.toString(16).padStart(16, '0');
  };
  const effective = hex((name) => hasCapability(process.credentials, name));
  const bounding = hex((name) => capabilities.has(name));
  const four = (id: number): string => `${id}\t${id}\t${id}\t${id}`;
  return [
    `Name:\t${commandName(process)}`,
    `Umask:\t${process.umask.toString(8).padStart(4, '0')}`,
    `State:\t${process.isStopped ? 'T (stopped)' : 'S (sleeping)'}`,
    `Tgid:\t${process.pid}`,
    `Pid:\t${process.pid}`,
    `PPid:\t${process.parent?.pid ?? 0}`,
    `Uid:\t${four(uid)}`,
    `Gid:\t${four(gid)}`,
    `Groups:\t${groups.join(' ')} `,
    `CapInh:\t${'0'.repeat(16)}`,
    `CapPrm:\t${effective}`,
    `CapEff:\t${effective}`,
    `CapBnd:\t${bounding}`,
    `CapAmb:\t${'0'.repeat(16)}`,
    `NoNewPrivs:\t${options.noNewPrivileges ? 1 : 0}`,
    'Seccomp:\t0',
    '',
  ].join('\n');
}

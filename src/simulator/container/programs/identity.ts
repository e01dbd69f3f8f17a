// id, whoami, groups, hostname, uname, arch, date, uptime, free.
import type { Blocking } from '../blocking.ts';
import type { Process, Program } from '../process.ts';
import { decode } from '../text.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { OwnerNames, ownerEntries } from './owner-names.ts';
import { humanSize } from './sizes.ts';
import { formatTime } from './time-format.ts';
import { worded } from './wording.ts';

export const identityPrograms: Readonly<Record<string, Program>> = {
  id,
  *whoami(process) {
    const { uid } = process.credentials;
    const name = new OwnerNames(process).user(uid);
    if (name !== undefined) {
      yield* process.print(`${name}\n`);
      return 0;
    }
    yield* process.complain(`whoami: ${worded(process, { busybox: `unknown uid ${uid}`, gnu: `cannot find name for user ID ${uid}` })}\n`);
    return 1;
  },
  *groups(process) {
    const names = new OwnerNames(process);
    yield* process.print(
      `${allGroups(process)
        .map((gid) => names.group(gid) ?? String(gid))
        .join(' ')}\n`,
    );
    return 0;
  },
  *logname(process) {
    yield* process.print(`${new OwnerNames(process).user(process.credentials.uid) ?? 'root'}\n`);
    return 0;
  },
  *hostname(process, argv) {
    const options = parseOptions(argv, 'sidfFI');
    if (options.operands.length > 0) {
      yield* process.complain(`hostname: sethostname: Operation not permitted\n`);
      return 1;
    }
    if (options.flags.has('i') || options.flags.has('I')) yield* process.print(`${process.kernel.network.ip}\n`);
    else if (options.flags.has('f')) yield* process.print(`${fullName(process)}\n`);
    else if (options.flags.has('d')) yield* process.print(`${fullName(process).split('.').slice(1).join('.')}\n`);
    else yield* process.print(`${process.kernel.hostname}\n`);
    return 0;
  },
  *uname(process, argv) {
    const options = parseOptions(argv, 'amnrspvio');
    if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[-amnrspvio]');
    const version = /^Linux version (\S+)/.exec(decode(process.readFile('/proc/version')))?.[1] ?? '6.6.0';
    const fields: readonly (readonly [string, string])[] = [
      ['s', 'Linux'],
      ['n', process.kernel.hostname],
      ['r', version],
      ['v', '#1 SMP'],
      ['m', 'x86_64'],
      ['o', 'GNU/Linux'],
    ];
    const shown = fields.filter(
      ([letter]) => options.flags.has('a') || options.flags.has(letter) || (options.flags.size === 0 && letter === 's'),
    );
    yield* process.print(`${shown.map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
  *arch(process) {
    yield* process.print('x86_64\n');
    return 0;
  },
  date,
  *uptime(process) {
    const seconds = Number(decode(process.readFile('/proc/uptime')).split(' ')[0]);
    const days = Math.floor(seconds / 86400);
    const clock = `${String(Math.floor(seconds / 3600) % 24).padStart(2)}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}`;
    yield* process.print(
      ` ${formatTime('%H:%M:%S', process.clock.now)} up ${days > 0 ? `${days} days, ` : ''}${clock},  0 users,  load average: 0.08, 0.05, 0.01\n`,
    );
    return 0;
  },
  *free(process, argv) {
    const options = parseOptions(argv, 'bkmghw');
    const text = decode(process.readFile('/proc/meminfo'));
    const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0);
    const total = kilobytes('MemTotal');
    const free = kilobytes('MemFree');
    const available = kilobytes('MemAvailable');
    const amount = (value: number): string => {
      if (options.flags.has('h')) return humanSize(value * 1024).padStart(11);
      const divided = options.flags.has('b')
        ? value * 1024
        : options.flags.has('m')
          ? value / 1024
          : options.flags.has('g')
            ? value / 1024 ** 2
            : value;
      return String(Math.floor(divided)).padStart(11);
    };
    yield* process.print('              total        used        free      shared  buff/cache   available\n');
    yield* process.print(`Mem:    ${[total, total - available, free, 0, available - free, available].map(amount).join(' ')}\n`);
    yield* process.print(`Swap:   ${[0, 0, 0].map(amount).join(' ')}\n`);
    return 0;
  },
};

function allGroups(process: Process): number[] {
  const { gid, groups } = process.credentials;
  return [...new Set([gid, ...groups])].sort((one, other) => one - other);
}

function* id(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'ugGnrz', { long: { user: 'u', group: 'g', groups: 'G', name: 'n' } });
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[-ugGnr] [USER]');
  const names = new OwnerNames(process);
  let { uid, gid } = process.credentials;
  let groups = allGroups(process);
  const [user] = options.operands;
  if (user !== undefined) {
    const entry = ownerEntries(process, '/etc/passwd').find(([name, , number]) => name === user || number === user);
    if (!entry) {
      yield* process.complain(`id: ${worded(process, { busybox: `unknown user ${user}`, gnu: `‘${user}’: no such user` })}\n`);
      return 1;
    }
    uid = Number(entry[2]);
    gid = Number(entry[3]);
    const memberOf = ownerEntries(process, '/etc/group').filter(([, , , members = '']) => members.split(',').includes(entry[0] ?? ''));
    groups = [...new Set([gid, ...memberOf.map(([, , number]) => Number(number))])];
  }
  const { flags } = options;
  const named = (number: number, name: string | undefined): string => (flags.has('n') ? (name ?? String(number)) : String(number));
  if (flags.has('u')) yield* process.print(`${named(uid, names.user(uid))}\n`);
  else if (flags.has('g')) yield* process.print(`${named(gid, names.group(gid))}\n`);
  else if (flags.has('G')) yield* process.print(`${groups.map((group) => named(group, names.group(group))).join(' ')}\n`);
  else {
    const both = (number: number, name: string | undefined): string => (name === undefined ? String(number) : `${number}(${name})`);
    const isLong = user !== undefined || process.credentials.groups.length > 0 || worded(process, { busybox: '', gnu: 'always' }) !== '';
    const list = isLong ? ` groups=${groups.map((group) => both(group, names.group(group))).join(',')}` : '';
    yield* process.print(`uid=${both(uid, names.user(uid))} gid=${both(gid, names.group(gid))}${list}\n`);
  }
  return 0;
}

/** The name that /etc/hosts gives for the own address in full. */
function fullName(process: Process): string {
  const { hostname, network } = process.kernel;
  const hosts = decode(process.readFile('/etc/hosts'));
  for (const line of hosts.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === network.ip && names.some((name) => name === hostname || name.startsWith(`${hostname}.`))) return names[0]!;
  }
  return hostname;
}

function* date(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'Rus:d:r:I:D:', {
    long: { date: 'd', utc: 'u', universal: 'u', reference: 'r', 'iso-8601': 'R', 'rfc-2822': 'R' },
  });
  if (options.flags.has('s')) {
    yield* process.complain("date: can't set date: Operation not permitted\n");
    return 1;
  }
  const given = optionValue(options, 'd');
  const at = given === undefined ? process.clock.now : parseDate(given, process.clock.now);
  if (options.problem || at === undefined) {
    yield* process.complain(
      `date: ${options.problem ?? worded(process, { busybox: `invalid date '${given}'`, gnu: `invalid date ‘${given}’` })}\n`,
    );
    return 1;
  }
  const format = options.operands.find((word) => word.startsWith('+'));
  const standard = options.flags.has('R')
    ? '%a, %d %b %Y %H:%M:%S %z'
    : optionValue(options, 'I') !== undefined
      ? '%Y-%m-%dT%H:%M:%S+00:00'
      : '%a %b %e %H:%M:%S %Z %Y';
  yield* process.print(`${formatTime(format?.slice(1) ?? standard, at)}\n`);
  return 0;
}

function parseDate(word: string, now: number): number | undefined {
  if (word === 'now') return now;
  if (/^@-?\d+$/.test(word)) return Math.abs(Number(word.slice(1))) < 8.64e12 ? Number(word.slice(1)) * 1000 : undefined;
  const relative = /^([-+]?\d+) (second|sec|minute|min|hour|day|week)s?( ago)?$/.exec(word);
  if (relative) {
    const units: Readonly<Record<string, number>> = { second: 1, sec: 1, minute: 60, min: 60, hour: 3600, day: 86400, week: 604_800 };
    return now + Number(relative[1]) * units[relative[2]!]! * 1000 * (relative[3] ? -1 : 1);
  }
  const iso = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?Z?$/.exec(word);
  if (iso) return Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}Z`);
  const parsed = Date.parse(word);
  return Number.isNaN(parsed) ? undefined : parsed;
}

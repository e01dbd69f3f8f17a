// Names of users and groups, from the container's /etc/passwd and /etc/group.
import { rootCredentials } from '../credentials.ts';
import { Errno } from '../errno.ts';
import type { Process } from '../process.ts';
import { decode } from '../text.ts';

const anyone = { credentials: rootCredentials, workingDirectory: '/', umask: 0 };

/** One of the two files, line by line, split at colons. */
export function ownerEntries(process: Process, file: '/etc/passwd' | '/etc/group'): string[][] {
  try {
    const text = decode(process.kernel.files.readFile(anyone, file));
    return text.split('\n').flatMap((line) => (line.includes(':') ? [line.split(':')] : []));
  } catch (thrown) {
    if (thrown instanceof Errno) return [];
    throw thrown;
  }
}

export class OwnerNames {
  private readonly users: ReadonlyMap<string, string>;
  private readonly groups: ReadonlyMap<string, string>;

  constructor(process: Process) {
    this.users = idToName(ownerEntries(process, '/etc/passwd'));
    this.groups = idToName(ownerEntries(process, '/etc/group'));
  }

  user(uid: number): string | undefined {
    return this.users.get(String(uid));
  }

  group(gid: number): string | undefined {
    return this.groups.get(String(gid));
  }
}

function idToName(entries: readonly string[][]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name = '', , id = ''] of entries) if (!names.has(id)) names.set(id, name);
  return names;
}

/** A user's or group's number by name or number; undefined when unknown. */
export function idOf(process: Process, file: '/etc/passwd' | '/etc/group', word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word);
  const entry = ownerEntries(process, file).find(([name]) => name === word);
  return entry ? Number(entry[2]) : undefined;
}

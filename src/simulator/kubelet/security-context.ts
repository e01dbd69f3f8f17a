// Who a container's processes are and what they may do, from image, pod and container. kubernetes: pkg/kubelet/kuberuntime/security_context.go
import type { Container, Pod } from '../../apimachinery/objects.ts';
import { type Credentials, defaultCapabilities } from '../container/credentials.ts';
import { type DirectoryInode, entryOf, type Inode } from '../container/inode.ts';
import type { Image } from '../images/image.ts';
import { configError } from './config-error.ts';

/** Every capability that Linux 6 knows. */
const allCapabilities = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW ' +
  'IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD ' +
  'LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

/** Checks runAsNonRoot and puts together uid, gid, groups and capabilities. Throws CreateContainerConfigError. */
export function containerCredentials(pod: Pod, container: Container, image: Image): Credentials {
  verifyNonRoot(pod, container, image);
  const ofPod = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const fromImage = imageUser(image);
  const uid = own.runAsUser ?? ofPod.runAsUser ?? fromImage.uid;
  const account = accountOf(image, uid);
  const hasOwnUser = (own.runAsUser ?? ofPod.runAsUser) !== undefined;
  const gid = own.runAsGroup ?? ofPod.runAsGroup ?? (hasOwnUser ? account?.gid : (fromImage.gid ?? account?.gid)) ?? 0;
  const groups = new Set([gid, ...(ofPod.supplementalGroups ?? [])]);
  if (ofPod.fsGroup !== undefined) groups.add(ofPod.fsGroup);
  if (account && ofPod.supplementalGroupsPolicy !== 'Strict') for (const group of groupsOf(image, account.name)) groups.add(group);
  return { uid, gid, groups: [...groups].sort((one, other) => one - other), capabilities: capabilitiesOf(container) };
}

function verifyNonRoot(pod: Pod, container: Container, image: Image): void {
  const ofPod = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  if (!(own.runAsNonRoot ?? ofPod.runAsNonRoot)) return;
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
  const uid = own.runAsUser ?? ofPod.runAsUser;
  if (uid !== undefined) {
    if (uid === 0) throw configError(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  const user = (image.config.user ?? '').split(':')[0]!;
  if (user !== '' && !/^\d+$/.test(user)) {
    throw configError(`container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`);
  }
  if (Number(user) === 0) throw configError(`container has runAsNonRoot and image will run as root ${where}`);
}

function capabilitiesOf({ securityContext }: Container): ReadonlySet<string> {
  if (securityContext?.privileged) return new Set(allCapabilities);
  const { add = [], drop = [] } = securityContext?.capabilities ?? {};
  if (add.length === 0 && drop.length === 0) return defaultCapabilities;
  const plain = (names: readonly string[]) => names.map((name) => name.toUpperCase().replace(/^CAP_/, ''));
  const granted = new Set(plain(add).includes('ALL') ? allCapabilities : defaultCapabilities);
  const dropped = plain(drop);
  if (dropped.includes('ALL')) granted.clear();
  for (const name of dropped) granted.delete(name);
  for (const name of plain(add)) if (name !== 'ALL') granted.add(name);
  return granted;
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function imageUser(image: Image): { uid: number; gid?: number } {
  const [user = '', group] = (image.config.user ?? '').split(':');
  const uid = user === '' ? 0 : /^\d+$/.test(user) ? Number(user) : (accounts(image).find(({ name }) => name === user)?.uid ?? 0);
  if (group === undefined) return { uid };
  return { uid, gid: /^\d+$/.test(group) ? Number(group) : (groupLines(image).find(({ name }) => name === group)?.gid ?? 0) };
}

function accountOf(image: Image, uid: number): Account | undefined {
  return accounts(image).find((account) => account.uid === uid);
}

function groupsOf(image: Image, user: string): number[] {
  return groupLines(image).flatMap(({ gid, members }) => (members.includes(user) ? gid : []));
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const knownAccounts = new WeakMap<DirectoryInode, Account[]>();
const knownGroups = new WeakMap<DirectoryInode, Group[]>();

function accounts({ root }: Image): Account[] {
  let known = knownAccounts.get(root);
  if (!known) {
    known = readLines(root, ['etc', 'passwd']).map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
    knownAccounts.set(root, known);
  }
  return known;
}

function groupLines({ root }: Image): Group[] {
  let known = knownGroups.get(root);
  if (!known) {
    known = readLines(root, ['etc', 'group']).map(([name = '', , gid, members = '']) => ({
      name,
      gid: Number(gid),
      members: members.split(','),
    }));
    knownGroups.set(root, known);
  }
  return known;
}

function readLines(root: DirectoryInode, path: readonly string[]): string[][] {
  let inode: Inode | undefined = root;
  for (const name of path) inode = inode?.type === 'directory' ? entryOf(inode, name) : undefined;
  if (inode?.type !== 'file') return [];
  const lines = new TextDecoder().decode(inode.content.all()).split('\n');
  return lines.filter(Boolean).map((line) => line.split(':'));
}

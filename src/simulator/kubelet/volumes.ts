// A pod's volumes: made before its containers start, refreshed while they run, and how containers see them. kubernetes: pkg/volume, pkg/kubelet/volumemanager

import type { Container, PersistentVolume, Volume } from '../../apimachinery/objects.ts';
import { quantityValue } from '../../apimachinery/quantity.ts';
import type { Mount } from '../container/filesystem.ts';
import {
  type DirectoryInode,
  entryOf,
  type FileInode,
  type Inode,
  makeDirectory,
  makeFile,
  makeLink,
  putInode,
} from '../container/inode.ts';
import { SpaceAccount } from '../container/space-account.ts';
import { configError } from './config-error.ts';
import { MountError } from './mount-error.ts';
import type { NodeFiles } from './node-files.ts';
import { type Payload, type PayloadFile, type PayloadSources, volumePayload } from './volume-payload.ts';

interface Mounted {
  readonly root: DirectoryInode | FileInode;
  readonly space?: SpaceAccount;
  /** ConfigMap, Secret and the like can't be written to. */
  readonly readOnly: boolean;
  readonly type: NonNullable<Mount['type']>;
  payload?: Payload;
}

export interface VolumeOptions {
  readonly nodeFiles: NodeFiles;
  readonly now: () => number;
}

export class PodVolumes {
  private readonly options: VolumeOptions;
  private readonly mounted = new Map<string, Mounted>();

  constructor(options: VolumeOptions) {
    this.options = options;
  }

  /** What its pod has written to an emptyDir on disk. */
  usedBytes(name: string): number {
    const space = this.mounted.get(name)?.space;
    return space && !space.isMemory ? space.usedBytes : 0;
  }

  isMounted(name: string): boolean {
    return this.mounted.has(name);
  }

  /** Sets one volume up; gives why it can't be. */
  setUp(volume: Volume, sources: PayloadSources): string | undefined {
    if (this.mounted.has(volume.name)) return undefined;
    try {
      const mounted = this.make(volume, sources);
      // kubernetes: volumes that live on the node's disk by their own path (hostPath) keep their owners.
      const group = sources.pod.spec.securityContext?.fsGroup;
      if (group !== undefined && !volume.hostPath) giveToGroup(mounted.root, group, mounted.readOnly);
      this.mounted.set(volume.name, mounted);
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof MountError)) throw thrown;
      return thrown.message;
    }
  }

  /** Brings changed ConfigMaps, Secrets and fields to the files. What is missing now keeps its old files. */
  refresh(volume: Volume, sources: PayloadSources): void {
    const mounted = this.mounted.get(volume.name);
    if (!mounted?.payload || mounted.root.type !== 'directory') return;
    let payload: Payload | undefined;
    try {
      payload = volumePayload(volume, sources);
    } catch (thrown) {
      if (!(thrown instanceof MountError)) throw thrown;
      return;
    }
    if (!payload || isSame(payload, mounted.payload, volume)) return;
    mounted.payload = payload;
    this.writeAtomically(mounted.root, payload, sources.pod.spec.securityContext?.fsGroup);
  }

  /** What a container mounts. `expand` resolves $(NAME) in subPathExpr. */
  mountsFor(container: Pick<Container, 'volumeMounts'>, expand: (text: string) => string): Mount[] {
    return (container.volumeMounts ?? []).flatMap(({ name, mountPath, subPath, subPathExpr, readOnly }) => {
      const mounted = this.mounted.get(name);
      if (!mounted) return [];
      const inside = subPathExpr ? expand(subPathExpr) : (subPath ?? '');
      return [
        {
          path: normalize(mountPath),
          inode: this.resolve(mounted.root, inside, name),
          readOnly: mounted.readOnly || readOnly === true,
          type: mounted.type,
          ...(mounted.space && { space: mounted.space }),
        },
      ];
    });
  }

  private make(volume: Volume, sources: PayloadSources): Mounted {
    const modifiedMs = this.options.now();
    const payload = volumePayload(volume, sources);
    if (payload) {
      const root = makeDirectory({}, { mode: 0o777, modifiedMs });
      this.writeAtomically(root, payload, undefined);
      const isMemory = !volume.configMap && !volume.downwardAPI;
      return { root, readOnly: true, type: isMemory ? 'tmpfs' : 'ext4', payload };
    }
    if (volume.emptyDir) {
      const { medium, sizeLimit } = volume.emptyDir;
      const isMemory = medium === 'Memory';
      // Memory ends at its limit; a pod that writes more to disk than it may is evicted (eviction.ts).
      const space = new SpaceAccount({ isMemory, ...(isMemory && sizeLimit && { limitBytes: quantityValue(sizeLimit) }) });
      return { root: makeDirectory({}, { mode: 0o777, modifiedMs }), space, readOnly: false, type: isMemory ? 'tmpfs' : 'ext4' };
    }
    if (volume.hostPath) return this.fromNode(this.options.nodeFiles.hostPath(volume.hostPath.path, volume.hostPath.type ?? ''));
    const claimName = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral && `${sources.pod.metadata.name}-${volume.name}`);
    if (claimName) return this.claimed(claimName, volume.persistentVolumeClaim?.readOnly ?? false, sources);
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
    throw new MountError(`${kind} volumes are not simulated`);
  }

  private fromNode(root: DirectoryInode | FileInode): Mounted {
    return { root, readOnly: false, type: 'ext4' };
  }

  private claimed(name: string, readOnly: boolean, { client, pod }: PayloadSources): Mounted {
    const claim = client.resource('persistentvolumeclaims').get(pod.metadata.namespace!, name);
    if (!claim) throw new MountError(`persistentvolumeclaim ${JSON.stringify(name)} not found`);
    const volume = claim.spec.volumeName ? client.resource('persistentvolumes').get('', claim.spec.volumeName) : undefined;
    if (!volume) throw new MountError(`PVC ${pod.metadata.namespace}/${name} is not bound`);
    return { ...this.fromNode(this.persistent(volume)), readOnly };
  }

  // All pods of a node see the same folder, so what they write outlives them.
  private persistent(volume: PersistentVolume): DirectoryInode | FileInode {
    const { nodeFiles } = this.options;
    if (volume.spec.hostPath) return nodeFiles.hostPath(volume.spec.hostPath.path, volume.spec.hostPath.type ?? '');
    if (volume.spec.local) return nodeFiles.directory(volume.spec.local.path, 0o777);
    throw new MountError(`persistent volume ${volume.metadata.name} is of a kind that is not simulated (hostPath and local are)`);
  }

  /** Files under a dated folder, `..data` points at it, and names point through that: so all change at once. kubernetes: pkg/volume/util/atomic_writer.go */
  private writeAtomically(root: DirectoryInode, payload: Payload, group: number | undefined): void {
    const modifiedMs = this.options.now();
    const dated = makeDirectory({}, { modifiedMs });
    for (const [path, { bytes, mode }] of payload) putInode(dated, path, makeFile(bytes, { mode, modifiedMs }));
    if (group !== undefined) giveToGroup(dated, group, true);
    const before = root.entries.get('..data');
    const name = `..${new Date(modifiedMs).toISOString().slice(0, 19).replace(/[-:]/g, '_').replace('T', '_')}.${String((Math.floor(modifiedMs) * 7919) % 1e9).padStart(9, '0')}`;
    root.entries.set(name, dated);
    root.entries.set('..data', makeLink(name, { modifiedMs }));
    const tops = new Set([...payload.keys()].map((path) => path.split('/')[0]!));
    for (const top of tops) if (!root.entries.has(top)) root.entries.set(top, makeLink(`..data/${top}`, { modifiedMs }));
    for (const known of [...root.entries.keys()]) if (!known.startsWith('..') && !tops.has(known)) root.entries.delete(known);
    if (before?.type === 'link' && before.target !== name) root.entries.delete(before.target);
  }

  private resolve(root: DirectoryInode | FileInode, inside: string, volumeName: string): DirectoryInode | FileInode {
    let inode: Inode = root;
    const names = inside.split('/').filter((name) => name !== '' && name !== '.');
    if (names.includes('..')) throw configError(`failed to prepare subPath for volumeMount "${volumeName}" of container`);
    for (const name of names) {
      if (inode.type !== 'directory') throw configError(`failed to prepare subPath for volumeMount "${volumeName}" of container`);
      const parent: DirectoryInode = inode;
      let next = entryOf(parent, name);
      if (next?.type === 'link') next = followFrom(parent, next.target);
      if (!next) {
        next = makeDirectory({}, { mode: 0o750, modifiedMs: this.options.now() });
        parent.entries.set(name, next);
      }
      inode = next;
    }
    if (inode.type === 'directory' || inode.type === 'file') return inode;
    throw configError(`failed to prepare subPath for volumeMount "${volumeName}" of container`);
  }
}

function followFrom(directory: DirectoryInode, target: string): Inode | undefined {
  let inode: Inode | undefined = directory;
  for (const name of target.split('/')) {
    const parent: DirectoryInode | undefined = inode?.type === 'directory' ? inode : undefined;
    inode = parent && entryOf(parent, name);
    if (parent && inode?.type === 'link') inode = followFrom(parent, inode.target);
  }
  return inode;
}

// kubernetes: pkg/volume/volume_linux.go: the group may read and write (read only where nobody writes), and new files belong to it.
function giveToGroup(inode: Inode, group: number, readOnly: boolean): void {
  if (inode.type === 'link') return;
  inode.gid = group;
  inode.mode |= readOnly ? 0o440 : 0o660;
  if (inode.type !== 'directory') return;
  inode.mode |= 0o2110;
  for (const child of inode.entries.values()) giveToGroup(child, group, readOnly);
}

function bytesOf({ bytes }: PayloadFile): Uint8Array {
  return typeof bytes === 'function' ? bytes() : bytes;
}

/** Tokens are new each time they are made: they don't count as a change. */
function isSame(one: Payload, other: Payload, volume: Volume): boolean {
  const tokens = new Set((volume.projected?.sources ?? []).flatMap(({ serviceAccountToken }) => serviceAccountToken?.path ?? []));
  if (one.size !== other.size) return false;
  for (const [path, file] of one) {
    const before = other.get(path);
    if (!before || before.mode !== file.mode) return false;
    if (!tokens.has(path) && Buffer.compare(bytesOf(before), bytesOf(file)) !== 0) return false;
  }
  return true;
}

function normalize(path: string): string {
  return `/${path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')}`;
}

// What an image is made of, as data: tags, configuration, and files, some of which name a program that our containers can run.
import { type DirectoryInode, type Inode, makeDirectory, makeFile, makeLink, putInode } from '../container/inode.ts';

/** An image's configuration, as in its OCI config. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** As the image says it: '', '101', 'curl_user', '65532:65532'. */
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly exposedPorts?: readonly number[];
  readonly stopSignal?: string;
}

/** A file of an image: text, or one of these. `program` names an entry of the program table. */
export type FileSpec =
  | string
  | { readonly content?: string; readonly program?: string; readonly mode?: number; readonly uid?: number; readonly gid?: number }
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number; readonly uid?: number; readonly gid?: number };

/** Absolute path → file. Directories on the way come by themselves. */
export type FileSpecs = Readonly<Record<string, FileSpec>>;

/** One release of an image, under all tags that lead to it. */
export interface ImageVersion {
  readonly tags: readonly string[];
  readonly version: string;
  readonly sizeBytes: number;
}

/** A repository of images: one file of this folder each. */
export interface ImageSpec<V extends ImageVersion = ImageVersion> {
  /** In full: docker.io/library/busybox. */
  readonly repository: string;
  readonly versions: readonly V[];
  /** Configuration and files of a version; later layers lie over earlier ones. */
  build(version: V): { readonly config: ImageConfig; readonly layers: readonly FileSpecs[] };
}

/** An image that can be run. */
export interface Image {
  /** In full, with tag: docker.io/library/busybox:1.36. */
  readonly reference: string;
  /** docker.io/library/busybox@sha256:… */
  readonly repositoryDigest: string;
  /** sha256:… of its configuration: the id under which the runtime keeps it. */
  readonly id: string;
  readonly sizeBytes: number;
  readonly config: ImageConfig;
  /** Its files, built at the first look. Shared by all containers, so never changed. */
  readonly root: DirectoryInode;
}

/** When images' files were last written: no container tells, and nothing depends on it. */
const builtAtMs = Date.UTC(2025, 8, 1);

/** A tree of directories and files from layers of specs. */
export function buildTree(layers: readonly FileSpecs[]): DirectoryInode {
  const root = makeDirectory({}, { modifiedMs: builtAtMs });
  for (const layer of layers) {
    for (const [path, spec] of Object.entries(layer)) putInode(root, path, inodeOf(spec));
  }
  return root;
}

function inodeOf(spec: FileSpec): Inode {
  const modifiedMs = builtAtMs;
  if (typeof spec === 'string') return makeFile(spec, { modifiedMs });
  if ('link' in spec) return makeLink(spec.link, { modifiedMs });
  if ('directory' in spec) return makeDirectory({}, { ...owner(spec), mode: spec.mode ?? 0o755, modifiedMs });
  const { content = executableBytes, program } = spec;
  const mode = spec.mode ?? (program ? 0o755 : 0o644);
  return makeFile(content, { ...owner(spec), mode, modifiedMs, ...(program !== undefined && { program }) });
}

/** What `cat` shows of a compiled program: enough to see that it is one. */
const executableBytes = '\x7fELF\x02\x01\x01\0';

function owner({ uid = 0, gid = 0 }: { readonly uid?: number; readonly gid?: number }): { uid: number; gid: number } {
  return { uid, gid };
}

/** Files that run programs: each name of the folder runs the program of the same name, or the one it is mapped to. */
export function programFiles(
  folder: string,
  names: readonly string[],
  renamed: Readonly<Record<string, string>> = {},
): Record<string, FileSpec> {
  return Object.fromEntries(names.map((name) => [`${folder}/${name}`, { program: renamed[name] ?? name }]));
}

export const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

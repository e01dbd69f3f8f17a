// Images that are declared as data, beside the catalogue's own: a level folder's images.yaml.
import type { FileSpec, FileSpecs, ImageConfig, ImageSpec } from './image.ts';
import { standardPath } from './image.ts';
import { parseImageReference } from './image-reference.ts';
import type { ServiceSpec } from './service-spec.ts';

/** What a file of the image runs: a program that the simulator has (`nginx`), a script for the container's sh, or a declared server. */
type RunnableSpec = string | { readonly script: string } | { readonly service: ServiceSpec };

export interface DeclaredImage {
  /** The repository, short forms allowed: ghcr.io/acme/orders. */
  readonly ref: string;
  /** Tags that exist; any other is not found. */
  readonly tags?: readonly string[];
  /** Another image whose files and configuration it begins with. */
  readonly from?: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workdir?: string;
  readonly ports?: readonly number[];
  readonly sizeBytes?: number;
  readonly files?: Readonly<
    Record<
      string,
      string | { readonly content?: string; readonly mode?: number; readonly uid?: number; readonly gid?: number; readonly dir?: boolean }
    >
  >;
  readonly bins?: Readonly<Record<string, RunnableSpec>>;
}

/** What an image is built upon. */
export interface BaseImage {
  readonly config: ImageConfig;
  readonly layers: readonly FileSpecs[];
}

const usualSizeBytes = 20_000_000;

/** The spec that a declaration stands for. `base` gives what `from` names. */
export function declaredImageSpec(declared: DeclaredImage, base: (reference: string) => BaseImage): ImageSpec {
  const parsed = parseImageReference(declared.ref);
  if (!parsed) throw new TypeError(`${declared.ref} is not the name of an image`);
  const tags = declared.tags ?? [parsed.tag ?? 'latest'];
  return {
    repository: parsed.repository,
    versions: [{ tags, version: tags[0] ?? 'latest', sizeBytes: declared.sizeBytes ?? usualSizeBytes }],
    build: () => {
      const { config, layers } = declared.from === undefined ? { config: {}, layers: [] } : base(declared.from);
      return { config: configOf(declared, config), layers: [...layers, filesOf(declared), runnablesOf(declared)] };
    },
  };
}

/** A new entry point drops the base's command, as in a Dockerfile. */
function configOf({ entrypoint, cmd, env, user, workdir, ports }: DeclaredImage, base: ImageConfig): ImageConfig {
  const { cmd: baseCmd, ...rest } = base;
  const command = cmd ?? (entrypoint === undefined ? baseCmd : undefined);
  return {
    ...rest,
    ...(entrypoint !== undefined && { entrypoint }),
    ...(command !== undefined && { cmd: command }),
    environment: { PATH: standardPath, ...base.environment, ...env },
    ...(user !== undefined && { user }),
    ...(workdir !== undefined && { workingDirectory: workdir }),
    ...(ports !== undefined && { exposedPorts: ports }),
  };
}

function filesOf({ files = {} }: DeclaredImage): FileSpecs {
  return Object.fromEntries(
    Object.entries(files).map(([path, file]): [string, FileSpec] => {
      if (typeof file === 'string') return [path, file];
      const { dir, content = '', ...rest } = file;
      return [path, dir ? { directory: true, ...rest } : { content, ...rest }];
    }),
  );
}

function runnablesOf({ bins = {} }: DeclaredImage): FileSpecs {
  return Object.fromEntries(
    Object.entries(bins).map(([path, runnable]): [string, FileSpec] => {
      if (typeof runnable === 'string') return [path, { program: runnable.replace(/^busybox:/, '') }];
      if ('script' in runnable)
        return [path, { content: runnable.script.startsWith('#!') ? runnable.script : `#!/bin/sh\n${runnable.script}`, mode: 0o755 }];
      return [path, { content: JSON.stringify(runnable.service), mode: 0o755, program: 'declared-service' }];
    }),
  );
}

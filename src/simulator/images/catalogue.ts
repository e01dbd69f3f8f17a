// The images that the simulated registries have. What is not here is "not found", as a mistyped name or tag is.
import { Random } from '../random.ts';
import { busybox } from './busybox.ts';
import { httpEcho } from './http-echo.ts';
import { buildTree, type Image, type ImageSpec, type ImageVersion } from './image.ts';
import { fullImageName, parseImageReference } from './image-reference.ts';
import { alpine, curlImage, netshoot } from './network-tools.ts';
import { nginx, nginxUnprivileged } from './nginx.ts';
import { agnhost, httpd, postgres, python, redis } from './servers.ts';
import { systemImages } from './system.ts';

/** A spec whose versions' type is its own business. */
interface AnySpec {
  readonly repository: string;
  readonly versions: readonly ImageVersion[];
  make(version: ImageVersion, reference: string): Image;
}

const catalogue = new Map<string, AnySpec>(
  [
    entry(busybox),
    entry(httpEcho),
    entry(nginx),
    entry(nginxUnprivileged),
    entry(netshoot),
    entry(curlImage),
    entry(alpine),
    entry(redis),
    entry(postgres),
    entry(python),
    entry(httpd),
    entry(agnhost),
    ...systemImages.map(entry),
  ].map((spec) => [spec.repository, spec]),
);

const made = new Map<string, Image>();

/** The image that a reference means (short forms too), or 'not found' when no registry has it. */
export function findImage(reference: string): Image | 'not found' {
  const parsed = parseImageReference(reference);
  if (!parsed) return 'not found';
  const name = fullImageName(parsed);
  const known = made.get(name);
  if (known) return known;
  const spec = catalogue.get(parsed.repository);
  const version = spec?.versions.find((candidate) =>
    parsed.digest === undefined
      ? candidate.tags.includes(parsed.tag ?? 'latest')
      : digestOf(parsed.repository, candidate) === parsed.digest,
  );
  if (!spec || !version) return 'not found';
  const image = spec.make(version, name);
  made.set(name, image);
  return image;
}

function entry<V extends ImageVersion>(spec: ImageSpec<V>): AnySpec {
  const built = new Map<ImageVersion, Pick<Image, 'config' | 'root'>>();
  const contentOf = (version: V): Pick<Image, 'config' | 'root'> => {
    const known = built.get(version);
    if (known) return known;
    const { config, layers } = spec.build(version);
    let root: Image['root'] | undefined;
    const content = {
      config,
      get root() {
        root ??= buildTree(layers);
        return root;
      },
    };
    built.set(version, content);
    return content;
  };
  return {
    repository: spec.repository,
    versions: spec.versions,
    make: (version, reference) => {
      const content = contentOf(version as V);
      return {
        reference,
        repositoryDigest: `${spec.repository}@${digestOf(spec.repository, version)}`,
        id: `sha256:${hash(`${spec.repository} ${version.version} config`)}`,
        sizeBytes: version.sizeBytes,
        config: content.config,
        get root() {
          return content.root;
        },
      };
    },
  };
}

function digestOf(repository: string, version: ImageVersion): string {
  return `sha256:${hash(`${repository} ${version.tags[0]} ${version.version}`)}`;
}

/** 64 hexadecimal digits that a text always gives. They only have to look like a digest. */
function hash(text: string): string {
  return new Random(0).fork(text).hex(64);
}

// The images that the simulated registries have. What is not here is "not found", as a mistyped name or tag is.
import { Random } from '../random.ts';
import { agnhost } from './agnhost.ts';
import { alpine } from './alpine.ts';
import { busybox } from './busybox.ts';
import { curlImage } from './curl.ts';
import { debian } from './debian.ts';
import { type BaseImage, type DeclaredImage, declaredImageSpec } from './declared-image.ts';
import { httpEcho } from './http-echo.ts';
import { httpd } from './httpd.ts';
import { buildTree, type Image, type ImageSpec, type ImageVersion } from './image.ts';
import { fullImageName, type ImageReference, parseImageReference } from './image-reference.ts';
import { ingressControllerImage } from './ingress-controller.ts';
import { kubectlImage } from './kubectl.ts';
import { netshoot } from './netshoot.ts';
import { nginx, nginxUnprivileged } from './nginx.ts';
import { postgres } from './postgres.ts';
import { python } from './python.ts';
import { redis } from './redis.ts';
import { systemImages } from './system.ts';
import { ubuntu } from './ubuntu.ts';

/** A spec whose versions' type is its own business. */
interface AnySpec {
  readonly repository: string;
  readonly versions: readonly ImageVersion[];
  content(version: ImageVersion): BaseImage;
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
    entry(debian),
    entry(ubuntu),
    entry(redis),
    entry(postgres),
    entry(python),
    entry(httpd),
    entry(agnhost),
    entry(kubectlImage),
    entry(ingressControllerImage),
    ...systemImages.map(entry),
  ].map((spec) => [spec.repository, spec]),
);

/** Finds images by reference: the catalogue's own, and those that are declared beside it, which win where both have a tag. */
export class Catalogue {
  private readonly declared = new Map<string, AnySpec>();
  private readonly made = new Map<string, Image>();

  constructor(declared: readonly DeclaredImage[] = []) {
    for (const image of declared) {
      // Built upon nothing, upon itself or upon one that comes later: it was never built, so no registry has it.
      if (image.from !== undefined && !this.has(image.from)) continue;
      const spec = entry(declaredImageSpec(image, (reference) => this.baseOf(reference)));
      this.declared.set(spec.repository, spec);
    }
  }

  /** The image that a reference means (short forms too), or 'not found' when no registry has it. */
  find(reference: string): Image | 'not found' {
    const parsed = parseImageReference(reference);
    if (!parsed) return 'not found';
    const name = fullImageName(parsed);
    const known = this.made.get(name);
    if (known) return known;
    const found = this.versionOf(parsed);
    if (!found) return 'not found';
    const image = found.spec.make(found.version, name);
    this.made.set(name, image);
    return image;
  }

  /** Whether there is an image of that name at all, with whatever tag. */
  hasRepository(reference: string): boolean {
    const repository = parseImageReference(reference)?.repository;
    return repository !== undefined && (this.declared.has(repository) || catalogue.has(repository));
  }

  private has(reference: string): boolean {
    const parsed = parseImageReference(reference);
    return parsed !== undefined && this.versionOf(parsed) !== undefined;
  }

  private versionOf({ repository, tag, digest }: ImageReference): { spec: AnySpec; version: ImageVersion } | undefined {
    for (const spec of [this.declared.get(repository), catalogue.get(repository)]) {
      const version = spec?.versions.find((candidate) =>
        digest === undefined ? candidate.tags.includes(tag ?? 'latest') : digestOf(repository, candidate) === digest,
      );
      if (spec && version) return { spec, version };
    }
    return undefined;
  }

  private baseOf(reference: string): BaseImage {
    const parsed = parseImageReference(reference);
    const found = parsed && this.versionOf(parsed);
    if (!found) throw new TypeError(`no image ${reference} to build upon`);
    return found.spec.content(found.version);
  }
}

const standard = new Catalogue();

/** The image of the catalogue that a reference means, or 'not found'. */
export function findImage(reference: string): Image | 'not found' {
  return standard.find(reference);
}

function entry<V extends ImageVersion>(spec: ImageSpec<V>): AnySpec {
  const built = new Map<ImageVersion, BaseImage & Pick<Image, 'root'>>();
  const contentOf = (version: V): BaseImage & Pick<Image, 'root'> => {
    const known = built.get(version);
    if (known) return known;
    const { config, layers } = spec.build(version);
    let root: Image['root'] | undefined;
    const content = {
      config,
      layers,
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
    content: (version) => contentOf(version as V),
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

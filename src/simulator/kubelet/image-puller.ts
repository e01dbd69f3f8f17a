// Images of a node: which are there, and how one gets there. kubernetes: pkg/kubelet/images/image_manager.go
import type { Container, ContainerImage } from '../../apimachinery/objects.ts';
import type { Clock } from '../clock.ts';
import { type Blocking, park } from '../container/blocking.ts';
import type { Catalogue } from '../images/catalogue.ts';
import type { Image } from '../images/image.ts';
import { fullImageName, parseImageReference } from '../images/image-reference.ts';
import { Backoff } from './backoff.ts';
import { ContainerError } from './config-error.ts';
import { imageBackOff, pullBytesPerMs, pullFailureMs, registryAgainMs, registryMs } from './timings.ts';

type Say = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

export interface ImagePullerOptions {
  readonly clock: Clock;
  /** What the registries have. */
  readonly catalogue: Catalogue;
  /** Images that are there from the beginning. */
  readonly present: readonly string[];
}

export class ImagePuller {
  private readonly clock: Clock;
  private readonly catalogue: Catalogue;
  /** By full name. */
  private readonly images = new Map<string, Image>();
  /** What `list` says, until there is another image. */
  private listed: readonly ContainerImage[] | undefined;
  /** By pod and image. */
  private readonly backoffs = new Map<string, { backoff: Backoff; failedAt: number; failure: string }>();
  /** When the pull that is under way ends: pulls are serial. kubernetes: serializeImagePulls */
  private busyUntil = 0;
  /** Digests whose layers are there, or will be before a pull that queues up now begins. */
  private readonly fetched = new Set<string>();

  constructor({ clock, catalogue, present }: ImagePullerOptions) {
    this.clock = clock;
    this.catalogue = catalogue;
    for (const reference of present) {
      const image = this.catalogue.find(reference);
      if (image !== 'not found') this.images.set(image.reference, image);
    }
  }

  /** Makes sure that the container's image is there, as its policy says. Throws what keeps it away. */
  *ensure(podUid: string, container: Pick<Container, 'image' | 'imagePullPolicy'>, say: Say): Blocking<Image> {
    const reference = container.image ?? '';
    const parsed = parseImageReference(reference);
    if (!parsed) throw this.invalid(reference, say);
    const name = fullImageName(parsed);
    const present = this.images.get(name);
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (present && policy !== 'Always') {
      say('Normal', 'Pulled', `Container image "${reference}" already present on machine`);
      return present;
    }
    if (policy === 'Never') {
      const message = `Container image "${reference}" is not present with pull policy of Never`;
      say('Warning', 'ErrImageNeverPull', message);
      throw new ContainerError('ErrImageNeverPull', message);
    }
    return yield* this.pull(`${podUid}_${reference}`, reference, name, say);
  }

  /** The pod is gone: its failures count no more. */
  forget(podUid: string): void {
    for (const key of this.backoffs.keys()) if (key.startsWith(`${podUid}_`)) this.backoffs.delete(key);
  }

  /** For the node's status: the largest first, at most fifty. */
  list(): readonly ContainerImage[] {
    this.listed ??= this.makeList();
    return this.listed;
  }

  private makeList(): ContainerImage[] {
    const byDigest = new Map<string, { names: Set<string>; sizeBytes: number }>();
    for (const { reference, repositoryDigest, sizeBytes } of this.images.values()) {
      const entry = byDigest.get(repositoryDigest) ?? { names: new Set([repositoryDigest]), sizeBytes };
      entry.names.add(reference);
      byDigest.set(repositoryDigest, entry);
    }
    return [...byDigest.values()]
      .sort((one, other) => other.sizeBytes - one.sizeBytes)
      .slice(0, 50)
      .map(({ names, sizeBytes }) => ({ names: [...names], sizeBytes }));
  }

  private invalid(reference: string, say: Say): ContainerError {
    const [name = ''] = /^[^:]*/.exec(reference) ?? [];
    const why =
      name !== name.toLowerCase()
        ? `invalid reference format: repository name (${withLibrary(name)}) must be lowercase`
        : 'invalid reference format';
    const message = `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": ${why}`;
    say('Warning', 'InspectFailed', message);
    return new ContainerError('InvalidImageName', message);
  }

  private *pull(key: string, reference: string, name: string, say: Say): Blocking<Image> {
    const known = this.backoffs.get(key);
    if (known?.backoff.isWaiting(known.failedAt, this.clock.now)) {
      const message = `Back-off pulling image "${reference}"`;
      say('Normal', 'BackOff', message);
      throw new ContainerError('ImagePullBackOff', `${message}: ErrImagePull: ${known.failure}`);
    }
    say('Normal', 'Pulling', `Pulling image "${reference}"`);
    const startedAt = this.clock.now;
    const image = this.catalogue.find(reference);
    const pullMs = image === 'not found' ? pullFailureMs : this.pullTime(image);
    const begin = Math.max(startedAt, this.busyUntil);
    this.busyUntil = begin + pullMs;
    yield* park((wake) => this.clock.after(begin + pullMs - startedAt, () => wake()));
    if (image === 'not found') throw this.failed(key, reference, name, say);
    this.backoffs.delete(key);
    this.images.set(image.reference, image);
    this.listed = undefined;
    const times = `${formatDuration(pullMs)} (${formatDuration(this.clock.now - startedAt)} including waiting)`;
    say('Normal', 'Pulled', `Successfully pulled image "${reference}" in ${times}. Image size: ${image.sizeBytes} bytes.`);
    return image;
  }

  private pullTime(image: Image): number {
    const hasLayers =
      this.fetched.has(image.repositoryDigest) ||
      [...this.images.values()].some((other) => other.repositoryDigest === image.repositoryDigest);
    this.fetched.add(image.repositoryDigest);
    return hasLayers ? registryAgainMs : registryMs + Math.ceil(image.sizeBytes / pullBytesPerMs);
  }

  private failed(key: string, reference: string, name: string, say: Say): ContainerError {
    const failure = pullFailure(name, this.catalogue.hasRepository(reference));
    say('Warning', 'Failed', `Failed to pull image "${reference}": ${failure}`);
    const entry = this.backoffs.get(key) ?? { backoff: new Backoff(imageBackOff), failedAt: 0, failure };
    entry.backoff.next(this.clock.now, this.clock.now);
    entry.failedAt = this.clock.now;
    this.backoffs.set(key, entry);
    return new ContainerError('ErrImagePull', failure);
  }
}

/**
 * A repository that Docker Hub doesn't know looks to strangers like a private one; other registries say that there is no such thing.
 * containerd: core/remotes/docker/resolver.go; kubernetes: staging/src/k8s.io/cri-client/pkg/remote_image.go takes the code off unknown errors;
 * as in github.com/thekubefleet/kubefleet/issues/6
 */
function pullFailure(name: string, hasRepository: boolean): string {
  const where = `failed to pull and unpack image "${name}": failed to resolve reference "${name}": `;
  if (hasRepository || !name.startsWith('docker.io/')) return `rpc error: code = NotFound desc = ${where}${name}: not found`;
  const denied = 'pull access denied, repository does not exist or may require authorization';
  return `${where}${denied}: server message: insufficient_scope: authorization failed`;
}

function withLibrary(name: string): string {
  return name.includes('/') ? name : `library/${name}`;
}

/** As Go prints a duration of whole milliseconds: 128ms, 1.299s. */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms);
  if (whole < 1000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = `${Number(((whole % 60_000) / 1000).toFixed(3))}s`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

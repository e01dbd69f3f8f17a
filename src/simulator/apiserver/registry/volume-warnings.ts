// Volumes that are old, or that put two files in one place.
// kubernetes: pkg/api/pod/warnings.go, pkg/api/persistentvolumeclaim/util.go
import type { PersistentVolumeClaimSpec, Volume, VolumeProjection } from '../../../apimachinery/objects.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';

const deprecatedKinds: Readonly<Partial<Record<keyof Volume, string>>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

export function volumeWarnings(volumes: readonly Volume[], field: string): string[] {
  const old = volumes.flatMap((volume, index) => {
    const names = (Object.keys(deprecatedKinds) as (keyof Volume)[]).filter((name) => volume[name] !== undefined);
    return [
      ...names.map((name) => `${field}[${index}].${name === 'storageos' ? 'storageOS' : name}: ${deprecatedKinds[name]}`),
      ...claimWarnings(volume.ephemeral?.volumeClaimTemplate?.spec, `${field}[${index}].ephemeral.volumeClaimTemplate.spec`),
    ];
  });
  return [...old, ...volumes.flatMap(overlapWarnings)];
}

/** Parts of bytes. */
export function fractionWarnings(amount: string | undefined, field: string): string[] {
  if (amount === undefined || parseQuantity(amount).nano % 1_000_000_000n === 0n) return [];
  return [`${field}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
}

export function claimWarnings(spec: PersistentVolumeClaimSpec | undefined, field: string): string[] {
  return [
    ...fractionWarnings(spec?.resources?.requests?.['storage'], `${field}.resources.requests[storage]`),
    ...fractionWarnings(spec?.resources?.limits?.['storage'], `${field}.resources.limits[storage]`),
  ];
}

interface Placed {
  readonly path: string;
  /** Where it comes from, in a projected volume. */
  readonly source: string;
}

function overlapWarnings(volume: Volume): string[] {
  const { configMap, secret, downwardAPI, projected } = volume;
  const warn = (what: string, placed: readonly Placed[]) =>
    overlaps(placed).map((text) => `volume ${JSON.stringify(volume.name)} (${what}): overlapping paths: ${text}`);
  const empty = (projected?.sources ?? []).filter((source) => Object.values(source).every((part) => part === undefined));
  return [
    ...warn(`ConfigMap ${JSON.stringify(configMap?.name ?? '')}`, placedBy(configMap?.items)),
    ...warn(`Secret ${JSON.stringify(secret?.secretName ?? '')}`, placedBy(secret?.items)),
    ...warn('DownwardAPI', placedBy(downwardAPI?.items)),
    ...empty.map(() => `volume ${JSON.stringify(volume.name)} (Projected) has no sources provided`),
    ...warn('Projected', (projected?.sources ?? []).flatMap(placedByProjection)),
  ];
}

function placedBy(items: readonly { path: string }[] | undefined, source = ''): Placed[] {
  return (items ?? []).map(({ path }) => ({ path: path.replace(/\/+$/, ''), source }));
}

function placedByProjection({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): Placed[] {
  if (configMap?.items) return placedBy(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? '')}`);
  if (secret?.items) return placedBy(secret.items, `Secret ${JSON.stringify(secret.name ?? '')}`);
  if (downwardAPI?.items) return placedBy(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? placedBy([serviceAccountToken], 'ServiceAccountToken') : [];
}

/** Pairs of which one lies in the other. */
function overlaps(placed: readonly Placed[]): string[] {
  return placed.flatMap((later, index) =>
    placed
      .slice(0, index)
      .filter((earlier) => earlier.path && later.path && (isWithin(earlier.path, later.path) || isWithin(later.path, earlier.path)))
      .map((earlier) => `${describe(later)} with ${describe(earlier)}`),
  );
}

function isWithin(inner: string, outer: string): boolean {
  return `${inner}/`.startsWith(`${outer}/`);
}

function describe({ path, source }: Placed): string {
  return source ? `${JSON.stringify(path)} (${source})` : JSON.stringify(path);
}

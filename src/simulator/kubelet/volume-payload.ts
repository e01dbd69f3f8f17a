// The files of ConfigMap, Secret, downward API and projected volumes. kubernetes: pkg/volume/{configmap,secret,downwardapi,projected}

import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  KeyToPath,
  Pod,
  ProjectedVolumeSource,
  SecretVolumeSource,
  Volume,
} from '../../apimachinery/objects.ts';
import type { Client } from '../client.ts';
import { fieldValue, type PodFacts, resourceValue } from './downward-api.ts';
import { MountError } from './mount-error.ts';

/** A file of a volume. Tokens are made when they are first read: most pods never look. */
export interface PayloadFile {
  readonly bytes: Uint8Array | (() => Uint8Array);
  readonly mode: number;
}

/** Path inside the volume → file. */
export type Payload = Map<string, PayloadFile>;

/** Makes a token for the pod's service account. */
export type IssueToken = (order: {
  readonly namespace: string;
  readonly name: string;
  readonly audiences?: readonly string[];
  readonly expirationSeconds: number;
  readonly boundTo?: { readonly kind: 'Pod'; readonly name: string; readonly uid: string };
}) => string;

export interface PayloadSources {
  readonly client: Client;
  readonly pod: Pod;
  readonly facts: PodFacts;
  readonly issueToken: IssueToken;
}

const defaultMode = 0o644;
const encoder = new TextEncoder();

/** What the volume holds now; undefined for a volume of another kind. Throws a MountError when something is missing. */
export function volumePayload(volume: Volume, sources: PayloadSources): Payload | undefined {
  if (volume.configMap) return configMapFiles(volume.configMap, volume.configMap.name ?? '', volume.configMap.defaultMode, sources);
  if (volume.secret) return secretFiles(volume.secret, volume.secret.secretName ?? '', volume.secret.defaultMode, sources);
  if (volume.downwardAPI) return downwardFiles(volume.downwardAPI.items ?? [], volume.downwardAPI.defaultMode, sources);
  if (volume.projected) return projectedFiles(volume.projected, sources);
  return undefined;
}

function projectedFiles({ sources = [], defaultMode: mode = defaultMode }: ProjectedVolumeSource, from: PayloadSources): Payload {
  const all: Payload = new Map();
  for (const source of sources) {
    const files: Payload = new Map();
    if (source.configMap) merge(files, configMapFiles(source.configMap, source.configMap.name ?? '', mode, from));
    else if (source.secret) merge(files, secretFiles(source.secret, source.secret.name ?? '', mode, from));
    else if (source.downwardAPI) merge(files, downwardFiles(source.downwardAPI.items ?? [], mode, from));
    else if (source.serviceAccountToken) {
      const { path, audience, expirationSeconds = 3600 } = source.serviceAccountToken;
      const { pod } = from;
      const issue = () =>
        from.issueToken({
          namespace: pod.metadata.namespace!,
          name: pod.spec.serviceAccountName ?? 'default',
          ...(audience && { audiences: [audience] }),
          expirationSeconds,
          boundTo: { kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid! },
        });
      let token: Uint8Array | undefined;
      const bytes = () => {
        token ??= encoder.encode(issue());
        return token;
      };
      // kubernetes: readable by the group when the pod has an fsGroup, by the only user of all containers otherwise.
      files.set(path, { bytes, mode: pod.spec.securityContext?.fsGroup === undefined ? mode : 0o600 });
    } else throw new MountError('cluster trust bundles and pod certificates are not simulated');
    merge(all, files);
  }
  return all;
}

function configMapFiles(
  source: Pick<ConfigMapVolumeSource, 'items' | 'optional'>,
  name: string,
  mode: number | undefined,
  { client, pod }: PayloadSources,
): Payload {
  const map = client.resource('configmaps').get(pod.metadata.namespace!, name);
  if (!map && !source.optional) throw new MountError(`configmap ${JSON.stringify(name)} not found`);
  const data = new Map<string, Uint8Array>();
  for (const [key, text] of Object.entries(map?.data ?? {})) data.set(key, encoder.encode(text));
  for (const [key, base64] of Object.entries(map?.binaryData ?? {})) data.set(key, new Uint8Array(Buffer.from(base64, 'base64')));
  return pick(data, source.items, {
    mode: mode ?? defaultMode,
    optional: source.optional,
    missing: 'configmap references non-existent config key',
  });
}

function secretFiles(
  source: Pick<SecretVolumeSource, 'items' | 'optional'>,
  name: string,
  mode: number | undefined,
  { client, pod }: PayloadSources,
): Payload {
  const secret = client.resource('secrets').get(pod.metadata.namespace!, name);
  if (!secret && !source.optional) throw new MountError(`secret ${JSON.stringify(name)} not found`);
  const data = new Map(Object.entries(secret?.data ?? {}).map(([key, base64]) => [key, new Uint8Array(Buffer.from(base64, 'base64'))]));
  return pick(data, source.items, { mode: mode ?? defaultMode, optional: source.optional, missing: 'references non-existent secret key' });
}

function pick(
  data: ReadonlyMap<string, Uint8Array>,
  items: readonly KeyToPath[] | undefined,
  options: { mode: number; optional: boolean | undefined; missing: string },
): Payload {
  const payload: Payload = new Map();
  if (!items?.length) {
    for (const [key, bytes] of data) payload.set(key, { bytes, mode: options.mode });
    return payload;
  }
  for (const { key, path, mode } of items) {
    const bytes = data.get(key);
    if (bytes) payload.set(path, { bytes, mode: mode ?? options.mode });
    else if (!options.optional) throw new MountError(`${options.missing}: ${key}`);
  }
  return payload;
}

function downwardFiles(items: readonly DownwardAPIVolumeFile[], mode: number | undefined, { pod, facts }: PayloadSources): Payload {
  const payload: Payload = new Map();
  for (const item of items) {
    const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
    const container = containers.find(({ name }) => name === item.resourceFieldRef?.containerName);
    const value = item.fieldRef
      ? fieldValue(item.fieldRef, pod, facts)
      : container && item.resourceFieldRef && resourceValue(item.resourceFieldRef, container, facts);
    payload.set(item.path, { bytes: encoder.encode(value ?? ''), mode: item.mode ?? mode ?? defaultMode });
  }
  return payload;
}

function merge(all: Payload, more: Payload): void {
  for (const [path, file] of more) all.set(path, file);
}

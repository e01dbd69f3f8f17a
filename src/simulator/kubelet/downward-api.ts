// What a pod may learn of itself, by variables and files. kubernetes: pkg/fieldpath/fieldpath.go, pkg/api/v1/resource/helpers.go
import type { Container, ObjectFieldSelector, Pod, ResourceFieldSelector } from '../../apimachinery/objects.ts';
import { amountOf } from '../pod-requests.ts';

/** What the API doesn't hold yet when the containers start. */
export interface PodFacts {
  readonly podIp: string;
  readonly hostIp: string;
  readonly nodeName: string;
  /** cpu and memory that limits fall back to. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The value of a fieldRef; undefined when there is no such field. */
export function fieldValue({ fieldPath }: ObjectFieldSelector, pod: Pod, facts: PodFacts): string | undefined {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath);
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    case 'spec.nodeName':
      return facts.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return facts.podIp;
    default:
      return undefined;
  }
}

/** The value of a resourceFieldRef; undefined when there is no such resource. */
export function resourceValue(selector: ResourceFieldSelector, container: Container, facts: PodFacts): string | undefined {
  const [, kind, name] = /^(limits|requests)\.(.+)$/.exec(selector.resource) ?? [];
  if (!kind || !name) return undefined;
  const quantity =
    container.resources?.[kind as 'limits' | 'requests']?.[name] ?? (kind === 'limits' ? facts.allocatable[name] : undefined) ?? '0';
  const divisor = selector.divisor && selector.divisor !== '0' ? amountOf(name, selector.divisor) : name === 'cpu' ? 1000 : 1;
  return String(Math.ceil(amountOf(name, quantity) / divisor));
}

/** `key="value"` lines by key. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

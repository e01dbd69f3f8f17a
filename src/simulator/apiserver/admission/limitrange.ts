// LimitRanges: what containers get when they ask for nothing, and how much they may ask for. kubernetes: plugin/pkg/admission/limitranger/admission.go
import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
  ResourceRequirements,
} from '../../../apimachinery/objects.ts';
import { compareQuantities, quantityMilliValue } from '../../../apimachinery/quantity.ts';
import { forbidden } from '../../../apimachinery/status-error.ts';
import { kindFacts } from '../registry/kind-facts.ts';
import type { WriteContext } from '../strategy.ts';
import { podTotal } from './pod-total.ts';

type Amounts = Readonly<Record<string, string>>;

function limitItems(namespace: string | undefined, context: WriteContext): LimitRangeItem[] {
  const ranges = context.reader.list('limitranges', namespace ?? '') as unknown as readonly LimitRange[];
  return ranges.flatMap((range) => range.spec?.limits ?? []);
}

export function applyLimitRangeDefaults(pod: Pod, context: WriteContext): void {
  const ranges = context.reader.list('limitranges', pod.metadata.namespace ?? '') as unknown as readonly LimitRange[];
  for (const range of ranges) {
    const items = (range.spec?.limits ?? []).filter((item) => item.type === 'Container');
    const defaults = {
      limits: Object.assign({}, ...items.map((item) => item.default)) as Amounts,
      requests: Object.assign({}, ...items.map((item) => item.defaultRequest)) as Amounts,
    };
    const notes = [
      ...(pod.spec!.containers ?? []).flatMap((container) => fill(container, defaults, 'container')),
      ...(pod.spec!.initContainers ?? []).flatMap((container) => fill(container, defaults, 'init container')),
    ];
    if (notes.length === 0) continue;
    pod.metadata.annotations = { ...pod.metadata.annotations, 'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${notes.join('; ')}` };
  }
}

/** What was filled in, as the annotation says it. */
function fill(container: Container, defaults: { limits: Amounts; requests: Amounts }, what: string): string[] {
  container.resources ??= {};
  const resources = container.resources;
  return (['requests', 'limits'] as const).flatMap((side) => {
    const missing = Object.keys(defaults[side]).filter((name) => resources[side]?.[name] === undefined);
    if (missing.length === 0) return [];
    resources[side] = { ...resources[side], ...Object.fromEntries(missing.map((name) => [name, defaults[side][name]!])) };
    return [`${missing.sort().join(', ')} ${side.slice(0, -1)} for ${what} ${container.name}`];
  });
}

/** Throws 403 with all that is too much or too little. */
export function checkLimitRanges(pod: Pod, context: WriteContext): void {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const faults = limitItems(pod.metadata.namespace, context).flatMap((item) => {
    if (item.type === 'Container') return containers.flatMap((container) => itemFaults(item, container.resources ?? {}));
    return item.type === 'Pod' ? itemFaults(item, { requests: podTotal(pod, 'requests'), limits: podTotal(pod, 'limits') }) : [];
  });
  refuse('Pod', pod.metadata.name, faults);
}

export function checkClaimLimits(claim: PersistentVolumeClaim, context: WriteContext): void {
  const items = limitItems(claim.metadata.namespace, context).filter((item) => item.type === 'PersistentVolumeClaim');
  const request = claim.spec?.resources?.requests?.['storage'] ?? '0';
  const faults = items.flatMap(({ min, max }) => [
    ...(min?.['storage'] !== undefined && compareQuantities(request, min['storage']) < 0
      ? [`minimum storage usage per PersistentVolumeClaim is ${min['storage']}, but request is ${request}`]
      : []),
    ...(max?.['storage'] !== undefined && compareQuantities(request, max['storage']) > 0
      ? [`maximum storage usage per PersistentVolumeClaim is ${max['storage']}, but request is ${request}`]
      : []),
  ]);
  refuse('PersistentVolumeClaim', claim.metadata.name, faults);
}

function refuse(kind: string, name: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const unique = [...new Set(faults)];
  throw forbidden(kindFacts('v1', kind).resource, name, unique.length === 1 ? unique[0]! : `[${unique.join(', ')}]`);
}

function itemFaults(item: LimitRangeItem, { requests = {}, limits = {} }: ResourceRequirements): string[] {
  const per = `per ${item.type}`;
  const faults: string[] = [];
  for (const [name, min] of Object.entries(item.min ?? {})) {
    const request = requests[name];
    const limit = limits[name];
    if (request === undefined) faults.push(`minimum ${name} usage ${per} is ${min}.  No request is specified`);
    else if (compareQuantities(request, min) < 0) faults.push(`minimum ${name} usage ${per} is ${min}, but request is ${request}`);
    else if (limit !== undefined && compareQuantities(limit, min) < 0) {
      faults.push(`minimum ${name} usage ${per} is ${min}, but limit is ${limit}`);
    }
  }
  for (const [name, max] of Object.entries(item.max ?? {})) {
    const request = requests[name];
    const limit = limits[name];
    if (limit === undefined) faults.push(`maximum ${name} usage ${per} is ${max}.  No limit is specified`);
    else if (compareQuantities(limit, max) > 0) faults.push(`maximum ${name} usage ${per} is ${max}, but limit is ${limit}`);
    else if (request !== undefined && compareQuantities(request, max) > 0) {
      faults.push(`maximum ${name} usage ${per} is ${max}, but request is ${request}`);
    }
  }
  for (const [name, ratio] of Object.entries(item.maxLimitRequestRatio ?? {})) {
    const request = requests[name];
    const limit = limits[name];
    const text = `${name} max limit to request ratio ${per} is ${ratio}`;
    if (request === undefined || quantityMilliValue(request) === 0) faults.push(`${text}, but no request is specified or request is 0`);
    else if (limit === undefined || quantityMilliValue(limit) === 0) faults.push(`${text}, but no limit is specified or limit is 0`);
    else {
      const actual = quantityMilliValue(limit) / quantityMilliValue(request);
      if (actual > quantityMilliValue(ratio) / 1000) faults.push(`${text}, but provided ratio is ${actual.toFixed(6)}`);
    }
  }
  return faults;
}

// Fields that a write through one path of a kind doesn't own, because the server puts them back: status on the main path, spec on /status.
// kubernetes: GetResetFields and GetResetFieldsFilter of pkg/registry/*/*/strategy.go
import { emptySet, type FieldSet, fieldSet, recursiveDifference } from './field-set.ts';

/** Leaves in a set only what the path lets a client own. */
export type OwnershipFilter = (fields: FieldSet) => FieldSet;

const everything: OwnershipFilter = (fields) => fields;
const withoutStatus = excluding(fieldSet(['f:status']));
const withoutSpec = excluding(fieldSet(['f:spec']));
const withoutSpecAndLabels = excluding(fieldSet(['f:spec'], ['f:metadata', 'f:labels']));
const withoutSpecAndOwners = excluding(fieldSet(['f:spec'], ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']));
const ephemeralContainersOnly: OwnershipFilter = (fields) => {
  const wanted = fields['f:spec']?.['f:ephemeralContainers'];
  return wanted ? { 'f:spec': { 'f:ephemeralContainers': wanted } } : emptySet;
};

/** What a write to `subresource` ('' is the main path) of `kind` may own. */
export function ownershipFilter(kind: string, subresource: string): OwnershipFilter {
  if (subresource === 'status') return statusFilters[kind] ?? withoutSpec;
  if (subresource === 'ephemeralcontainers') return ephemeralContainersOnly;
  if (subresource === 'resize') return resourcesOnly;
  return kindsWithoutStatus.has(kind) ? everything : withoutStatus;
}

const statusFilters: Readonly<Record<string, OwnershipFilter>> = { Deployment: withoutSpecAndLabels, Pod: withoutSpecAndOwners };

const kindsWithoutStatus = new Set([
  'ConfigMap',
  'ControllerRevision',
  'Endpoints',
  'EndpointSlice',
  'Event',
  'IngressClass',
  'Lease',
  'LimitRange',
  'NetworkPolicy',
  'PriorityClass',
  'Secret',
  'ServiceAccount',
  'StorageClass',
]);

function excluding(excluded: FieldSet): OwnershipFilter {
  return (fields) => recursiveDifference(fields, excluded);
}

/** spec.containers[*].resources and resizePolicy, of init containers too. */
function resourcesOnly(fields: FieldSet): FieldSet {
  const spec: Record<string, FieldSet> = {};
  for (const list of ['f:containers', 'f:initContainers']) {
    const kept: Record<string, FieldSet> = {};
    for (const [element, container] of Object.entries(fields['f:spec']?.[list] ?? emptySet)) {
      const inside: Record<string, FieldSet> = {};
      for (const name of ['f:resources', 'f:resizePolicy']) if (container[name]) inside[name] = container[name];
      if (Object.keys(inside).length > 0) kept[element] = inside;
    }
    if (Object.keys(kept).length > 0) spec[list] = kept;
  }
  return Object.keys(spec).length > 0 ? { 'f:spec': spec } : emptySet;
}

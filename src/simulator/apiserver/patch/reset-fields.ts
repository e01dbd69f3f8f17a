// Fields that a write through one path of a kind doesn't own, because the server puts them back: status on the main path, spec on /status.
// kubernetes: GetResetFields and GetResetFieldsFilter of pkg/registry/*/*/strategy.go
import { type FieldSet, fieldSet, recursiveDifference } from './field-set.ts';

/** Leaves in a set only what the path lets a client own. */
export type OwnershipFilter = (fields: FieldSet) => FieldSet;

const everything: OwnershipFilter = (fields) => fields;
const withoutStatus = excluding(fieldSet(['f:status']));
const withoutSpec = excluding(fieldSet(['f:spec']));
const withoutSpecAndLabels = excluding(fieldSet(['f:spec'], ['f:metadata', 'f:labels']));
const withoutSpecAndOwners = excluding(fieldSet(['f:spec'], ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']));

/** What a write to `subresource` ('' is the main path) of `kind` may own. */
export function ownershipFilter(kind: string, subresource: string): OwnershipFilter {
  if (subresource === 'status') return statusFilters[kind] ?? withoutSpec;
  return subresource !== '' || kindsWithoutStatus.has(kind) ? everything : withoutStatus;
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

// What a list's or watch's query says: selectors, limit and continue, resourceVersion and what it must match.
import {
  type FieldRequirement,
  type LabelRequirement,
  matchesFields,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
} from '../../../apimachinery/selector.ts';
import { badRequest, type FieldError, invalid } from '../../../apimachinery/status-error.ts';
import { isTrue } from '../request-info.ts';
import type { StoredObject } from '../stored-object.ts';
import type { Strategy } from '../strategy.ts';
import type { Call } from './call.ts';

export interface ListOptions {
  readonly labels: readonly LabelRequirement[];
  readonly fields: readonly FieldRequirement[];
  readonly limit: number;
  readonly continue: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

export function listOptions(call: Call): ListOptions {
  const query = call.request.query;
  const sendInitialEvents = query.get('sendInitialEvents');
  const options: ListOptions = {
    labels: readLabels(call),
    fields: readFields(call),
    limit: readNumber(query.get('limit')) ?? 0,
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    timeoutSeconds: readNumber(query.get('timeoutSeconds')),
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: sendInitialEvents === null ? undefined : isTrue(sendInitialEvents),
  };
  const errors = checkOptions(options, call.info.verb === 'watch');
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions', resource: '' }, '', errors);
  return options;
}

/** Whether the selectors choose an object. */
export function isSelected(options: ListOptions, object: StoredObject, strategy: Strategy): boolean {
  if (options.labels.length > 0 && !matchesRequirements(options.labels, object.metadata.labels)) return false;
  return options.fields.length === 0 || matchesFields(options.fields, selectableFields(strategy, object));
}

function selectableFields(strategy: Strategy, object: StoredObject): Record<string, string> {
  return {
    ...strategy.selectableFields?.(object),
    'metadata.name': object.metadata.name,
    ...(strategy.resource.namespaced && { 'metadata.namespace': object.metadata.namespace ?? '' }),
  };
}

function readLabels(call: Call): readonly LabelRequirement[] {
  const text = call.request.query.get('labelSelector') ?? '';
  if (text === '') return [];
  try {
    return parseLabelSelector(text);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

function readFields(call: Call): readonly FieldRequirement[] {
  const text = call.request.query.get('fieldSelector') ?? '';
  if (text === '') return [];
  let requirements: readonly FieldRequirement[];
  try {
    requirements = parseFieldSelector(text);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
  const strategy = call.store.strategy(call.definition);
  const known = knownFields(strategy);
  const renamed = requirements.map((requirement) => ({ ...requirement, field: storedField(call, requirement.field) }));
  const unknown = renamed.findIndex(({ field }) => !known.has(field));
  if (unknown >= 0) throw unsupportedField(strategy, requirements[unknown]!.field);
  return renamed;
}

/** events.k8s.io/v1 names an event's object otherwise. */
function storedField(call: Call, field: string): string {
  if (call.definition.group !== 'events.k8s.io') return field;
  if (field === 'reportingController') return 'reportingComponent';
  return field.startsWith('regarding.') ? `involvedObject.${field.slice('regarding.'.length)}` : field;
}

function knownFields(strategy: Strategy): ReadonlySet<string> {
  const empty = { apiVersion: '', kind: strategy.resource.kind, metadata: { name: '', namespace: '' }, spec: {}, status: {} };
  return new Set(Object.keys(selectableFields(strategy, empty)));
}

// kubernetes: pkg/apis/core/v1/conversion.go, pkg/apis/batch/v1/conversion.go; kinds without labels of their own: apimachinery/pkg/runtime/conversion.go
function unsupportedField(strategy: Strategy, field: string) {
  if (strategy.resource.kind === 'Job') return badRequest(`field label ${JSON.stringify(field)} not supported for Job`);
  if (strategy.selectableFields) return badRequest(`field label not supported: ${field}`);
  return badRequest(`${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

function readNumber(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return value;
}

// kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/internalversion/validation/validation.go
function checkOptions(options: ListOptions, isWatch: boolean): FieldError[] {
  const { resourceVersionMatch: match, resourceVersion, sendInitialEvents } = options;
  if (isWatch && sendInitialEvents !== undefined) {
    const errors: FieldError[] = [];
    if (match === '')
      errors.push(forbidden('resourceVersionMatch', `sendInitialEvents requires setting resourceVersionMatch to NotOlderThan`));
    else if (match !== 'NotOlderThan') errors.push(unsupportedMatch(match, ['NotOlderThan']));
    if (sendInitialEvents && !options.allowWatchBookmarks) {
      errors.push(forbidden('sendInitialEvents', 'sendInitialEvents requires setting allowWatchBookmarks to true'));
    }
    return errors;
  }
  if (sendInitialEvents !== undefined) return [forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')];
  if (match === '') return [];
  if (isWatch)
    return [forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')];
  if (resourceVersion === '')
    return [forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')];
  if (options.continue !== '') return [forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided')];
  if (match !== 'Exact' && match !== 'NotOlderThan') return [unsupportedMatch(match, ['Exact', 'NotOlderThan', ''])];
  if (match === 'Exact' && resourceVersion === '0')
    return [forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')];
  return [];
}

function forbidden(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` };
}

function unsupportedMatch(value: string, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    field: 'resourceVersionMatch',
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`,
  };
}

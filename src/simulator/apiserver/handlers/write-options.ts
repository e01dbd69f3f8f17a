// What a write's query says: dryRun, fieldManager, fieldValidation, force.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
import { type FieldError, invalid } from '../../../apimachinery/status-error.ts';
import { isTrue } from '../request-info.ts';
import type { Call } from './call.ts';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface WriteQuery {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

const longestManager = 128;

/** Reads and checks it; `kind` names the options in the error's text, `isApply` is for patches only. */
export function writeQuery(
  call: Call,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions',
  isApply?: boolean,
): WriteQuery {
  const query = call.request.query;
  const errors: FieldError[] = [];
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (isApply === true && fieldManager === '') errors.push(required('fieldManager', 'is required for apply patch'));
  if (isApply === false && query.get('force') !== null && isTrue(query.get('force'))) {
    errors.push({ reason: 'FieldValueForbidden', field: 'force', message: 'Forbidden: may not be specified for non-apply patch' });
  }
  errors.push(...checkManager(fieldManager), ...checkDryRun(query.getAll('dryRun')));
  if (!['', 'Strict', 'Warn', 'Ignore'].includes(fieldValidation)) {
    errors.push(unsupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind, resource: '' }, '', errors);
  return {
    dryRun: query.getAll('dryRun').length > 0,
    manager: managerName(fieldManager, call.request.headers['user-agent']),
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force: isTrue(query.get('force')),
  };
}

/** The manager that is named, else the program's name in the User-Agent. */
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go managerOrUserAgent
function managerName(fieldManager: string, userAgent: string | undefined): string {
  if (fieldManager !== '') return fieldManager;
  const program = (userAgent ?? '').split('/')[0]!;
  return program === '' ? 'unknown' : [...program].slice(0, longestManager).join('');
}

function checkManager(name: string): FieldError[] {
  const errors: FieldError[] = [];
  if (name.length > longestManager) {
    errors.push({ reason: 'FieldValueTooLong', field: 'fieldManager', message: `Too long: may not be more than ${longestManager} bytes` });
  }
  const bad = [...name].findIndex((letter) => !/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(letter));
  if (bad >= 0) {
    errors.push({
      reason: 'FieldValueInvalid',
      field: 'fieldManager',
      message: `Invalid value: ${JSON.stringify(name)}: should only contain printable characters`,
    });
  }
  return errors;
}

/** dryRun may only be All. */
export function checkDryRun(values: readonly string[]): FieldError[] {
  return values.filter((value) => value !== 'All').length > 0 ? [unsupported('dryRun', JSON.stringify(values), ['All'], true)] : [];
}

function required(field: string, detail: string): FieldError {
  return { reason: 'FieldValueRequired', field, message: `Required value: ${detail}` };
}

function unsupported(field: string, value: string, supported: readonly string[], isJson = false): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${isJson ? value : JSON.stringify(value)}: supported values: ${list}`,
  };
}

// A Job's policies: which failures of pods count, and which indexes suffice.
// kubernetes: pkg/apis/batch/validation/validation.go validatePodFailurePolicy, validateSuccessPolicy
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { duplicate, eachInvalid, invalid, invalidWhole, notSupported, required, tooMany } from './field-error.ts';
import { isQualifiedName } from './name-validation.ts';
import { validateNonNegative } from './object-meta-validation.ts';

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const exitCodeOperators = ['In', 'NotIn'];
const conditionStatuses = ['False', 'True', 'Unknown'];
const maxRules = 20;
const maxPatterns = 20;
const maxExitCodes = 255;

export function validatePodFailurePolicy(spec: JobSpec, field: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const pod = spec.template?.spec;
  const containers = new Set([...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name }) => name));
  return [
    ...(rules.length > maxRules ? [tooMany(`${field}.rules`, rules.length, maxRules)] : []),
    ...rules.flatMap((rule, index) => validateFailureRule(rule, spec, containers, `${field}.rules[${index}]`)),
  ];
}

function validateFailureRule(rule: PodFailurePolicyRule, spec: JobSpec, containers: ReadonlySet<string>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (rule.action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      errors.push(invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'));
    }
  } else errors.push(...validateListed(rule.action, actions, `${path}.action`));
  const conditions = rule.onPodConditions ?? [];
  if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, containers, `${path}.onExitCodes`));
  errors.push(...validateConditions(conditions, `${path}.onPodConditions`));
  if (rule.onExitCodes && conditions.length > 0) {
    errors.push(invalidWhole(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!rule.onExitCodes && conditions.length === 0) {
    errors.push(invalidWhole(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

/** Required, and one of a few; what is missing is told which there are, as Go prints a list. */
function validateListed(value: string | undefined, supported: readonly string[], field: string): FieldError[] {
  if (!value) return [required(field, `valid values: [${supported.map((item) => JSON.stringify(item)).join(' ')}]`)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

function validateConditions(patterns: readonly PodFailurePolicyOnPodConditionsPattern[], field: string): FieldError[] {
  return [
    ...(patterns.length > maxPatterns ? [tooMany(field, patterns.length, maxPatterns)] : []),
    ...patterns.flatMap(({ type, status }, index) => [
      ...eachInvalid(`${field}[${index}].type`, type ?? '', isQualifiedName(type ?? '')),
      ...validateListed(status, conditionStatuses, `${field}[${index}].status`),
    ]),
  ];
}

function validateExitCodes(
  requirement: PodFailurePolicyOnExitCodesRequirement,
  containers: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const { operator, containerName, values = [] } = requirement;
  const errors = validateListed(operator, exitCodeOperators, `${path}.operator`);
  if (containerName !== undefined && !containers.has(containerName)) {
    const text = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${path}.containerName`, containerName, text));
  }
  if (values.length === 0) errors.push(invalid(`${path}.values`, requirement.values ?? null, 'at least one value is required'));
  else if (values.length > maxExitCodes) errors.push(tooMany(`${path}.values`, values.length, maxExitCodes));
  values.forEach((value, index) => {
    const field = `${path}.values[${index}]`;
    if (operator === 'In' && value === 0) errors.push(invalid(field, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < index) errors.push(duplicate(field, value));
  });
  if (values.some((value, index) => index > 0 && values[index - 1]! > value)) {
    errors.push(invalid(`${path}.values`, values, 'must be ordered'));
  }
  return errors;
}

export function validateSuccessPolicy(spec: JobSpec, field: string): FieldError[] {
  const rules = spec.successPolicy?.rules ?? [];
  const errors: FieldError[] = [];
  if (rules.length === 0) {
    errors.push(required(`${field}.rules`, 'at least one rules must be specified when the successPolicy is specified'));
  }
  if (rules.length > maxRules) errors.push(tooMany(`${field}.rules`, rules.length, maxRules));
  return [...errors, ...rules.flatMap((rule, index) => validateSuccessRule(rule, spec.completions ?? 0, `${field}.rules[${index}]`))];
}

function validateSuccessRule({ succeededCount, succeededIndexes }: SuccessPolicyRule, completions: number, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (succeededCount === undefined && succeededIndexes === undefined) {
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  const indexes = countIndexes(succeededIndexes ?? '', completions);
  if (typeof indexes === 'string') {
    errors.push(invalid(`${path}.succeededIndexes`, succeededIndexes, `error parsing succeededIndexes: ${indexes}`));
  }
  if (succeededCount === undefined) return errors;
  const field = `${path}.succeededCount`;
  errors.push(...validateNonNegative(succeededCount, field));
  if (succeededCount > completions) {
    errors.push(invalid(field, succeededCount, `must be less than or equal to ${completions} (the number of specified completions)`));
  }
  const total = typeof indexes === 'number' ? indexes : 0;
  if (succeededIndexes !== undefined && succeededCount > total) {
    const text = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalid(field, succeededCount, text));
  }
  return errors;
}

/** How many indexes a text like `0,2-4` names, or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  let total = 0;
  let last = -1;
  for (const interval of text === '' ? [] : text.split(',')) {
    const limits = interval.split('-');
    if (limits.length > 2) {
      return `the fragment ${JSON.stringify(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    }
    for (const limit of limits) {
      if (!/^[+]?\d+$/.test(limit)) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`;
      if (Number(limit) >= completions) return `too large index: ${JSON.stringify(limit)}`;
    }
    const [low = 0, high = low] = limits.map(Number);
    if (limits.length === 2 && low >= high) return `non-increasing order, previous: ${low}, current: ${high}`;
    if (last >= low) return `non-increasing order, previous: ${last}, current: ${low}`;
    total += high - low + 1;
    last = high;
  }
  return total;
}

/** As messages print it; null when there is none. */
export function goSuccessPolicy({ successPolicy }: JobSpec): unknown {
  if (!successPolicy) return null;
  const rules = successPolicy.rules?.map(({ succeededIndexes, succeededCount }) => ({
    SucceededIndexes: succeededIndexes ?? null,
    SucceededCount: succeededCount ?? null,
  }));
  return { Rules: rules ?? null };
}

export function goFailurePolicy({ podFailurePolicy }: JobSpec): unknown {
  if (!podFailurePolicy) return null;
  const rules = podFailurePolicy.rules?.map(({ action, onExitCodes, onPodConditions }) => ({
    Action: action ?? '',
    OnExitCodes: onExitCodes
      ? { ContainerName: onExitCodes.containerName ?? null, Operator: onExitCodes.operator ?? '', Values: onExitCodes.values ?? null }
      : null,
    OnPodConditions: onPodConditions?.map(({ type, status }) => ({ Type: type ?? '', Status: status ?? '' })) ?? null,
  }));
  return { Rules: rules ?? null };
}

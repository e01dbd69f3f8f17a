// Where a pod may run: node selectors, affinity, tolerations, spreading.
// kubernetes: pkg/apis/core/validation/validation.go
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  PreferredSchedulingTerm,
  Toleration,
  TopologySpreadConstraint,
  WeightedPodAffinityTerm,
} from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateLabelName, validateLabelSelector } from './label-validation.ts';
import { validateMatchKeys } from './match-keys-validation.ts';
import { isValidLabelValue, nameIsDNSLabel, nameIsDNSSubdomain } from './name-validation.ts';

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const notOperator = 'not a valid selector operator';

export function validateAffinity(affinity: Affinity | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const required_ = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const node = affinity?.nodeAffinity;
  if (node?.[required_]) errors.push(...validateNodeSelector(node[required_], `${field}.nodeAffinity.${required_}`));
  errors.push(...validatePreferredTerms(node?.[preferred] ?? [], `${field}.nodeAffinity.${preferred}`));
  for (const name of ['podAffinity', 'podAntiAffinity'] as const) {
    const pods = affinity?.[name];
    (pods?.[required_] ?? []).forEach((term, index) => {
      errors.push(...validatePodAffinityTerm(term, `${field}.${name}.${required_}[${index}]`));
    });
    (pods?.[preferred] ?? []).forEach((term, index) => {
      errors.push(...validateWeightedTerm(term, `${field}.${name}.${preferred}[${index}]`));
    });
  }
  return errors;
}

export function validateNodeSelector(selector: NodeSelector, field: string): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => validateNodeSelectorTerm(term, true, `${field}.nodeSelectorTerms[${index}]`));
}

function validateNodeSelectorTerm(term: NodeSelectorTerm, checkValues: boolean, field: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, index) =>
      validateNodeRequirement(requirement, checkValues, `${field}.matchExpressions[${index}]`),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, index) => validateNodeField(requirement, `${field}.matchFields[${index}]`)),
  ];
}

function validateNodeRequirement(requirement: NodeSelectorRequirement, checkValues: boolean, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      errors.push(invalid(`${field}.operator`, requirement.operator ?? '', notOperator));
  }
  errors.push(...validateLabelName(requirement.key ?? '', `${field}.key`));
  if (checkValues) {
    values.forEach((value, index) => {
      errors.push(...eachInvalid(`${field}.values[${index}]`, value, isValidLabelValue(value)));
    });
  }
  return errors;
}

function validateNodeField(requirement: NodeSelectorRequirement, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const values = requirement.values ?? [];
  if (requirement.operator !== 'In' && requirement.operator !== 'NotIn') {
    errors.push(invalid(`${field}.operator`, requirement.operator ?? '', notOperator));
  } else if (values.length !== 1) {
    errors.push(required(`${field}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  }
  if (requirement.key !== 'metadata.name') {
    errors.push(invalid(`${field}.key`, requirement.key ?? '', 'not a valid field selector key'));
    return errors;
  }
  return [...errors, ...values.flatMap((value, index) => eachInvalid(`${field}.values[${index}]`, value, nameIsDNSSubdomain(value)))];
}

function validateWeight(weight: number | undefined, field: string): FieldError[] {
  const value = weight ?? 0;
  return value >= 1 && value <= 100 ? [] : [invalid(`${field}.weight`, value, 'must be in the range 1-100')];
}

function validatePreferredTerms(terms: readonly PreferredSchedulingTerm[], field: string): FieldError[] {
  return terms.flatMap((term, index) => [
    ...validateWeight(term.weight, `${field}[${index}]`),
    ...validateNodeSelectorTerm(term.preference ?? {}, false, `${field}[${index}].preference`),
  ]);
}

function validateWeightedTerm(term: WeightedPodAffinityTerm, field: string): FieldError[] {
  return [...validateWeight(term.weight, field), ...validatePodAffinityTerm(term.podAffinityTerm, `${field}.podAffinityTerm`)];
}

function validatePodAffinityTerm(term: PodAffinityTerm, field: string): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, `${field}.labelSelector`);
  errors.push(...validateLabelSelector(term.namespaceSelector, `${field}.namespaceSelector`));
  for (const name of term.namespaces ?? []) errors.push(...eachInvalid(`${field}.namespace`, name, nameIsDNSLabel(name)));
  errors.push(...validateMatchKeys(term, field));
  if (!term.topologyKey) errors.push(required(`${field}.topologyKey`, 'can not be empty'));
  return [...errors, ...validateLabelName(term.topologyKey ?? '', `${field}.topologyKey`)];
}

export function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, `${field}[${index}]`));
}

function validateToleration(toleration: Toleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const errors = key ? validateLabelName(key, `${path}.key`) : [];
  if (!key && operator !== 'Exists') {
    const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${path}.operator`, operator, text));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (operator === 'Equal' || operator === '') {
    const texts = isValidLabelValue(value);
    if (texts.length > 0) errors.push(invalid(`${path}.operator`, value, texts.join(';')));
  } else if (operator === 'Exists') {
    if (value) errors.push(invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else {
    errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  }
  if (effect && !taintEffects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, taintEffects));
  return errors;
}

export function validateSpreadConstraints(constraints: readonly TopologySpreadConstraint[], field: string): FieldError[] {
  const actions = ['DoNotSchedule', 'ScheduleAnyway'];
  return constraints.flatMap((constraint, index) => {
    const path = `${field}[${index}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${path}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (!topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'));
    if (!actions.includes(whenUnsatisfiable)) errors.push(notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    const isRepeated = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (isRepeated) errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`));
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${path}.minDomains`, minDomains, 'must be greater than zero'));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(`${path}.minDomains`, minDomains, text));
      }
    }
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[name];
      if (policy !== undefined && policy !== 'Honor' && policy !== 'Ignore')
        errors.push(notSupported(`${path}.${name}`, policy, ['Honor', 'Ignore']));
    }
    errors.push(...validateMatchKeys(constraint, path));
    return [...errors, ...validateLabelSelector(constraint.labelSelector, `${path}.labelSelector`)];
  });
}

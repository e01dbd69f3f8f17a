// DaemonSets. kubernetes: pkg/registry/apps/daemonset/strategy.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { DaemonSet, DaemonSetUpdateStrategy } from '../../../apimachinery/objects.ts';
import { matches } from '../../../apimachinery/selector.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { daemonSetCells } from '../table/workload.ts';
import { invalid, mapValue, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { isEmptySelector, selectorValue, validateLabelSelector } from './label-validation.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateNonNegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { defaultTemplate, dropDisabledFields } from './pod-template.ts';
import { workloadWarnings } from './pod-warnings.ts';
import {
  amountOf,
  goRollingUpdate,
  mismatchText,
  validateAtMost100Percent,
  validateCounts,
  validateEndlessTemplate,
  validateIntOrPercent,
} from './scaled-validation.ts';

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
];

/** What was spec.templateGeneration once travels in an annotation, there and back whenever the object is read. */
const templateGeneration = 'deprecated.daemonset.template.generation';

export const daemonSetStrategy: Strategy<DaemonSet> = {
  ...kindFacts('apps/v1', 'DaemonSet'),
  hasGeneration: true,
  default(daemonSet) {
    daemonSet.metadata.annotations = { [templateGeneration]: '0', ...daemonSet.metadata.annotations };
    const spec = daemonSet.spec;
    if (!spec) return;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate = { ...spec.updateStrategy.rollingUpdate };
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
    defaultTemplate(spec);
  },
  prepareForCreate(daemonSet) {
    dropDisabledFields(daemonSet.spec?.template.spec);
    daemonSet.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
    daemonSet.metadata.annotations = { ...daemonSet.metadata.annotations, [templateGeneration]: '1' };
  },
  prepareForUpdate(daemonSet, old) {
    dropDisabledFields(daemonSet.spec?.template.spec);
    const before = Number(old.metadata.annotations?.[templateGeneration] ?? 0);
    const isNew = !isEqual(daemonSet.spec?.template, old.spec?.template);
    daemonSet.metadata.annotations = { ...daemonSet.metadata.annotations, [templateGeneration]: String(isNew ? before + 1 : before) };
  },
  validate: (daemonSet) => [...validateObjectMeta(daemonSet.metadata, true, nameIsDNSSubdomain), ...validateSpec(daemonSet)],
  validateUpdate: (daemonSet, old) => [
    ...validateObjectMetaUpdate(daemonSet.metadata, old.metadata),
    ...validateImmutable(daemonSet.spec?.selector, old.spec?.selector, 'spec.selector', selectorValue(daemonSet.spec?.selector)),
    ...validateSpec(daemonSet),
  ],
  validateStatusUpdate: (daemonSet, old) => [
    ...validateObjectMetaUpdate(daemonSet.metadata, old.metadata),
    ...validateCounts(daemonSet.status, counts, []),
  ],
  warnings: (daemonSet, old, reader) => workloadWarnings(daemonSet, old, daemonSet.spec?.template, 'spec.template', reader),
  cells: daemonSetCells,
};

function validateSpec({ spec }: DaemonSet): FieldError[] {
  const selector = spec?.selector;
  const errors = validateLabelSelector(selector, 'spec.selector');
  const labels = spec?.template?.metadata?.labels;
  // None at all chooses nothing, and that is what Kubernetes complains of.
  if (errors.length === 0 && !matches(selector, labels))
    errors.push(invalid('spec.template.metadata.labels', mapValue(labels), mismatchText));
  if (selector && isEmptySelector(selector)) {
    errors.push(invalid('spec.selector', selectorValue(selector), 'empty selector is invalid for daemonset'));
  }
  return [
    ...errors,
    ...validateEndlessTemplate(spec?.template, 'DaemonSet'),
    ...validateNonNegative(spec?.minReadySeconds, 'spec.minReadySeconds'),
    ...validateUpdateStrategy(spec?.updateStrategy ?? {}),
    ...validateNonNegative(spec?.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

function validateUpdateStrategy({ type, rollingUpdate }: DaemonSetUpdateStrategy): FieldError[] {
  const field = 'spec.updateStrategy';
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate')
    return [notSupported(field, { Type: type ?? '', RollingUpdate: goRollingUpdate(rollingUpdate) }, ['RollingUpdate', 'OnDelete'])];
  if (!rollingUpdate) return [required(`${field}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const path = `${field}.rollingUpdate`;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${path}.maxSurge`),
    ...validateAtMost100Percent(maxUnavailable, `${path}.maxUnavailable`),
    ...validateAtMost100Percent(maxSurge, `${path}.maxSurge`),
  ];
  const hasUnavailable = amountOf(maxUnavailable) !== 0;
  const hasSurge = amountOf(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) errors.push(invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!hasUnavailable && !hasSurge) errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

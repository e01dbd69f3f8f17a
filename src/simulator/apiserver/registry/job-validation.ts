// What a job must fulfil, by itself or in a CronJob. kubernetes: pkg/apis/batch/validation/validation.go
import type { Job, JobSpec } from '../../../apimachinery/objects.ts';
import { matches } from '../../../apimachinery/selector.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { invalid, mapValue, notSupported, required } from './field-error.ts';
import { validateLabelSelector } from './label-validation.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateNonNegative, validateObjectMeta } from './object-meta-validation.ts';
import { validatePodTemplate } from './pod-spec-validation.ts';
import { mismatchText } from './scaled-validation.ts';

const maxParallelismOfIndexed = 100000;

export function validateJob(job: Job): FieldError[] {
  const errors = [...validateObjectMeta(job.metadata, true, nameIsDNSSubdomain), ...validateJobSpec(job.spec, 'spec')];
  if (job.spec?.completionMode === 'Indexed' && job.spec.completions) {
    // Pods are named after their index, and their hostname is their name.
    const longest = `${job.metadata.name}-${job.spec.completions - 1}`;
    if (longest.length > 63)
      errors.push(
        invalid(
          'metadata.name',
          job.metadata.name,
          'will not able to create pod with invalid DNS label: must be no more than 63 characters',
        ),
      );
  }
  return errors;
}

export function validateJobSpec(spec: JobSpec | undefined, field: string): FieldError[] {
  const errors = validateJobTemplateSpec(spec, field);
  if (!spec?.selector) return [...errors, required(`${field}.selector`)];
  errors.push(...validateLabelSelector(spec.selector, `${field}.selector`));
  const labels = spec.template?.metadata?.labels;
  if (validateLabelSelector(spec.selector, '').length === 0 && !matches(spec.selector, labels)) {
    errors.push(invalid(`${field}.template.metadata.labels`, mapValue(labels), mismatchText));
  }
  return errors;
}

/** All but the selector, which a CronJob's template hasn't got. */
export function validateJobTemplateSpec(spec: JobSpec | undefined, field: string): FieldError[] {
  const numbers = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const;
  const errors = numbers.flatMap((name) => validateNonNegative(spec?.[name], `${field}.${name}`));
  if (spec?.completionMode !== undefined) {
    const modes = ['NonIndexed', 'Indexed'];
    if (!modes.includes(spec.completionMode)) errors.push(notSupported(`${field}.completionMode`, spec.completionMode, modes));
    if (spec.completionMode === 'Indexed') {
      if (spec.completions === undefined) errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
      if ((spec.parallelism ?? 0) > maxParallelismOfIndexed) {
        errors.push(
          invalid(`${field}.parallelism`, spec.parallelism, 'must be less than or equal to 100000 when completion mode is Indexed'),
        );
      }
    }
  }
  errors.push(...validatePodTemplate(spec?.template, `${field}.template`));
  const policy = spec?.template?.spec?.restartPolicy ?? '';
  const path = `${field}.template.spec.restartPolicy`;
  if (policy === 'Always') errors.push(required(path, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(notSupported(path, policy, ['OnFailure', 'Never']));
  else if (spec?.podFailurePolicy && policy !== 'Never') {
    errors.push(invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
  return errors;
}

// CronJobs. kubernetes: pkg/registry/batch/cronjob/strategy.go
import type { CronJob } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { cronJobCells } from '../table/workload.ts';
import { describeScheduleFault } from './cron-schedule-validation.ts';
import { invalid, notSupported, required } from './field-error.ts';
import { manyIndexesWarnings, validateJobTemplateSpec } from './job-validation.ts';
import { kindFacts } from './kind-facts.ts';
import { selectorValue } from './label-validation.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateNonNegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateChoice } from './pod-spec-validation.ts';
import { defaultTemplate, dropDisabledFields } from './pod-template.ts';
import { nameWarnings, workloadWarnings } from './pod-warnings.ts';

/** The controller adds eleven characters to a job's name, and that is a label's value. */
const maxNameLength = 52;

export const cronJobStrategy: Strategy<CronJob> = {
  ...kindFacts('batch/v1', 'CronJob'),
  hasGeneration: true,
  default(cronJob) {
    const spec = cronJob.spec;
    if (!spec) return;
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    spec.jobTemplate ??= {};
    spec.jobTemplate.metadata ??= {} as NonNullable<typeof spec.jobTemplate.metadata>;
    spec.jobTemplate.spec ??= {} as NonNullable<typeof spec.jobTemplate.spec>;
    defaultTemplate(spec.jobTemplate.spec);
  },
  prepareForCreate(cronJob) {
    dropDisabledFields(cronJob.spec?.jobTemplate.spec?.template.spec);
    cronJob.status = {};
  },
  prepareForUpdate(cronJob) {
    dropDisabledFields(cronJob.spec?.jobTemplate.spec?.template.spec);
  },
  validate(cronJob) {
    const errors = [...validateObjectMeta(cronJob.metadata, true, nameIsDNSSubdomain), ...validateSpec(cronJob)];
    if ((cronJob.metadata.name?.length ?? 0) > maxNameLength) {
      errors.push(invalid('metadata.name', cronJob.metadata.name, `must be no more than ${maxNameLength} characters`));
    }
    return errors;
  },
  validateUpdate: (cronJob, old) => [...validateObjectMetaUpdate(cronJob.metadata, old.metadata), ...validateSpec(cronJob)],
  validateStatusUpdate: (cronJob, old) => validateObjectMetaUpdate(cronJob.metadata, old.metadata),
  warnings: (cronJob, old, reader) => [
    ...(old ? [] : nameWarnings(cronJob.metadata)),
    ...manyIndexesWarnings(cronJob.spec?.jobTemplate.spec, 'spec.jobTemplate.spec'),
    ...workloadWarnings(cronJob, old, cronJob.spec?.jobTemplate.spec?.template, 'spec.jobTemplate.spec.template', reader),
  ],
  cells: cronJobCells,
};

function validateSpec({ spec }: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  const schedule = spec?.schedule ?? '';
  if (!schedule) errors.push(required('spec.schedule'));
  else {
    const fault = describeScheduleFault(schedule);
    if (fault) errors.push(invalid('spec.schedule', schedule, fault));
    if (/TZ=/.test(schedule)) {
      errors.push(invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
    }
  }
  errors.push(...validateNonNegative(spec?.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'));
  errors.push(...validateTimeZone(spec?.timeZone));
  errors.push(...validateChoice(spec?.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'));
  const job = spec?.jobTemplate?.spec;
  errors.push(...validateJobTemplateSpec(job, 'spec.jobTemplate.spec'));
  if (job?.selector)
    errors.push(invalid('spec.jobTemplate.spec.selector', selectorValue(job.selector), '`selector` will be auto-generated'));
  if (job?.manualSelector) errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  errors.push(...validateNonNegative(spec?.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'));
  return [...errors, ...validateNonNegative(spec?.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit')];
}

function validateTimeZone(zone: string | undefined): FieldError[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalid('spec.timeZone', zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local')
    return [invalid('spec.timeZone', zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')];
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    return [invalid('spec.timeZone', zone, `unknown time zone ${zone}`)];
  }
}

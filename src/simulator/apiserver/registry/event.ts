// Events, in both their versions. kubernetes: pkg/registry/core/event/strategy.go, pkg/apis/core/validation/events.go
import type { Event } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { eventCells } from '../table/event.ts';
import { invalid } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const eventStrategy: Strategy<Event> = {
  ...kindFacts('v1', 'Event'),
  hasGeneration: false,
  allowCreateOnUpdate: true,
  default: () => {},
  validate: validateEvent,
  validateUpdate: (event, old) => [...validateObjectMetaUpdate(event.metadata, old.metadata), ...validateEvent(event)],
  cells: eventCells,
  selectableFields(event) {
    const about = event.involvedObject ?? {};
    return {
      'involvedObject.kind': about.kind ?? '',
      'involvedObject.namespace': about.namespace ?? '',
      'involvedObject.name': about.name ?? '',
      'involvedObject.uid': about.uid ?? '',
      'involvedObject.apiVersion': about.apiVersion ?? '',
      'involvedObject.resourceVersion': about.resourceVersion ?? '',
      'involvedObject.fieldPath': about.fieldPath ?? '',
      reason: event.reason ?? '',
      reportingComponent: event.reportingComponent ?? '',
      source: event.source?.component || event.reportingComponent || '',
      type: event.type ?? '',
    };
  },
};

function validateEvent(event: Event): FieldError[] {
  const errors = validateObjectMeta(event.metadata, true, nameIsDNSSubdomain);
  const namespace = event.involvedObject?.namespace ?? '';
  if (namespace === '' ? event.metadata.namespace !== 'default' : namespace !== event.metadata.namespace) {
    errors.push(invalid('involvedObject.namespace', namespace, 'does not match event.namespace'));
  }
  return errors;
}

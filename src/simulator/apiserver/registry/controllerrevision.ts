// ControllerRevisions: the history of DaemonSets and StatefulSets. kubernetes: pkg/registry/apps/controllerrevision/strategy.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { ControllerRevision } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateNonNegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const controllerRevisionStrategy: Strategy<ControllerRevision> = {
  ...kindFacts('apps/v1', 'ControllerRevision'),
  hasGeneration: false,
  default: () => {},
  validate: validateRevision,
  validateUpdate: (revision, old) => [
    ...validateObjectMetaUpdate(revision.metadata, old.metadata),
    ...validateRevision(revision),
    ...validateImmutable(revision.data, old.data, 'data'),
  ],
  cells: ({ metadata, revision }, nowMs) => {
    const owner = metadata.ownerReferences?.find((reference) => reference.controller);
    const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
    const name = owner ? `${owner.kind.toLowerCase()}${group}/${owner.name}` : '<none>';
    return [metadata.name, name, revision ?? 0, ageOf(metadata.creationTimestamp, nowMs)];
  },
};

function validateRevision(revision: ControllerRevision): FieldError[] {
  const errors = validateObjectMeta(revision.metadata, true, nameIsDNSSubdomain);
  if (revision.data === undefined) errors.push(required('data', 'data is mandatory'));
  return [...errors, ...validateNonNegative(revision.revision, 'revision')];
}

// StorageClasses. kubernetes: pkg/apis/storage/{v1/defaults.go,validation/validation.go}

import { isEqual } from '../../../apimachinery/clone.ts';
import type { StorageClass } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { storageClassCells } from '../table/storage.ts';
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { validateLabelName } from './label-validation.ts';
import { isQualifiedName, nameIsDNSSubdomain } from './name-validation.ts';
import { describeDeprecation } from './node-label-warnings.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const storageClassStrategy: Strategy<StorageClass> = {
  ...kindFacts('storage.k8s.io/v1', 'StorageClass'),
  hasGeneration: false,
  default(storageClass) {
    storageClass.reclaimPolicy ??= 'Delete';
    storageClass.volumeBindingMode ??= 'Immediate';
  },
  validate: validateStorageClass,
  validateUpdate(storageClass, old) {
    const errors = [...validateStorageClass(storageClass), ...validateObjectMetaUpdate(storageClass.metadata, old.metadata)];
    if (!isEqual(storageClass.parameters ?? {}, old.parameters ?? {}))
      errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
    if (storageClass.provisioner !== old.provisioner) errors.push(forbidden('provisioner', 'updates to provisioner are forbidden.'));
    if (storageClass.reclaimPolicy !== old.reclaimPolicy)
      errors.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'));
    return [...errors, ...validateImmutable(storageClass.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode')];
  },
  warnings: ({ allowedTopologies }) =>
    (allowedTopologies ?? []).flatMap(({ matchLabelExpressions }, index) =>
      (matchLabelExpressions ?? []).flatMap(({ key }, at) => {
        const why = describeDeprecation(key);
        return why ? [`allowedTopologies[${index}].matchLabelExpressions[${at}].key: ${why}`] : [];
      }),
    ),
  cells: storageClassCells,
};

function validateStorageClass(storageClass: StorageClass): FieldError[] {
  const { metadata, provisioner = '', reclaimPolicy, volumeBindingMode, parameters } = storageClass;
  const errors = validateObjectMeta(metadata, false, nameIsDNSSubdomain);
  if (!provisioner) errors.push(required('provisioner', provisioner));
  else errors.push(...eachInvalid('provisioner', provisioner.toLowerCase(), isQualifiedName(provisioner.toLowerCase())));
  if (Object.keys(parameters ?? {}).some((key) => key === '')) errors.push(invalid('parameters', '', 'field can not be empty.'));
  const policies = ['Delete', 'Retain'];
  if (reclaimPolicy && !policies.includes(reclaimPolicy)) errors.push(notSupported('reclaimPolicy', reclaimPolicy, policies));
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  if (volumeBindingMode === undefined) errors.push(required('volumeBindingMode'));
  else if (!modes.includes(volumeBindingMode)) errors.push(notSupported('volumeBindingMode', volumeBindingMode, modes));
  return [...errors, ...validateTopologies(storageClass.allowedTopologies ?? [])];
}

function validateTopologies(topologies: NonNullable<StorageClass['allowedTopologies']>): FieldError[] {
  const seen: string[] = [];
  return topologies.flatMap(({ matchLabelExpressions = [] }, index) => {
    const field = `allowedTopologies[${index}].matchLabelExpressions`;
    const keys = new Map<string, string[]>();
    const errors = matchLabelExpressions.flatMap(({ key = '', values = [] }, at) => {
      const path = `${field}[${at}]`;
      const found: FieldError[] = values.length === 0 ? [required(`${path}.values`)] : [];
      values.forEach((value, position) => {
        if (values.indexOf(value) < position) found.push(duplicate(`${path}.values[${position}]`, value));
      });
      found.push(...validateLabelName(key, `${path}.key`));
      if (keys.has(key)) found.push(duplicate(`${path}.key`, key));
      keys.set(key, [...new Set(values)].sort());
      return found;
    });
    const whole = JSON.stringify([...keys].sort());
    // Kubernetes compares with as many empty terms as there are terms, too.
    const same = seen.filter((other) => other === whole).length + (keys.size === 0 ? topologies.length : 0);
    for (let times = 0; times < same; times++) errors.push(duplicate(field, ''));
    seen.push(whole);
    return errors;
  });
}

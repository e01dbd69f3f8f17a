// A container's environment variables and where their values come from.
// kubernetes: pkg/apis/core/validation/validation.go ValidateEnv, ValidateEnvFrom
import type { EnvFromSource, EnvVar } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { environmentFields, validateFieldReference, validateResourceReference } from './downward-api-validation.ts';
import { eachInvalid, invalid, required } from './field-error.ts';
import { isConfigMapKey, isEnvVarName, nameIsDNSSubdomain } from './name-validation.ts';

export function validateEnv(variables: readonly EnvVar[], field: string): FieldError[] {
  return variables.flatMap((variable, index) => {
    const path = `${field}[${index}]`;
    const errors = variable.name ? eachInvalid(`${path}.name`, variable.name, isEnvVarName(variable.name)) : [required(`${path}.name`)];
    return [...errors, ...validateValueFrom(variable, `${path}.valueFrom`)];
  });
}

function validateValueFrom(variable: EnvVar, field: string): FieldError[] {
  const source = variable.valueFrom;
  if (!source) return [];
  const errors: FieldError[] = [];
  let count = 0;
  if (source.fieldRef) {
    count++;
    errors.push(...validateFieldReference(source.fieldRef, environmentFields, `${field}.fieldRef`));
  }
  if (source.resourceFieldRef) {
    count++;
    errors.push(...validateResourceReference(source.resourceFieldRef, false, `${field}.resourceFieldRef`));
  }
  for (const name of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const reference = source[name];
    if (!reference) continue;
    count++;
    errors.push(...eachInvalid(`${field}.${name}.name`, reference.name ?? '', nameIsDNSSubdomain(reference.name ?? '')));
    if (!reference.key) errors.push(required(`${field}.${name}.key`));
    else errors.push(...eachInvalid(`${field}.${name}.key`, reference.key, isConfigMapKey(reference.key)));
  }
  if (source.fileKeyRef) count++;
  if (count === 0) {
    errors.push(invalid(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'));
  } else if (variable.value) errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  return errors;
}

export function validateEnvFrom(sources: readonly EnvFromSource[], field: string): FieldError[] {
  return sources.flatMap((source, index) => {
    const path = `${field}[${index}]`;
    const errors = source.prefix ? eachInvalid(`${path}.prefix`, source.prefix, isEnvVarName(source.prefix)) : [];
    let count = 0;
    for (const name of ['configMapRef', 'secretRef'] as const) {
      const reference = source[name];
      if (!reference) continue;
      count++;
      if (!reference.name) errors.push(required(`${path}.${name}.name`));
      else errors.push(...eachInvalid(`${path}.${name}.name`, reference.name, nameIsDNSSubdomain(reference.name, true)));
    }
    if (count === 0) errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (count > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

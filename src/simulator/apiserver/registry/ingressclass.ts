// IngressClasses. kubernetes: pkg/apis/networking/validation/validation.go ValidateIngressClass
import type { IngressClass } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { ingressClassCells } from '../table/ingress.ts';
import { eachInvalid, notSupported, required, tooLong } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { isQualifiedName, nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const ingressClassStrategy: Strategy<IngressClass> = {
  ...kindFacts('networking.k8s.io/v1', 'IngressClass'),
  hasGeneration: true,
  default(ingressClass) {
    const parameters = ingressClass.spec?.parameters;
    if (parameters) parameters.scope ??= 'Cluster';
  },
  validate: (ingressClass) => [...validateObjectMeta(ingressClass.metadata, false, nameIsDNSSubdomain), ...validateSpec(ingressClass)],
  validateUpdate: (ingressClass, old) => [
    ...validateObjectMetaUpdate(ingressClass.metadata, old.metadata),
    ...validateSpec(ingressClass),
    ...validateImmutable(ingressClass.spec?.controller, old.spec?.controller, 'spec.controller'),
  ],
  cells: ingressClassCells,
};

function validateSpec({ spec }: IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  const controller = spec?.controller ?? '';
  if (controller.length > 250) errors.push(tooLong('spec.controller', 250));
  if (!controller) errors.push(required('spec.controller'));
  else if (!controller.includes('/'))
    errors.push(...eachInvalid('spec.controller', controller, ['must be a domain-prefixed path (such as "acme.io/foo")']));
  else errors.push(...eachInvalid('spec.controller', controller, isQualifiedName(controller)));
  const parameters = spec?.parameters;
  if (!parameters) return errors;
  for (const name of ['kind', 'name'] as const) if (!parameters[name]) errors.push(required(`spec.parameters.${name}`));
  const scopes = ['Cluster', 'Namespace'];
  if (!parameters.scope) errors.push(required('spec.parameters.scope'));
  else if (!scopes.includes(parameters.scope)) errors.push(notSupported('spec.parameters.scope', parameters.scope, scopes));
  return errors;
}

// Ingresses. kubernetes: pkg/registry/networking/ingress/strategy.go, pkg/apis/networking/validation/validation.go
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { chooseDefaultIngressClass } from '../admission/ingressclass.ts';
import type { Strategy } from '../strategy.ts';
import { ingressCells } from '../table/ingress.ts';
import { eachInvalid, invalid, notSupported, required } from './field-error.ts';
import { isIP } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';
import {
  isDNS1123Subdomain,
  isValidPortName,
  isValidPortNumber,
  isWildcardDNS1123Subdomain,
  nameIsDNS1035Label,
  nameIsDNSSubdomain,
  nameIsPathSegment,
} from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

const classAnnotation = 'kubernetes.io/ingress.class';
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

export const ingressStrategy: Strategy<Ingress> = {
  ...kindFacts('networking.k8s.io/v1', 'Ingress'),
  hasGeneration: true,
  default: () => {},
  admit(ingress, old, context) {
    if (!old) chooseDefaultIngressClass(ingress, context);
  },
  prepareForCreate(ingress) {
    ingress.status = { loadBalancer: {} };
  },
  validate(ingress) {
    const errors = validateIngress(ingress);
    const annotated = ingress.metadata.annotations?.[classAnnotation];
    if (annotated !== undefined && ingress.spec?.ingressClassName !== undefined && annotated !== ingress.spec.ingressClassName) {
      errors.push(invalid(`annotations.${classAnnotation}`, annotated, 'must match `ingressClassName` when both are specified'));
    }
    return errors;
  },
  validateUpdate: (ingress, old) => [...validateObjectMetaUpdate(ingress.metadata, old.metadata), ...validateIngress(ingress)],
  validateStatusUpdate: (ingress, old) => validateObjectMetaUpdate(ingress.metadata, old.metadata),
  warnings: (ingress, old) =>
    !old && ingress.metadata.annotations?.[classAnnotation] !== undefined && ingress.spec?.ingressClassName === undefined
      ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  cells: ingressCells,
};

function validateIngress(ingress: Ingress): FieldError[] {
  const spec = ingress.spec ?? {};
  const errors = validateObjectMeta(ingress.metadata, true, nameIsDNSSubdomain);
  const rules = spec.rules ?? [];
  if (rules.length === 0 && !spec.defaultBackend)
    errors.push(invalid('spec', null, 'either `defaultBackend` or `rules` must be specified'));
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, 'spec.defaultBackend'));
  rules.forEach((rule, index) => {
    errors.push(...validateRule(rule, `spec.rules[${index}]`));
  });
  (spec.tls ?? []).forEach((tls, index) => {
    const path = `spec.tls[${index}]`;
    (tls.hosts ?? []).forEach((host, at) => {
      errors.push(
        ...eachInvalid(`${path}.hosts[${at}]`, host, host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host)),
      );
    });
    if (tls.secretName) errors.push(...eachInvalid(`${path}.secretName`, tls.secretName, nameIsDNSSubdomain(tls.secretName)));
  });
  if (spec.ingressClassName !== undefined) {
    errors.push(...eachInvalid('spec.ingressClassName', spec.ingressClassName, nameIsDNSSubdomain(spec.ingressClassName)));
  }
  return errors;
}

function validateRule(rule: IngressRule, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const host = rule.host ?? '';
  if (host) {
    if (isIP(host)) errors.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'));
    errors.push(...eachInvalid(`${path}.host`, host, host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host)));
  }
  if (!rule.http) return errors;
  const paths = rule.http.paths ?? [];
  if (paths.length === 0) errors.push(required(`${path}.http.paths`));
  return [...errors, ...paths.flatMap((each, index) => validatePath(each, `${path}.http.paths[${index}]`))];
}

function validatePath(each: HTTPIngressPath, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const text = each.path ?? '';
  if (each.pathType === undefined) return [required(`${path}.pathType`, 'pathType must be specified')];
  if (each.pathType === 'Exact' || each.pathType === 'Prefix') {
    if (!text.startsWith('/')) errors.push(invalid(`${path}.path`, text, 'must be an absolute path'));
    for (const sequence of ['//', '/./', '/../', '%2f', '%2F']) {
      if (text.includes(sequence)) errors.push(invalid(`${path}.path`, text, `must not contain '${sequence}'`));
    }
    for (const suffix of ['/..', '/.']) {
      if (text.endsWith(suffix)) errors.push(invalid(`${path}.path`, text, `cannot end with '${suffix}'`));
    }
  } else if (each.pathType === 'ImplementationSpecific') {
    if (text && !text.startsWith('/')) errors.push(invalid(`${path}.path`, text, 'must be an absolute path'));
  } else errors.push(notSupported(`${path}.pathType`, each.pathType, pathTypes));
  return [...errors, ...validateBackend(each.backend ?? {}, `${path}.backend`)];
}

function validateResourceBackend({ apiGroup, kind, name }: NonNullable<IngressBackend['resource']>, path: string): FieldError[] {
  const errors: FieldError[] = apiGroup ? eachInvalid(`${path}.apiGroup`, apiGroup, isDNS1123Subdomain(apiGroup)) : [];
  for (const [part, value] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    errors.push(...(value ? eachInvalid(`${path}.${part}`, value, nameIsPathSegment(value)) : [required(`${path}.${part}`)]));
  }
  return errors;
}

function validateBackend(backend: IngressBackend, path: string): FieldError[] {
  const { service, resource } = backend;
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (!service && !resource) return [invalid(path, '', 'resource or service backend is required')];
  if (resource) return validateResourceBackend(resource, `${path}.resource`);
  const errors: FieldError[] = [];
  if (!service?.name) errors.push(required(`${path}.service.name`));
  else errors.push(...eachInvalid(`${path}.service.name`, service.name, nameIsDNS1035Label(service.name)));
  const { name: portName, number } = service?.port ?? {};
  const hasName = !!portName;
  const hasNumber = !!number;
  if (hasName && hasNumber) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (hasName) errors.push(...eachInvalid(`${path}.service.port.name`, portName, isValidPortName(portName)));
  else if (hasNumber) errors.push(...eachInvalid(`${path}.service.port.number`, number, isValidPortNumber(number)));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

// Endpoints, written by hand or by their controller. kubernetes: pkg/registry/core/endpoint/strategy.go
import type { EndpointAddress, EndpointPort, Endpoints } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { endpointsCells } from '../table/service.ts';
import { addressWarnings } from './address-warnings.ts';
import { protocols } from './container-validation.ts';
import { eachInvalid, notSupported, required } from './field-error.ts';
import { validateIP, validateNonSpecialIP } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';
import { isDNS1123Label, isValidPortNumber, nameIsDNSSubdomain } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const endpointsStrategy: Strategy<Endpoints> = {
  ...kindFacts('v1', 'Endpoints'),
  hasGeneration: false,
  allowCreateOnUpdate: true,
  default(endpoints) {
    for (const subset of endpoints.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  },
  validate: validateEndpoints,
  validateUpdate: (endpoints, old) => [...validateObjectMetaUpdate(endpoints.metadata, old.metadata), ...validateEndpoints(endpoints)],
  warnings: ({ subsets }) =>
    (subsets ?? []).flatMap((subset, index) =>
      (['addresses', 'notReadyAddresses'] as const).flatMap((name) =>
        (subset[name] ?? []).flatMap(({ ip }, at) => addressWarnings(`subsets[${index}].${name}[${at}].ip`, ip)),
      ),
    ),
  cells: endpointsCells,
};

function validateEndpoints(endpoints: Endpoints): FieldError[] {
  const errors = validateObjectMeta(endpoints.metadata, true, nameIsDNSSubdomain);
  (endpoints.subsets ?? []).forEach((subset, index) => {
    const path = `subsets[${index}]`;
    const ports = subset.ports ?? [];
    if (!subset.addresses?.length && !subset.notReadyAddresses?.length) {
      errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
    }
    for (const name of ['addresses', 'notReadyAddresses'] as const) {
      (subset[name] ?? []).forEach((address, at) => {
        errors.push(...validateAddress(address, `${path}.${name}[${at}]`));
      });
    }
    ports.forEach((port, at) => {
      errors.push(...validatePort(port, ports.length > 1, `${path}.ports[${at}]`));
    });
  });
  return errors;
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: string): FieldError[] {
  return [
    ...validateIP(`${path}.ip`, ip ?? ''),
    ...(hostname ? eachInvalid(`${path}.hostname`, hostname, isDNS1123Label(hostname)) : []),
    ...(nodeName !== undefined ? eachInvalid(`${path}.nodeName`, nodeName, nameIsDNSSubdomain(nodeName)) : []),
    ...validateNonSpecialIP(`${path}.ip`, ip ?? ''),
  ];
}

function validatePort({ name, port, protocol }: EndpointPort, needsName: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (name) errors.push(...eachInvalid(`${path}.name`, name, isDNS1123Label(name)));
  else if (needsName) errors.push(required(`${path}.name`));
  errors.push(...eachInvalid(`${path}.port`, port ?? 0, isValidPortNumber(port ?? 0)));
  if (!protocol) errors.push(required(`${path}.protocol`));
  else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  return errors;
}

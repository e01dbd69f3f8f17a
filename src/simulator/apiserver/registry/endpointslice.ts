// EndpointSlices. kubernetes: pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/validation/validation.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { EndpointSlice } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { endpointSliceCells } from '../table/service.ts';
import { addressWarnings } from './address-warnings.ts';
import { protocols } from './container-validation.ts';
import { duplicate, eachInvalid, invalid, notSupported, required, tooMany } from './field-error.ts';
import { validateIP, validateNonSpecialIP } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, nameIsDNSSubdomain } from './name-validation.ts';
import { immutableText, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const endpointSliceStrategy: Strategy<EndpointSlice> = {
  ...kindFacts('discovery.k8s.io/v1', 'EndpointSlice'),
  hasGeneration: true,
  default(slice) {
    for (const port of slice.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  bumpsGeneration: (slice, old) => !isEqual(contents(slice), contents(old)),
  validate: validateSlice,
  validateUpdate(slice, old) {
    const errors = [...validateSlice(slice), ...validateObjectMetaUpdate(slice.metadata, old.metadata)];
    if (slice.addressType !== old.addressType) errors.push(invalid('addressType', slice.addressType, immutableText));
    return errors;
  },
  warnings: (slice, old) => [
    ...(!old && slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...(slice.endpoints ?? []).flatMap(({ addresses }, index) =>
      (addresses ?? []).flatMap((address, at) => addressWarnings(`endpoints[${index}].addresses[${at}]`, address)),
    ),
  ],
  cells: endpointSliceCells,
};

function contents({ endpoints, ports, metadata }: EndpointSlice): unknown {
  return [endpoints ?? [], ports ?? [], metadata.labels ?? {}];
}

function validateSlice(slice: EndpointSlice): FieldError[] {
  const errors = validateObjectMeta(slice.metadata, true, nameIsDNSSubdomain);
  const types = ['FQDN', 'IPv4', 'IPv6'];
  if (!slice.addressType) errors.push(required('addressType'));
  else if (!types.includes(slice.addressType)) errors.push(notSupported('addressType', slice.addressType, types));
  return [...errors, ...validatePorts(slice), ...validateSliceEndpoints(slice)];
}

function validateSliceEndpoints(slice: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  (slice.endpoints ?? []).forEach((endpoint, index) => {
    const path = `endpoints[${index}]`;
    const addresses = endpoint.addresses ?? [];
    if (addresses.length === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
    if (addresses.length > 100) errors.push(tooMany(`${path}.addresses`, addresses.length, 100));
    addresses.forEach((address, at) => {
      const field = `${path}.addresses[${at}]`;
      if (slice.addressType === 'FQDN') errors.push(...validateFullyQualified(field, address));
      else if (slice.addressType === 'IPv4' || slice.addressType === 'IPv6') {
        errors.push(...validateAddress(slice.addressType, address, field, `${path}.addresses`));
      }
    });
    if (endpoint.nodeName !== undefined)
      errors.push(...eachInvalid(`${path}.nodeName`, endpoint.nodeName, nameIsDNSSubdomain(endpoint.nodeName)));
    if (endpoint.hostname !== undefined)
      errors.push(...eachInvalid(`${path}.hostname`, endpoint.hostname, isDNS1123Label(endpoint.hostname)));
  });
  return errors;
}

function validateAddress(family: 'IPv4' | 'IPv6', address: string, field: string, listField: string): FieldError[] {
  const errors = validateIP(field, address);
  if (errors.length > 0) return errors;
  // Kubernetes names the list here, not the address in it.
  if (address.includes(':') !== (family === 'IPv6')) errors.push(invalid(listField, address, `must be an ${family} address`));
  return [...errors, ...validateNonSpecialIP(field, address)];
}

/** kubernetes: apimachinery/pkg/util/validation/validation.go IsFullyQualifiedDomainName */
function validateFullyQualified(field: string, name: string): FieldError[] {
  if (!name) return [required(field)];
  const errors = isDNS1123Subdomain(name.replace(/\.$/, ''));
  if (errors.length > 0) return eachInvalid(field, name, errors);
  return name.includes('.') ? [] : [invalid(field, name, 'should be a domain with at least two segments separated by dots')];
}

function validatePorts(slice: EndpointSlice): FieldError[] {
  const names = new Set<string>();
  return (slice.ports ?? []).flatMap(({ name = '', protocol, appProtocol }, index) => {
    const path = `ports[${index}]`;
    const errors: FieldError[] = name ? eachInvalid(`${path}.name`, name, isDNS1123Label(name)) : [];
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (!protocol) errors.push(required(`${path}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
    if (appProtocol !== undefined) errors.push(...eachInvalid(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)));
    return errors;
  });
}

// EndpointSlices. kubernetes: pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/validation/validation.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { EndpointSlice } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { endpointSliceCells } from '../table/service.ts';
import { protocols } from './container-validation.ts';
import { duplicate, eachInvalid, invalid, notSupported, required, tooMany } from './field-error.ts';
import { parseIPv4, validateNonSpecialIP } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';
import { isDNS1123Label, isDNS1123Subdomain, isValidPortNumber, nameIsDNSSubdomain } from './name-validation.ts';
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
  return [...errors, ...validateSliceEndpoints(slice), ...validatePorts(slice)];
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
      if (slice.addressType === 'FQDN') errors.push(...eachInvalid(field, address, isDNS1123Subdomain(address)));
      else if (slice.addressType === 'IPv4' && parseIPv4(address) === undefined)
        errors.push(invalid(field, address, 'must be an IPv4 address'));
      else if (slice.addressType === 'IPv6' && !address.includes(':')) errors.push(invalid(field, address, 'must be an IPv6 address'));
      else errors.push(...validateNonSpecialIP(field, address));
    });
    if (endpoint.hostname !== undefined)
      errors.push(...eachInvalid(`${path}.hostname`, endpoint.hostname, isDNS1123Label(endpoint.hostname)));
  });
  return errors;
}

function validatePorts(slice: EndpointSlice): FieldError[] {
  const names = new Set<string>();
  return (slice.ports ?? []).flatMap(({ name = '', port, protocol }, index) => {
    const path = `ports[${index}]`;
    const errors: FieldError[] = name ? eachInvalid(`${path}.name`, name, isDNS1123Label(name)) : [];
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (!protocol) errors.push(required(`${path}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
    if (port !== undefined) errors.push(...eachInvalid(`${path}.port`, port, isValidPortNumber(port)));
    return errors;
  });
}

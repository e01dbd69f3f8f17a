// What a service must fulfil. kubernetes: pkg/apis/core/validation/validation.go ValidateService and what it calls
import type { Service, ServicePort, ServiceSpec } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { protocols } from './container-validation.ts';
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateIP, validateRange } from './ip-address.ts';
import { validateLabels } from './label-validation.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidPortNumber, nameIsDNS1035Label } from './name-validation.ts';
import { needsHealthCheckPort } from './node-port-allocation.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validatePortNumberOrName } from './probe-validation.ts';
import { isHeadless, validateAddressChange, validateClusterIPs, validateExternalIPs } from './service-address-validation.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'";

/** Whether it can be reached from outside by what it says itself. */
export function isExternallyAccessible(spec: ServiceSpec): boolean {
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
}

export function validateService(service: Service): FieldError[] {
  return [...validateObjectMeta(service.metadata, true, nameIsDNS1035Label), ...validateSpec(service.spec ?? {})];
}

function validateSpec(spec: ServiceSpec): FieldError[] {
  const ports = spec.ports ?? [];
  const errors: FieldError[] = [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'));
  errors.push(...validateForType(spec), ...validatePorts(ports), ...validateLabels(spec.selector, 'spec.selector'));
  errors.push(...validateAffinity(spec), ...validateClusterIPs(spec), ...validateExternalIPs(spec));
  if (!spec.type) errors.push(required('spec.type'));
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types));
  if (spec.type === 'ClusterIP') {
    ports.forEach((port, index) => {
      if (port.nodePort) errors.push(forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
    });
  }
  errors.push(...validateRepeatedPorts(ports), ...validateSourceRanges(spec));
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer') {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', onlyLoadBalancer));
  }
  return [...errors, ...validateLoadBalancerClass(spec), ...validateTrafficPolicies(spec)];
}

function validateForType(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    return isHeadless(spec) ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)] : [];
  }
  if (spec.type !== 'ExternalName') return [];
  const text = 'may not be set for ExternalName services';
  const errors: FieldError[] = [];
  if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', text));
  if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', text));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', text));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name) errors.push(...eachInvalid('spec.externalName', name, isDNS1123Subdomain(name)));
  else errors.push(required('spec.externalName'));
  return errors;
}

function validatePorts(ports: readonly ServicePort[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, port, protocol, targetPort, appProtocol }, index) => {
    const path = `spec.ports[${index}]`;
    const errors: FieldError[] = [];
    if (name) {
      errors.push(...eachInvalid(`${path}.name`, name, isDNS1123Label(name)));
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    } else if (ports.length > 1) errors.push(required(`${path}.name`));
    errors.push(...eachInvalid(`${path}.port`, port ?? 0, isValidPortNumber(port ?? 0)));
    if (!protocol) errors.push(required(`${path}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
    errors.push(...validatePortNumberOrName(targetPort, `${path}.targetPort`));
    if (appProtocol !== undefined) errors.push(...eachInvalid(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)));
    return errors;
  });
}

function validateAffinity(spec: ServiceSpec): FieldError[] {
  const affinity = spec.sessionAffinity;
  if (!affinity) return [required('spec.sessionAffinity')];
  if (affinity !== 'ClientIP' && affinity !== 'None') return [notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None'])];
  const field = 'spec.sessionAffinityConfig';
  if (affinity === 'None') return spec.sessionAffinityConfig ? [forbidden(field, 'must not be set when session affinity is None')] : [];
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) return [required(`${field}.clientIP.timeoutSeconds`, 'when session affinity type is ClientIP')];
  if (seconds > 0 && seconds <= 86400) return [];
  return [invalid(`${field}.clientIP.timeoutSeconds`, seconds, 'must be greater than 0 and less than 86400')];
}

function validateRepeatedPorts(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  const nodePorts = new Set<string>();
  ports.forEach(({ protocol, nodePort }, index) => {
    if (!nodePort) return;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort));
    nodePorts.add(key);
  });
  const numbers = new Set<string>();
  ports.forEach(({ protocol, port }, index) => {
    const key = `${protocol}/${port}`;
    const shown = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    if (numbers.has(key)) errors.push(duplicate(`spec.ports[${index}]`, shown));
    numbers.add(key);
  });
  return errors;
}

function validateSourceRanges(spec: ServiceSpec): FieldError[] {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  // Kubernetes writes this one field's path with a capital letter.
  const field = 'spec.LoadBalancerSourceRanges';
  const errors = ranges.length > 0 && spec.type !== 'LoadBalancer' ? [forbidden(field, onlyLoadBalancer)] : [];
  return [...errors, ...ranges.flatMap((range, index) => validateRange(`${field}[${index}]`, range.trim()))];
}

function validateLoadBalancerClass(spec: ServiceSpec): FieldError[] {
  const name = spec.loadBalancerClass;
  if (name === undefined) return [];
  if (spec.type !== 'LoadBalancer') return [forbidden('spec.loadBalancerClass', onlyLoadBalancer)];
  return eachInvalid('spec.loadBalancerClass', name, isQualifiedName(name));
}

function validateTrafficPolicies(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const policies = ['Cluster', 'Local'];
  const external = spec.externalTrafficPolicy;
  if (!isExternallyAccessible(spec)) {
    if (external) errors.push(invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services'));
  } else if (!external) errors.push(required('spec.externalTrafficPolicy'));
  else if (!policies.includes(external)) errors.push(notSupported('spec.externalTrafficPolicy', external, policies));
  if (spec.healthCheckNodePort && !needsHealthCheckPort(spec)) {
    const text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', spec.healthCheckNodePort, text));
  }
  const internal = spec.internalTrafficPolicy;
  if (internal === undefined && spec.type !== 'ExternalName' && types.includes(spec.type ?? ''))
    errors.push(required('spec.internalTrafficPolicy'));
  if (internal !== undefined && !policies.includes(internal)) errors.push(notSupported('spec.internalTrafficPolicy', internal, policies));
  const distributions = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
  const distribution = spec.trafficDistribution;
  if (distribution !== undefined && !distributions.includes(distribution)) {
    errors.push(notSupported('spec.trafficDistribution', distribution, distributions));
  }
  return errors;
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors = [...validateObjectMetaUpdate(service.metadata, old.metadata), ...validateAddressChange(service.spec!, old.spec!)];
  if (service.spec?.type === 'LoadBalancer' && old.spec?.type === 'LoadBalancer') {
    errors.push(...validateImmutable(service.spec.loadBalancerClass, old.spec.loadBalancerClass, 'spec.loadBalancerClass'));
  }
  if (
    needsHealthCheckPort(old.spec!) &&
    needsHealthCheckPort(service.spec!) &&
    service.spec?.healthCheckNodePort !== old.spec?.healthCheckNodePort
  ) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  return [...errors, ...validateSpec(service.spec ?? {})];
}

export function validateLoadBalancerStatus(service: Service, old: Service): FieldError[] {
  const errors = validateObjectMetaUpdate(service.metadata, old.metadata);
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && service.spec?.type !== 'LoadBalancer') {
    return [...errors, forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  ingress.forEach(({ ip, hostname }, index) => {
    if (ip) errors.push(...validateIP(`status.loadBalancer.ingress[${index}].ip`, ip));
    if (hostname) errors.push(...eachInvalid(`status.loadBalancer.ingress[${index}].hostname`, hostname, isDNS1123Subdomain(hostname)));
  });
  return errors;
}

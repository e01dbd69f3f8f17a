// Services. kubernetes: pkg/registry/core/service/strategy.go, pkg/apis/core/v1/defaults.go
import type { Service, ServiceSpec } from '../../../apimachinery/objects.ts';
import type { Strategy } from '../strategy.ts';
import { serviceCells } from '../table/service.ts';
import { addressWarnings, rangeWarnings } from './address-warnings.ts';
import { kindFacts } from './kind-facts.ts';
import { needsNodePort } from './node-port-allocation.ts';
import { allocate, keepAllocated, needsClusterIP } from './service-allocation.ts';
import { isExternallyAccessible, validateLoadBalancerStatus, validateService, validateServiceUpdate } from './service-validation.ts';

const oldTopologyAnnotation = 'service.kubernetes.io/topology-aware-hints';
const clientIPTimeoutSeconds = 10800;

export const serviceStrategy: Strategy<Service> = {
  ...kindFacts('v1', 'Service'),
  hasGeneration: false,
  allowCreateOnUpdate: true,
  deleteReturnsObject: true,
  default(service) {
    if (service.spec) defaultSpec(service.spec);
    for (const ingress of service.status?.loadBalancer?.ingress ?? []) {
      if (service.spec?.type === 'LoadBalancer' && ingress.ip) ingress.ipMode ??= 'VIP';
    }
  },
  prepareForCreate(service, context) {
    service.spec ??= {};
    service.status = { loadBalancer: {} };
    allocate(service, undefined, context);
  },
  prepareForUpdate(service, old, context) {
    keepAllocated(service.spec!, old.spec!);
    allocate(service, old, context);
    dropWhatTypeNoLongerHas(service.spec!, old.spec!);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  validateStatusUpdate: validateLoadBalancerStatus,
  warnings: serviceWarnings,
  cells: serviceCells,
  selectableFields: (service) => ({ 'spec.clusterIP': service.spec?.clusterIP ?? '', 'spec.type': service.spec?.type ?? '' }),
};

function defaultSpec(spec: ServiceSpec): void {
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: clientIPTimeoutSeconds } };
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    port.targetPort ||= port.port;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

// kubernetes: pkg/api/service/warnings.go
function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const { type, clusterIP, clusterIPs, externalIPs = [], externalName, loadBalancerIP, loadBalancerSourceRanges } = spec;
  const isHeadless = type === 'ClusterIP' && clusterIP === 'None';
  const unused = isHeadless
    ? [
        ...(loadBalancerIP ? ['spec.loadBalancerIP'] : []),
        ...(externalIPs.length > 0 ? ['spec.externalIPs'] : []),
        ...(spec.sessionAffinity !== 'None' ? ['spec.SessionAffinity'] : []),
      ]
    : [];
  const isNamed = type === 'ExternalName';
  return [
    ...(metadata.annotations?.[oldTopologyAnnotation] === undefined
      ? []
      : [`annotation ${oldTopologyAnnotation} is deprecated, please use service.kubernetes.io/topology-mode instead`]),
    ...(isHeadless ? [] : (clusterIPs ?? []).flatMap((ip, index) => addressWarnings(`spec.clusterIPs[${index}]`, ip))),
    ...unused.map((field) => `${field} is ignored for headless services`),
    ...externalIPs.flatMap((ip, index) => addressWarnings(`spec.externalIPs[${index}]`, ip)),
    ...(loadBalancerIP ? addressWarnings('spec.loadBalancerIP', loadBalancerIP) : []),
    ...(loadBalancerSourceRanges ?? []).flatMap((range, index) => rangeWarnings(`spec.loadBalancerSourceRanges[${index}]`, range)),
    ...(isNamed && externalIPs.length > 0 ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(!isNamed && externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
  ];
}

/** A service that changes its type loses what the new type has no use for, unless the client set it just now. */
function dropWhatTypeNoLongerHas(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIP(old) && !needsClusterIP(spec)) {
    if (spec.clusterIP === old.clusterIP) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (String(spec.ipFamilies) === String(old.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(spec)) {
    const before = new Set((old.ports ?? []).map((port) => port.nodePort));
    const ports = spec.ports ?? [];
    if (ports.every((port) => !port.nodePort || before.has(port.nodePort))) for (const port of ports) delete port.nodePort;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec) && spec.externalTrafficPolicy === old.externalTrafficPolicy) {
    delete spec.externalTrafficPolicy;
  }
  if (old.type !== 'ExternalName' && spec.type === 'ExternalName' && spec.internalTrafficPolicy === old.internalTrafficPolicy) {
    delete spec.internalTrafficPolicy;
  }
  if (old.type !== 'LoadBalancer' || spec.type === 'LoadBalancer') return;
  if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
  if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  if (spec.healthCheckNodePort === old.healthCheckNodePort) delete spec.healthCheckNodePort;
}

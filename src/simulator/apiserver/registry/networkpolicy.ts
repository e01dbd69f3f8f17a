// NetworkPolicies. kubernetes: pkg/apis/networking/validation/validation.go, pkg/apis/networking/v1/defaults.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../../apimachinery/objects.ts';
import { formatLabelSelector } from '../../../apimachinery/selector.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { rangeWarnings } from './address-warnings.ts';
import { eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { contains, parseIPv4Range, validateRange } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';
import { validateLabelSelector } from './label-validation.ts';
import { isValidPortName, isValidPortNumber, nameIsDNSSubdomain } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const networkPolicyStrategy: Strategy<NetworkPolicy> = {
  ...kindFacts('networking.k8s.io/v1', 'NetworkPolicy'),
  hasGeneration: true,
  default(policy) {
    const spec = policy.spec;
    if (!spec) return;
    spec.podSelector ??= {};
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
    for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of ports ?? []) port.protocol ??= 'TCP';
  },
  validate: (policy) => [...validateObjectMeta(policy.metadata, true, nameIsDNSSubdomain), ...validateSpec(policy)],
  // Kubernetes checks the new policy twice, and so names each fault twice.
  validateUpdate: (policy, old) => [
    ...validateObjectMeta(policy.metadata, true, nameIsDNSSubdomain),
    ...validateSpec(policy),
    ...validateObjectMetaUpdate(policy.metadata, old.metadata),
    ...validateSpec(policy),
  ],
  warnings: ({ spec }) => [
    ...(spec?.ingress ?? []).flatMap(({ from }, index) => peerWarnings(from, `spec.ingress[${index}].from`)),
    ...(spec?.egress ?? []).flatMap(({ to }, index) => peerWarnings(to, `spec.egress[${index}].to`)),
  ],
  cells: ({ metadata, spec }, nowMs) => [metadata.name, formatLabelSelector(spec?.podSelector), ageOf(metadata.creationTimestamp, nowMs)],
};

function peerWarnings(peers: readonly NetworkPolicyPeer[] | undefined, field: string): string[] {
  return (peers ?? []).flatMap(({ ipBlock }, index) => {
    if (!ipBlock) return [];
    const path = `${field}[${index}].ipBlock`;
    return [
      ...rangeWarnings(`${path}.cidr`, ipBlock.cidr),
      ...(ipBlock.except ?? []).flatMap((range, at) => rangeWarnings(`${path}.except[${at}]`, range)),
    ];
  });
}

function validateSpec({ spec }: NetworkPolicy): FieldError[] {
  const errors = validateLabelSelector(spec?.podSelector, 'spec.podSelector');
  const addRule = (path: string, ports: readonly NetworkPolicyPort[], side: string, peers: readonly NetworkPolicyPeer[]) => {
    ports.forEach((port, index) => {
      errors.push(...validatePort(port, `${path}.ports[${index}]`));
    });
    peers.forEach((peer, index) => {
      errors.push(...validatePeer(peer, `${path}.${side}[${index}]`));
    });
  };
  (spec?.ingress ?? []).forEach((rule, index) => {
    addRule(`spec.ingress[${index}]`, rule.ports ?? [], 'from', rule.from ?? []);
  });
  (spec?.egress ?? []).forEach((rule, index) => {
    addRule(`spec.egress[${index}]`, rule.ports ?? [], 'to', rule.to ?? []);
  });
  const types = spec?.policyTypes ?? [];
  const supported = ['Ingress', 'Egress'];
  if (types.length > 2) return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  types.forEach((type, index) => {
    if (!supported.includes(type)) errors.push(notSupported(`spec.policyTypes[${index}]`, type, supported));
  });
  return errors;
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const protocols = ['TCP', 'UDP', 'SCTP'];
  if (protocol !== undefined && !protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  if (port === undefined) {
    if (endPort !== undefined) errors.push(invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified'));
  } else if (typeof port === 'number') {
    errors.push(...eachInvalid(`${path}.port`, port, isValidPortNumber(port)));
    if (endPort === undefined) return errors;
    // Kubernetes shows the port here, not the end.
    if (endPort < port) errors.push(invalid(`${path}.endPort`, port, 'must be greater than or equal to `port`'));
    errors.push(...eachInvalid(`${path}.endPort`, endPort, isValidPortNumber(endPort)));
  } else {
    if (endPort !== undefined) errors.push(invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric'));
    errors.push(...eachInvalid(`${path}.port`, port, isValidPortName(port)));
  }
  return errors;
}

function validatePeer(peer: NetworkPolicyPeer, path: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(peer.podSelector, `${path}.podSelector`),
    ...validateLabelSelector(peer.namespaceSelector, `${path}.namespaceSelector`),
    ...(peer.ipBlock ? validateIPBlock(peer.ipBlock, `${path}.ipBlock`) : []),
  ];
  const count = [peer.podSelector, peer.namespaceSelector, peer.ipBlock].filter((part) => part !== undefined).length;
  if (count === 0) errors.push(required(path, 'must specify a peer'));
  else if (count > 1 && peer.ipBlock) errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function validateIPBlock({ cidr, except }: IPBlock, path: string): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)];
  const errors = validateRange(`${path}.cidr`, cidr);
  if (errors.length > 0) return errors;
  const outer = parseIPv4Range(cidr);
  (except ?? []).forEach((text, index) => {
    const found = validateRange(`${path}.except[${index}]`, text);
    errors.push(...found);
    const inner = parseIPv4Range(text);
    if (found.length > 0 || (!outer && !inner)) return;
    if (!outer || !inner || inner.prefix === outer.prefix || !contains(outer, inner)) {
      errors.push(invalid(`${path}.except[${index}]`, text, 'must be a strict subset of `cidr`'));
    }
  });
  return errors;
}

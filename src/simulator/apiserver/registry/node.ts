// Nodes. kubernetes: pkg/registry/core/node/strategy.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { Node, Taint } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { nodeCells } from '../table/node.ts';
import { duplicate, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateRange } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';
import { validateLabelName } from './label-validation.ts';
import { isValidLabelValue, nameIsDNSSubdomain } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateResourceQuantity } from './resource-validation.ts';
import { taintEffects } from './scheduling-validation.ts';

export const nodeStrategy: Strategy<Node> = {
  ...kindFacts('v1', 'Node'),
  hasGeneration: false,
  default(node) {
    node.spec ??= {};
  },
  prepareForCreate(node) {
    node.status ??= {};
  },
  validate: (node) => [
    ...validateObjectMeta(node.metadata, false, nameIsDNSSubdomain),
    ...validateTaints(node.spec?.taints ?? []),
    ...validateCapacity(node),
    ...(node.spec?.podCIDRs ?? []).flatMap((range, index) => validateRange(`spec.podCIDRs[${index}]`, range)),
  ],
  validateUpdate: validateNodeUpdate,
  validateStatusUpdate: validateNodeUpdate,
  cells: nodeCells,
  selectableFields: (node) => ({ 'spec.unschedulable': String(node.spec?.unschedulable ?? false) }),
};

function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const errors = [...validateObjectMetaUpdate(node.metadata, old.metadata), ...validateCapacity(node)];
  const before = old.spec?.podCIDRs ?? [];
  if (before.length > 0 && !isEqual(before, node.spec?.podCIDRs ?? [])) {
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  if (old.spec?.providerID && old.spec.providerID !== node.spec?.providerID) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  return [...errors, ...validateTaints(node.spec?.taints ?? [])];
}

function validateCapacity(node: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((name) =>
    Object.entries(node.status?.[name] ?? {}).flatMap(([resource, amount]) =>
      validateResourceQuantity(resource, amount, `status.${name}.${resource}`),
    ),
  );
}

function validateTaints(taints: readonly Taint[]): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    // Kubernetes says metadata here, though taints stand in spec.
    const path = `metadata.taints[${index}]`;
    const errors = validateLabelName(taint.key ?? '', `${path}.key`);
    const texts = isValidLabelValue(taint.value ?? '');
    if (texts.length > 0) errors.push(invalid(`${path}.value`, taint.value, texts.join(';')));
    if (!taint.effect) errors.push(required(`${path}.effect`));
    else if (!taintEffects.includes(taint.effect)) errors.push(notSupported(`${path}.effect`, taint.effect, taintEffects));
    const key = `${taint.key}:${taint.effect}`;
    if (seen.has(key)) {
      const shown = { Key: taint.key, Value: taint.value ?? '', Effect: taint.effect, TimeAdded: taint.timeAdded ?? null };
      errors.push(duplicate(path, shown, 'taints must be unique by key and effect pair'));
    }
    seen.add(key);
    return errors;
  });
}

// Labels of nodes that have newer names. kubernetes: pkg/api/node/util.go
import type { NodeSelectorTerm } from '../../../apimachinery/objects.ts';
import { isValidLabelValue } from './name-validation.ts';

const deprecatedLabels = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** Why this label shouldn't be asked for any more. */
export function describeDeprecation(label: string): string | undefined {
  return deprecatedLabels.get(label);
}

/** `checkValues` where values that no label can have are taken. */
export function nodeTermWarnings(term: NodeSelectorTerm | undefined, field: string, checkValues = false): string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key, values = [] }, index) => {
    const path = `${field}.matchExpressions[${index}]`;
    const why = describeDeprecation(key);
    const warnings = why ? [`${path}.key: ${key} is ${why}`] : [];
    if (!checkValues) return warnings;
    const faults = values.flatMap((value, at) =>
      isValidLabelValue(value).map((text) => `${path}.values[${at}]: ${value} is invalid, ${text}`),
    );
    return [...warnings, ...faults];
  });
}

// What happens to a workload's template before it is looked at.
import type { PodSpec, PodTemplateSpec } from '../../../apimachinery/objects.ts';
import { defaultPodSpec } from './pod-defaults.ts';

/** Fills the template of a spec, which may have come without one. */
export function defaultTemplate(spec: { template?: PodTemplateSpec | undefined }): void {
  const template = spec.template ?? ({} as PodTemplateSpec);
  spec.template = template;
  template.metadata ??= {} as NonNullable<PodTemplateSpec['metadata']>;
  template.spec ??= {} as NonNullable<PodTemplateSpec['spec']>;
  defaultPodSpec(template.spec);
}

/** Takes out of a spec what only features that are off would give a meaning. kubernetes: pkg/api/pod/util.go dropContainerRestartRules */
export function dropDisabledFields(spec: PodSpec | undefined): void {
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy !== 'Always') delete container.restartPolicy;
    delete container.restartPolicyRules;
  }
  for (const container of [...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])]) {
    delete container.restartPolicy;
    delete container.restartPolicyRules;
  }
}

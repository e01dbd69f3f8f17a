// Defaults of a workload's template.
import type { PodTemplateSpec } from '../../../apimachinery/objects.ts';
import { defaultPodSpec } from './pod-defaults.ts';

/** Fills the template of a spec, which may have come without one. */
export function defaultTemplate(spec: { template?: PodTemplateSpec | undefined }): void {
  const template = spec.template ?? ({} as PodTemplateSpec);
  spec.template = template;
  template.metadata ??= {} as NonNullable<PodTemplateSpec['metadata']>;
  template.spec ??= {} as NonNullable<PodTemplateSpec['spec']>;
  defaultPodSpec(template.spec);
}

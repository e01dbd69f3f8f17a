// A pod stays five minutes on a node that is lost. kubernetes: plugin/pkg/admission/defaulttolerationseconds/admission.go
import type { PodSpec } from '../../../apimachinery/objects.ts';

const lostNodeTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const tolerationSeconds = 300;

export function addDefaultTolerations(spec: PodSpec): void {
  const isTolerated = (taint: string) =>
    spec.tolerations?.some(({ key, effect }) => (key === taint || !key) && (effect === 'NoExecute' || !effect));
  const missing = lostNodeTaints.filter((taint) => !isTolerated(taint));
  if (missing.length === 0) return;
  spec.tolerations = [
    ...(spec.tolerations ?? []),
    ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds })),
  ];
}

// Which class an ingress gets when it names none. kubernetes: plugin/pkg/admission/network/defaultingressclass/admission.go
import type { Ingress, IngressClass } from '../../../apimachinery/objects.ts';
import type { WriteContext } from '../strategy.ts';

export function chooseDefaultIngressClass(ingress: Ingress, context: WriteContext): void {
  if (!ingress.spec || ingress.spec.ingressClassName !== undefined || ingress.metadata.annotations?.['kubernetes.io/ingress.class']) return;
  const all = context.reader.list('ingressclasses') as unknown as readonly IngressClass[];
  const defaults = all.filter(({ metadata }) => metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true');
  const [newest] = [...defaults].sort((one, other) =>
    (other.metadata.creationTimestamp ?? '').localeCompare(one.metadata.creationTimestamp ?? ''),
  );
  if (newest) ingress.spec.ingressClassName = newest.metadata.name;
}

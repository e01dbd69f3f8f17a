// The service account controller: every namespace has an account named `default`, which pods run under when they name none.
// Wakes it: a namespace that came or changed; its account going.
import type { ServiceAccount } from '../../apimachinery/objects.ts';
import type { ControllerContext } from './context.ts';
import { keepInEveryNamespace } from './namespace-contents.ts';

// kubernetes: pkg/controller/serviceaccount/serviceaccounts_controller.go
export function startServiceAccountController(context: ControllerContext): void {
  const wanted = (namespace: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  keepInEveryNamespace<ServiceAccount>(context, 'serviceaccounts', wanted, () => true);
}

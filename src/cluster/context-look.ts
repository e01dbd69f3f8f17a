// What makes one ask twice before a context is played on.
import type { KubeContext } from './context-kubeconfig.ts';
import { managedByLabel } from './guard.ts';
import { RealApi } from './real-api.ts';
import { Connection } from './real-api-connection.ts';

const productionWords = /(^|[^a-z])(prod|prd|production|live|customer|master)([^a-z]|$)/i;
const systemNamespaces = /^(default$|kube-|local-path-storage$)/;

/** Reasons to think that others live on it, as sentences. */
export function looksLikeProduction({ name, server, userName }: KubeContext): string[] {
  const found = [name, server, userName].find((text) => productionWords.test(text));
  return found ? [`"${found}" sounds like production.`] : [];
}

/** How many namespaces are neither the cluster's nor ours. Throws what the server says when it may not be asked. */
export async function foreignNamespaces(context: string, kubeconfig: string): Promise<number> {
  const api = new RealApi(new Connection(context, kubeconfig));
  const namespaces = await api.list({ apiVersion: 'v1', kind: 'Namespace', namespace: '' });
  return namespaces.filter(({ metadata }) => !systemNamespaces.test(metadata.name) && metadata.labels?.[managedByLabel] !== 'k8squest')
    .length;
}

// The kubeconfig of a simulated cluster: one context, one server on loopback, a client certificate.
import type { Certificates } from './certificates.ts';

/** The first line of each kubeconfig that we write; `cluster --kubeconfig` overwrites no file without it. */
export const kubeconfigMark = '# Written by k8squest for a simulated cluster; it is replaced at each start.';

export interface KubeconfigOptions {
  /** Name of context and cluster. */
  readonly name: string;
  /** https://127.0.0.1:PORT */
  readonly server: string;
  readonly certificates: Certificates;
  /** Where kubectl stands without -n. */
  readonly namespace: string;
}

/** The file's text. Keep it at mode 0600: it holds the administrator's key. */
export function kubeconfig({ name, server, certificates, namespace }: KubeconfigOptions): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return `${kubeconfigMark}
apiVersion: v1
kind: Config
current-context: ${name}
clusters:
- name: ${name}
  cluster:
    server: ${server}
    certificate-authority-data: ${base64(certificates.ca)}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: ${name}
    namespace: ${namespace}
users:
- name: ${name}
  user:
    client-certificate-data: ${base64(certificates.admin.certificate)}
    client-key-data: ${base64(certificates.admin.key)}
`;
}

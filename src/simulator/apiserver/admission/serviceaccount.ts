// A pod's service account and the token it is given. kubernetes: plugin/pkg/admission/serviceaccount/admission.go
import type { Container, Pod, ServiceAccount, Volume } from '../../../apimachinery/objects.ts';
import { forbidden } from '../../../apimachinery/status-error.ts';
import { kindFacts } from '../registry/kind-facts.ts';
import type { WriteContext } from '../strategy.ts';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
/** One hour, and seven seconds by which Kubernetes tells its own volumes from others. */
const tokenSeconds = 3607;

export function admitServiceAccount(pod: Pod, context: WriteContext): void {
  const spec = pod.spec!;
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror']) return;
  const name = spec.serviceAccountName || 'default';
  const namespace = pod.metadata.namespace ?? '';
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const account = context.reader.get('serviceaccounts', namespace, name) as ServiceAccount | undefined;
  if (!account) {
    const why = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
    throw forbidden(kindFacts('v1', 'Pod').resource, pod.metadata.name || pod.metadata.generateName || '', why);
  }
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod, context);
  if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
    spec.imagePullSecrets = account.imagePullSecrets.map((secret) => ({ ...secret }));
  }
}

function mountToken(pod: Pod, context: WriteContext): void {
  const spec = pod.spec!;
  const lacking = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter((container) => !hasToken(container));
  if (lacking.length === 0) return;
  const existing = spec.volumes?.find(isTokenVolume);
  const name = existing?.name ?? `${volumePrefix}${context.random.nameSuffix(5)}`;
  for (const container of lacking) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }];
  }
  if (!existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

function hasToken(container: Container): boolean {
  return container.volumeMounts?.some((mount) => mount.mountPath === tokenPath) ?? false;
}

function isTokenVolume(volume: Volume): boolean {
  return volume.name?.startsWith(volumePrefix) && volume.projected !== undefined;
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 0o644,
    },
  };
}

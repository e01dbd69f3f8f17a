// The kubectl that tests use: K8SQUEST_KUBECTL, else the clone's own. Never the machine's, which may be of any version.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackKubectl } from '../src/cluster/kubectl.ts';

/** Its path. Rejects where there is none: on other machines than linux-x64 without K8SQUEST_KUBECTL. */
export async function kubectlForTests(): Promise<string> {
  const path = process.env['K8SQUEST_KUBECTL'] ?? (await unpackKubectl(join(tmpdir(), 'k8squest-test-kubectl')));
  if (!path) throw new Error('The clone carries a kubectl for linux-x64 only: set K8SQUEST_KUBECTL to one of version 1.34.');
  return path;
}

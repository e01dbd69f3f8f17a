// What kind's failures mean, each in a sentence with its remedy.
import { ClusterError } from './cluster.ts';

interface KnownFailure {
  readonly says: RegExp;
  readonly message: string;
  readonly fix: string;
}

const known: readonly KnownFailure[] = [
  {
    says: /permission denied.*(docker|podman)|dial unix .*permission denied|rootless|must be root/is,
    message: 'you may not use the container engine.',
    fix: 'Add yourself to the group docker and sign in anew, or see https://kind.sigs.k8s.io/docs/user/rootless/',
  },
  {
    says: /already exist for a cluster with the name|node\(s\) already exist/i,
    message: 'a kind cluster "k8squest" is there already, and this game did not make it.',
    fix: 'Delete it yourself if nobody needs it: kind delete cluster --name k8squest',
  },
  {
    says: /no space left on device|disk quota exceeded|ENOSPC/i,
    message: 'the disk is full.',
    fix: 'Make room for about 3 GB (docker system prune frees what containers left), then try again.',
  },
  {
    says: /failed to pull image|error pulling image|pull access denied|manifest unknown|failed to resolve reference|TLS handshake timeout|no such host/i,
    message: "the node's image can't be pulled.",
    fix: 'See whether this machine reaches the internet and docker.io, then try again.',
  },
  {
    says: /cannot connect to the docker daemon|is the docker daemon running|connection refused|cannot connect to podman/i,
    message: "the container engine isn't running.",
    fix: 'Start it (Docker Desktop, or systemctl start docker), then try again.',
  },
  {
    says: /timed out waiting|context deadline exceeded|failed to init node with kubeadm|failed to join node/i,
    message: 'the cluster did not become ready.',
    fix: 'It needs about 2 GB of free memory; close other things and try again.',
  },
  {
    says: /address already in use|port is already allocated/i,
    message: 'a port that kind needs is in use.',
    fix: 'End what uses it, then try again.',
  },
];

/** `failure`: it couldn't be started (its code), or "timed out". `findEngine` is asked only where it matters. */
export async function explainKind(
  output: string,
  failure: string | undefined,
  log: string,
  findEngine: () => Promise<string | undefined>,
): Promise<ClusterError> {
  const seeLog = `What kind said is in ${log}.`;
  if (failure === 'ENOENT')
    return new ClusterError(
      'kind is not installed.',
      'Get it at https://kind.sigs.k8s.io, or play on the simulated cluster: k8squest play',
    );
  if (failure === 'EACCES') return new ClusterError("kind can't be run: it isn't executable.", 'Make it executable, or install it anew.');
  if (failure === 'timed out')
    return new ClusterError('kind did not finish in time, and was ended.', `Try again; a slow download goes on where it was. ${seeLog}`);
  const found = known.find(({ says }) => says.test(output));
  if (found) return new ClusterError(`kind failed: ${found.message}`, `${found.fix} ${seeLog}`);
  const engine = await findEngine();
  if (!engine)
    return new ClusterError(
      'kind needs a container engine, and there is none.',
      'Install Docker, Podman or nerdctl, or play on the simulated cluster: k8squest play',
    );
  const last = output.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return new ClusterError(`kind failed: ${last || 'it said nothing'}.`, seeLog);
}

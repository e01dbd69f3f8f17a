// What kind's failures mean, each in a sentence with its remedy. kind says "ERROR: what it did" and then what the container engine answered.
import { ClusterError } from './cluster.ts';

/** kind couldn't do it. */
export class KindError extends ClusterError {
  /** A cluster or container of the name is there that this call didn't make. */
  readonly isTaken: boolean;

  constructor(message: string, fix: string, isTaken = false) {
    super(message, fix);
    this.name = 'KindError';
    this.isTaken = isTaken;
  }
}

interface KnownFailure {
  readonly says: RegExp;
  readonly message: string;
  readonly fix: string;
  readonly isTaken?: true;
}

const simulated = 'or play on the simulated cluster: k8squest play';

/** In this order: a node that doesn't start prints its whole log, in which much is refused, denied and timed out. */
const known: readonly KnownFailure[] = [
  {
    says: /executable file not found in|could not be found in this WSL/i,
    message: 'it needs a container engine, and there is none.',
    fix: `Install Docker, Podman or nerdctl, ${simulated}.`,
  },
  {
    says: /no space left on device|disk quota exceeded/i,
    message: 'the disk is full.',
    fix: 'Make room for about 3 GB (docker system prune frees what containers left), then try again.',
  },
  {
    says: /node\(s\) already exist for a cluster with the name/i,
    message: 'a kind cluster "k8squest" is there already, and this game did not make it.',
    fix: 'Delete it yourself if nobody needs it: kind delete cluster --name k8squest.',
    isTaken: true,
  },
  {
    says: /container name "[^"]+" is already in use/i,
    message:
      'there is a container already that has the name of one of its nodes (k8squest-control-plane, k8squest-worker, k8squest-worker2).',
    fix: 'Remove it yourself if nobody needs it: docker rm -f NAME.',
    isTaken: true,
  },
  {
    says: /failed to get cluster internal kubeconfig.*(is not running|container state improper)/is,
    message: 'the nodes of the cluster "k8squest" are stopped.',
    fix: 'Start them: docker start k8squest-control-plane k8squest-worker k8squest-worker2.',
    isTaken: true,
  },
  {
    says: /failed to get cluster internal kubeconfig|could not locate any control plane nodes/i,
    message: 'the cluster "k8squest" is only half made.',
    fix: 'If kind is making it right now, wait; otherwise delete it: kind delete cluster --name k8squest.',
    isTaken: true,
  },
  {
    says: /could not find a log line that matches|too many open files|container \S+ is not running/i,
    message: 'a node did not start.',
    fix: 'Mostly the kernel allows too few inotify instances: sudo sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288. Then try again.',
  },
  {
    says: /failed to (init|join) node with kubeadm/i,
    message: 'the cluster did not become ready.',
    fix: 'It needs about 2 GB of free memory; close other things and try again.',
  },
  {
    says: /toomanyrequests/i,
    message: "the node's image can't be pulled: the registry's limit for this address is reached.",
    fix: 'Sign in (docker login) or try again in some hours.',
  },
  {
    says: /failed to pull image/i,
    message: "the node's image can't be pulled.",
    fix: 'See whether this machine reaches the internet and docker.io, then try again.',
  },
  {
    says: /rootless provider requires/i,
    message: 'the container engine runs without root, and this machine is not set up for that.',
    fix: 'See https://kind.sigs.k8s.io/docs/user/rootless/.',
  },
  {
    says: /permission denied while trying to connect|containerd socket .*permission denied|dial unix .*permission denied/i,
    message: 'you may not use the container engine.',
    fix: 'Add yourself to the group docker and sign in anew, or see https://kind.sigs.k8s.io/docs/user/rootless/.',
  },
  {
    says: /cannot connect to (the docker daemon|podman)|failed to connect to the docker API|error during connect|cannot access containerd socket|rootless containerd not running/i,
    message: "the container engine isn't running.",
    fix: 'Start it (Docker Desktop, podman machine start, or sudo systemctl start docker), then try again.',
  },
  {
    says: /address already in use|port is already allocated/i,
    message: 'a port that it needs is in use.',
    fix: 'End what uses it, then try again.',
  },
  {
    says: /address pools have been fully subnetted|Pool overlaps with other one/i,
    message: 'the container engine has no addresses left for a network.',
    fix: 'Remove networks that nobody uses (docker network prune), then try again.',
  },
];

/** `failure`: it couldn't be started (its code), or was ended: "timed out", "called off". */
export function explainKind(output: string, failure: string | undefined, log: string): KindError {
  const seeLog = `What kind said is in ${log}.`;
  if (failure === 'ENOENT') return new KindError('kind is not installed.', `Get it at https://kind.sigs.k8s.io, ${simulated}`);
  if (failure === 'EACCES') return new KindError("kind can't be run: it isn't executable.", 'Make it executable, or install it anew.');
  if (failure === 'called off') return new KindError('kind was ended: you called it off.', '');
  if (failure === 'timed out')
    return new KindError('kind did not finish in time, and was ended.', `Try again, or start the container engine anew. ${seeLog}`);
  const found = known.find(({ says }) => says.test(output));
  if (found) return new KindError(`kind failed: ${found.message}`, `${found.fix} ${seeLog}`, found.isTaken);
  return new KindError(`kind failed: ${lastWords(output)}.`, seeLog);
}

/** Of what the engine answered the last line about an error, else of what kind says itself. */
function lastWords(output: string): string {
  const [said = '', answer = ''] = output.split(/^Command Output: /m);
  const lines = (text: string) => text.split('\n').flatMap((line) => line.trim() || []);
  const answered = lines(answer).filter((line) => !line.startsWith("Run 'docker"));
  const words = answered.findLast((line) => /error|fatal/i.test(line)) ?? answered.at(-1) ?? lines(said).at(-1);
  return (words ?? 'it said nothing')
    .replace(/^ERROR: /, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}

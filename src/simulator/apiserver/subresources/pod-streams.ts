// pods/log, exec, attach and portforward: what the API server checks before it hands the client on to the node's kubelet.
// kubernetes: pkg/registry/core/pod/strategy.go, rest/log.go, rest/subresources.go
import type { Container, Pod } from '../../../apimachinery/objects.ts';
import { badRequest, type FieldError, invalid, StatusError } from '../../../apimachinery/status-error.ts';
import { streaming, text, upgraded } from '../answers.ts';
import type { Call } from '../handlers/call.ts';
import { stored } from '../handlers/get.ts';
import type { ExecOptions, KubeletConnection, LogOptions } from '../kubelet-connection.ts';
import type { ApiAnswer } from '../request.ts';
import { isTrue } from '../request-info.ts';

export function podLog(call: Call): ApiAnswer {
  const pod = stored(call) as unknown as Pod;
  const options = logOptions(call, pod);
  if (!pod.spec?.nodeName) return text(200, '');
  return streaming(kubelets(call).logs(pod, options), 'text/plain', call.warnings);
}

export function podExec(call: Call): ApiAnswer {
  const pod = runningPod(call, 'exec into');
  const options = execOptions(call, pod);
  if (options.command.length === 0) throw badRequest('you must specify at least 1 command for the container');
  requireUpgrade(call);
  return upgraded(kubelets(call).exec(pod, options));
}

export function podAttach(call: Call): ApiAnswer {
  const pod = runningPod(call, 'attach');
  const options = execOptions(call, pod);
  requireUpgrade(call);
  return upgraded(kubelets(call).attach(pod, options));
}

export function podPortForward(call: Call): ApiAnswer {
  const pod = stored(call) as unknown as Pod;
  requireNode(pod);
  requireUpgrade(call);
  const forward = kubelets(call).portForward(pod);
  return { kind: 'portforward', connect: (port) => forward.connect(port) };
}

function kubelets(call: Call): KubeletConnection {
  if (!call.kubelets) throw new StatusError(503, 'ServiceUnavailable', "the node's kubelet is not running");
  return call.kubelets;
}

function runningPod(call: Call, what: 'exec into' | 'attach'): Pod {
  const pod = stored(call) as unknown as Pod;
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    const action = what === 'attach' ? 'attach to' : what;
    throw badRequest(`cannot ${action} a container in a completed pod; current phase is ${phase}`);
  }
  return pod;
}

function requireNode(pod: Pod): void {
  if (!pod.spec?.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
}

function requireUpgrade(call: Call): void {
  if (!call.request.upgrade) throw badRequest('Upgrade request required');
}

function execOptions(call: Call, pod: Pod): ExecOptions {
  const query = call.request.query;
  const container = chooseContainer(pod, query.get('container') ?? '');
  requireNode(pod);
  return {
    container,
    command: query.getAll('command'),
    stdin: isTrue(query.get('stdin')),
    stdout: isTrue(query.get('stdout')),
    stderr: isTrue(query.get('stderr')),
    tty: isTrue(query.get('tty')),
  };
}

/** The named container, or the only one. */
function chooseContainer(pod: Pod, name: string): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? { containers: [] };
  const podName = pod.metadata.name;
  if (name === '') {
    if (containers.length === 1) return containers[0]!.name;
    if (containers.length === 0) throw badRequest(`a container name must be specified for pod ${podName}`);
    const init = initContainers.length > 0 ? ` or one of the init containers: [${namesOf(initContainers)}]` : '';
    throw badRequest(`a container name must be specified for pod ${podName}, choose one of: [${namesOf(containers)}]${init}`);
  }
  const all = [...containers, ...initContainers, ...ephemeralContainers];
  if (!all.some((container) => container.name === name)) throw badRequest(`container ${name} is not valid for pod ${podName}`);
  return name;
}

function namesOf(containers: readonly Pick<Container, 'name'>[]): string {
  return containers.map(({ name }) => name).join(' ');
}

function logOptions(call: Call, pod: Pod): LogOptions {
  const query = call.request.query;
  const errors: FieldError[] = [];
  const number = (field: string, least: number) => {
    const value = query.get(field);
    if (value === null || value === '') return undefined;
    const parsed = Number(value);
    if (!Number.isInteger(parsed)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
    if (parsed < least)
      errors.push({
        reason: 'FieldValueInvalid',
        field,
        message: `Invalid value: ${parsed}: must be greater than ${least === 0 ? 'or equal to 0' : '0'}`,
      });
    return parsed;
  };
  const tailLines = number('tailLines', 0);
  const limitBytes = number('limitBytes', 1);
  const sinceSeconds = number('sinceSeconds', 1);
  const sinceTime = query.get('sinceTime') ?? undefined;
  if (sinceTime !== undefined && sinceSeconds !== undefined) {
    errors.push({
      reason: 'FieldValueForbidden',
      field: '',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  }
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions', resource: '' }, call.info.name, errors);
  const stream = query.get('stream');
  return {
    container: chooseContainer(pod, query.get('container') ?? ''),
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(sinceSeconds !== undefined && { sinceSeconds }),
    ...(sinceTime !== undefined && { sinceTime }),
    ...((stream === 'All' || stream === 'Stdout' || stream === 'Stderr') && { stream }),
  };
}

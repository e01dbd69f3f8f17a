// Turns a container of a pod's spec into what the runtime is told: command, environment, user, mounts, limits. kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go
import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts';
import type { Container, ContainerOptions } from '../container/container.ts';
import type { Credentials } from '../container/credentials.ts';
import type { Mount } from '../container/filesystem.ts';
import { type FileInode, makeFile } from '../container/inode.ts';
import type { Image } from '../images/image.ts';
import type { NetworkNamespace } from '../network/network-namespace.ts';
import { amountOf } from '../pod-requests.ts';
import { ContainerError } from './config-error.ts';
import type { PodFacts } from './downward-api.ts';
import { containerEnvironment } from './environment.ts';
import type { NodeContext } from './node-context.ts';
import { hostnameOf, hostsFile, resolvConf } from './pod-files.ts';
import { containerCredentials } from './security-context.ts';
import { expandVariables } from './variable-expansion.ts';
import type { PodVolumes } from './volumes.ts';

export interface ContainerPlan {
  readonly options: Omit<ContainerOptions, 'log' | 'random'>;
  readonly credentials: Credentials;
  readonly terminationFile: FileInode;
}

/** Throws a ContainerError when the pod asks for something that isn't there. */
export function planContainer(
  pod: Pod,
  spec: ContainerSpec,
  given: {
    image: Image;
    node: NodeContext;
    facts: PodFacts;
    volumes: PodVolumes;
    network: NetworkNamespace;
    target?: Container | undefined;
  },
): ContainerPlan {
  const { image, node, facts, volumes, network, target } = given;
  const variables = containerEnvironment(pod, spec, node.client, facts);
  const expand = (text: string) => expandVariables(text, (name) => variables.get(name));
  const credentials = containerCredentials(pod, spec, image);
  const terminationFile = makeFile('', { mode: 0o666, modifiedMs: node.clock.now });
  const hostname = hostnameOf(pod, node.name);
  const memoryLimit = spec.resources?.limits?.['memory'];
  const { securityContext } = spec;
  const options = {
    clock: node.clock,
    name: spec.name,
    hostname,
    argv: commandOf(spec, image, expand),
    environment: { ...image.config.environment, ...Object.fromEntries(variables) },
    workingDirectory: spec.workingDir || image.config.workingDirectory || '/',
    credentials,
    image: { root: image.root },
    readOnlyRoot: securityContext?.readOnlyRootFilesystem ?? false,
    mounts: [
      ...volumes.mountsFor(spec, expand),
      ...ownMounts(pod, spec, { ip: facts.podIp, hostname, terminationFile, now: node.clock.now }),
    ],
    network,
    node: node.facts,
    ...(target && { debugs: target }),
    ...(memoryLimit && { memoryLimitBytes: amountOf('memory', memoryLimit) }),
    stdin: spec.stdin ?? false,
    stdinOnce: spec.stdinOnce ?? false,
    tty: spec.tty ?? false,
    noNewPrivileges: securityContext?.allowPrivilegeEscalation === false,
  };
  return { options, credentials, terminationFile };
}

function commandOf(spec: ContainerSpec, image: Image, expand: (text: string) => string): string[] {
  const command = (spec.command ?? []).map(expand);
  const args = (spec.args ?? []).map(expand);
  const argv =
    command.length > 0
      ? [...command, ...args]
      : [...(image.config.entrypoint ?? []), ...(args.length > 0 ? args : (image.config.cmd ?? []))];
  if (argv.length === 0) {
    throw new ContainerError('CreateContainerError', 'failed to generate container spec: failed to generate spec: no command specified');
  }
  return argv;
}

function ownMounts(
  pod: Pod,
  spec: ContainerSpec,
  given: { ip: string; hostname: string; terminationFile: FileInode; now: number },
): Mount[] {
  const { ip, hostname, terminationFile, now } = given;
  const file = (text: string) => makeFile(text, { modifiedMs: now });
  const own: Mount[] = [
    { path: '/etc/hosts', inode: file(hostsFile(pod, ip, hostname)), type: 'ext4' },
    { path: '/etc/resolv.conf', inode: file(resolvConf(pod)), type: 'ext4' },
    { path: spec.terminationMessagePath || '/dev/termination-log', inode: terminationFile, type: 'ext4' },
  ];
  const taken = new Set((spec.volumeMounts ?? []).map(({ mountPath }) => mountPath));
  return own.filter(({ path }) => !taken.has(path));
}

// Why a container can't be made: the kubelet's reason and words.

/** Ends an attempt to start a container. `reason` is what `kubectl get pods` shows as STATUS. */
export class ContainerError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = 'ContainerError';
    this.reason = reason;
  }
}

/** CreateContainerConfigError: the pod asks for something that isn't there, or that it mustn't have. */
export function configError(message: string): ContainerError {
  return new ContainerError('CreateContainerConfigError', message);
}

// A strategic patch that can't be applied, in the words of Kubernetes' strategicpatch package.

export class PatchError extends Error {
  /** Whether the patch is malformed (400) rather than unfit (500). */
  readonly isFormat: boolean;

  constructor(message: string, isFormat = false) {
    super(message);
    this.name = 'PatchError';
    this.isFormat = isFormat;
  }
}

export function badFormat(of: 'primitive list' | 'retainKeys' | 'setElementOrder list'): PatchError {
  return new PatchError(`invalid patch format of ${of}`, true);
}

// Why a volume can't be set up, in the kubelet's words.

export class MountError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MountError';
  }
}

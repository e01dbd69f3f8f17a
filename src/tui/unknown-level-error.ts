// The player asked for a level that isn't there.

export class UnknownLevelError extends Error {
  readonly fix = 'k8squest levels lists them.';

  constructor(level: string) {
    super(`there is no level "${level}".`);
    this.name = 'UnknownLevelError';
  }
}

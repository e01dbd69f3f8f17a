// What a command says when it can't go on: what is wrong and what to do; a stack only where the mistake is ours.

/** Prints the error to stderr and returns the exit code, 2. */
export function explainError(error: unknown): number {
  const fix = (error as { fix?: unknown } | null)?.fix;
  if (error instanceof Error && typeof fix === 'string') console.error(`k8squest: ${error.message}${fix ? ` ${fix}` : ''}`);
  else
    console.error(
      `k8squest broke, and that is a mistake of ours. Please report this:\n${error instanceof Error ? error.stack : String(error)}`,
    );
  return 2;
}

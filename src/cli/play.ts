// `k8squest play`: the game, on a screen or as lines of text.

export interface PlayOptions {
  readonly level?: string;
  readonly levels: readonly string[];
  readonly seed?: number;
  readonly plain?: boolean;
  readonly cluster?: string;
  readonly context?: string;
  readonly yes?: boolean;
}

export async function play(options: PlayOptions): Promise<number> {
  // Ink's switch for screen readers: lines of text serve their users better than a screen that is read again and again.
  const isPlain = options.plain || process.env['INK_SCREEN_READER'] === 'true';
  if (!isPlain && (!process.stdin.isTTY || !process.stdout.isTTY || process.env['TERM'] === 'dumb')) {
    console.error('k8squest: the game needs a terminal. Without one: k8squest play --plain');
    return 2;
  }
  const isReal = options.cluster !== undefined || options.context !== undefined;
  const context = isReal ? await (await import('./choose-cluster.ts')).chooseCluster(options) : undefined;
  const start = { levels: options.levels, ...(options.seed !== undefined && { seed: options.seed }), ...(context && { context }) };
  if (isPlain) {
    const { openSession } = await import('../game/open-session.ts');
    const { playPlain } = await import('../tui/plain.ts');
    const session = await openSession(start);
    const { signalExitCodes } = await import('../tui/signal-exit-codes.ts');
    let isEnding = false;
    const endWith = (code: number) => {
      if (isEnding) return;
      isEnding = true;
      void session.close().finally(() => process.exit(code));
    };
    for (const [signal, code] of Object.entries(signalExitCodes)) process.on(signal, () => endWith(code));
    return playPlain({
      session,
      input: process.stdin,
      print: (line) => console.log(line),
      ...(options.level !== undefined && { level: options.level }),
    });
  }
  const { runScreen } = await import('../tui/run-screen.tsx');
  return runScreen({ start, ...(options.level !== undefined && { level: options.level }) });
}

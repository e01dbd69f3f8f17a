// The signals that end a game, and the exit codes that shells give them: 128 and the signal's number.
export const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

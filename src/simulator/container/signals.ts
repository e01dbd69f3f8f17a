// Signals by name and number, as on Linux x86_64.

export const signalNumbers = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  POLL: 29,
  PWR: 30,
  SYS: 31,
} as const;

export type SignalName = keyof typeof signalNumbers;

const names = new Map<number, SignalName>(Object.entries(signalNumbers).map(([name, number]) => [number, name as SignalName]));

/** 15 → TERM. */
export function signalName(number: number): SignalName | undefined {
  return names.get(number);
}

/** `TERM`, `SIGTERM`, `term` or `15` → 15; undefined when there is no such signal. 0 is let through: it asks whether a process lives. */
export function parseSignal(word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word) <= 64 ? Number(word) : undefined;
  const name = word.toUpperCase().replace(/^SIG/, '');
  return name in signalNumbers ? signalNumbers[name as SignalName] : undefined;
}

/** What happens to a process that has no handler for the signal. */
export function defaultAction(signal: number): 'ignore' | 'terminate' | 'stop' | 'continue' {
  switch (signal) {
    case signalNumbers.CHLD:
    case signalNumbers.URG:
    case signalNumbers.WINCH:
      return 'ignore';
    case signalNumbers.CONT:
      return 'continue';
    case signalNumbers.STOP:
    case signalNumbers.TSTP:
    case signalNumbers.TTIN:
    case signalNumbers.TTOU:
      return 'stop';
    default:
      return 'terminate';
  }
}

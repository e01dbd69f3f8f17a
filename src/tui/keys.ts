// The one table of keys. The same key means the same on every screen.
export interface KeyBinding {
  /** As the help line shows it. */
  readonly key: string;
  readonly does: string;
}

export const keys = {
  choose: { key: '←→↑↓', does: 'choose' },
  start: { key: '⏎', does: 'start' },
  play: { key: '⏎', does: 'play' },
  back: { key: 'q', does: 'map' },
  quit: { key: 'q', does: 'quit' },
  toShell: { key: 'F2', does: 'shell' },
  hint: { key: 'h', does: 'hint' },
  solution: { key: 'S', does: 'solution' },
  restart: { key: 'r', does: 'restart' },
  skip: { key: 'x', does: 'skip' },
  help: { key: '?', does: 'keys' },
  signs: { key: '?', does: 'signs' },
  dismiss: { key: 'esc', does: 'got it' },
  why: { key: '⏎', does: 'why it broke' },
  reread: { key: 'd', does: 'why it broke' },
  section: { key: 'n/p', does: 'section' },
  scroll: { key: '↑↓ space', does: 'scroll' },
  next: { key: '⏎', does: 'next level' },
} as const satisfies Record<string, KeyBinding>;

/** Sequences that take the focus from the shell, and give it back: Ctrl+] and F2 as xterm and as others send it. */
export const focusChords = ['\u001d', '\u001bOQ', '\u001b[12~', '\u001b[[B'] as const;

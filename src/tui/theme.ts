// Colours and symbols by meaning. Colour is never the only sign: each symbol has its word.

/** https://no-color.org: asked for by any value but the empty one. */
export const hasColour = !process.env['NO_COLOR'];

export const colours = { accent: 'cyan', good: 'green', bad: 'red', doubt: 'yellow' } as const;

/** One cell wide each. */
export const outcomeSigns = {
  met: { symbol: '✔', word: 'met', colour: colours.good },
  unmet: { symbol: '✘', word: 'not yet', colour: colours.bad },
  unknown: { symbol: '!', word: 'could not tell', colour: colours.doubt },
  checking: { symbol: '…', word: 'checking', colour: undefined },
} as const;

export const levelSigns = {
  done: { symbol: '●', word: 'done', colour: colours.good },
  next: { symbol: '◉', word: 'next', colour: colours.accent },
  open: { symbol: '○', word: 'open', colour: undefined },
  unavailable: { symbol: '◌', word: 'not on this cluster', colour: undefined },
  faulty: { symbol: '!', word: 'faulty', colour: colours.doubt },
} as const;

/** Prose is never wider than this. */
export const proseColumnsMax = 66;
/** Text with code in it is never wider than this. */
export const textColumnsMax = 78;
/** From this width the panes stand side by side. */
export const wideColumns = 110;
/** The shell is never narrower, as kubectl wants 80. */
export const shellColumnsMin = 80;
export const smallest = { columns: 60, rows: 16 } as const;

// The mission pane's own state, and what a key does to it. Pure: the component only calls it.
import type { Action } from '../../game/session-view.ts';

/** What is asked before it is done. */
export type Question = 'restart' | 'skip' | 'hint' | 'solution';

export interface MissionState {
  readonly asking?: Question;
  /** First visible line; 'newest': where what was opened last begins. */
  readonly top: number | 'newest';
  readonly showsKeys: boolean;
  /** What was opened is being read: it has room before the objectives' details. */
  readonly isReading: boolean;
}

export const freshMission: MissionState = { top: 0, showsKeys: false, isReading: false };
const newestText: MissionState = { top: 'newest', showsKeys: false, isReading: true };

/** The part of Ink's key that the mission listens to. */
export interface Press {
  readonly input: string;
  readonly isReturn?: boolean;
  readonly isEscape?: boolean;
  readonly isUp?: boolean;
  readonly isDown?: boolean;
  readonly isPageUp?: boolean;
  readonly isPageDown?: boolean;
}

/** What the reducer must know about what is on the screen. */
export interface MissionContext {
  /** The first visible line now, and the highest it can be. */
  readonly top: number;
  readonly lastTop: number;
  readonly pageRows: number;
  readonly hasPassed: boolean;
  /** XP; undefined when all hints are read. */
  readonly nextHintCost: number | undefined;
  readonly hasSolution: boolean;
}

export interface MissionStep {
  readonly state: MissionState;
  readonly action?: Action;
  readonly opensDebrief?: boolean;
}

/** What a key does. */
export function pressMission(state: MissionState, press: Press, context: MissionContext): MissionStep {
  const { input } = press;
  if (state.asking) {
    const { asking, ...rest } = state;
    const isYes = input === 'y' || press.isReturn;
    if (!isYes) return { state: rest };
    return { state: asking === 'restart' || asking === 'skip' ? freshMission : newestText, action: { type: asking } };
  }
  const scrolled = scroll(press, context);
  if (scrolled !== undefined) {
    const top = Math.max(0, Math.min(context.lastTop, scrolled));
    return { state: { ...state, top, isReading: state.isReading && top > 0 } };
  }
  if (press.isReturn) return { state, ...(context.hasPassed && { opensDebrief: true }) };
  if (press.isEscape) return { state: freshMission };
  switch (input) {
    case 'h':
      return context.hasPassed ? { state } : pressHint(state, context);
    case 'S':
      return context.hasSolution ? { state: newestText } : { state: { ...state, asking: 'solution' } };
    case 'r':
      return { state: { ...state, asking: 'restart' } };
    case 'x':
      return context.hasPassed ? { state, action: { type: 'leave' } } : { state: { ...state, asking: 'skip' } };
    case 'q':
      return { state: freshMission, action: { type: 'leave' } };
    case '?':
      return { state: state.showsKeys ? freshMission : { ...newestText, showsKeys: true } };
    default:
      return { state };
  }
}

/** A hint that costs something is asked for first: somebody may think that they type into the shell. */
function pressHint(state: MissionState, { nextHintCost }: MissionContext): MissionStep {
  if (nextHintCost === undefined) return { state: newestText };
  return nextHintCost === 0 ? { state: newestText, action: { type: 'hint' } } : { state: { ...state, asking: 'hint' } };
}

function scroll(press: Press, { top, pageRows }: MissionContext): number | undefined {
  const page = Math.max(1, pageRows - 2);
  if (press.isDown) return top + 1;
  if (press.isUp) return top - 1;
  if (press.isPageDown || press.input === ' ') return top + page;
  if (press.isPageUp) return top - page;
  return undefined;
}

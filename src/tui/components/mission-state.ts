// The mission pane's own state, and what a key does to it. Pure: the component only calls it.
import type { Action } from '../../game/session-view.ts';

/** What is asked before it is done. */
export type Question = 'restart' | 'skip' | 'solution';

export interface MissionState {
  readonly asking?: Question;
  /** First visible line; 'newest': where what was opened last begins. */
  readonly top: number | 'newest';
  readonly showsKeys: boolean;
}

export const freshMission: MissionState = { top: 0, showsKeys: false };

/** The part of Ink's key that the mission listens to. */
export interface Press {
  readonly input: string;
  readonly isReturn?: boolean;
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
    return isYes ? { state: asking === 'solution' ? { ...rest, top: 'newest' } : freshMission, action: { type: asking } } : { state: rest };
  }
  const scrolled = scroll(press, context);
  if (scrolled !== undefined) return { state: { ...state, top: Math.max(0, Math.min(context.lastTop, scrolled)) } };
  if (press.isReturn) return { state, ...(context.hasPassed && { opensDebrief: true }) };
  switch (input) {
    case 'h':
      return context.hasPassed ? { state } : { state: { top: 'newest', showsKeys: false }, action: { type: 'hint' } };
    case 'S':
      return context.hasSolution ? { state: { top: 'newest', showsKeys: false } } : { state: { ...state, asking: 'solution' } };
    case 'r':
      return { state: { ...state, asking: 'restart' } };
    case 'x':
      return context.hasPassed ? { state, action: { type: 'leave' } } : { state: { ...state, asking: 'skip' } };
    case 'q':
      return { state: freshMission, action: { type: 'leave' } };
    case '?':
      return { state: { top: state.showsKeys ? 0 : 'newest', showsKeys: !state.showsKeys } };
    default:
      return { state };
  }
}

function scroll(press: Press, { top, pageRows }: MissionContext): number | undefined {
  const page = Math.max(1, pageRows - 2);
  if (press.isDown) return top + 1;
  if (press.isUp) return top - 1;
  if (press.isPageDown || press.input === ' ') return top + page;
  if (press.isPageUp) return top - page;
  return undefined;
}

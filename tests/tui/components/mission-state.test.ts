// What the mission's keys do.
import { expect, test } from 'vitest';
import { freshMission, type MissionContext, type MissionState, pressMission } from '../../../src/tui/components/mission-state.ts';

const context: MissionContext = { top: 3, lastTop: 10, pageRows: 8, hasPassed: false, nextHintCost: 0, hasSolution: false };
const press = (input: string, state: MissionState = freshMission, more: Partial<MissionContext> = {}) =>
  pressMission(state, { input }, { ...context, ...more });

const newest = { top: 'newest', showsKeys: false, isReading: true };

test('h asks for the next hint and scrolls to it', () => {
  expect(press('h')).toEqual({ state: newest, action: { type: 'hint' } });
});

test('a hint that costs something is asked for first; when all are read, h shows the last one again', () => {
  const asked = press('h', freshMission, { nextHintCost: 25 });
  expect(asked).toEqual({ state: { ...freshMission, asking: 'hint' } });
  expect(press('y', asked.state)).toEqual({ state: newest, action: { type: 'hint' } });
  expect(press('e', asked.state)).toEqual({ state: freshMission });
  expect(press('h', freshMission, { nextHintCost: undefined })).toEqual({ state: newest });
});

test('what cannot be taken back is asked for first', () => {
  for (const [key, type] of [
    ['r', 'restart'],
    ['x', 'skip'],
    ['S', 'solution'],
  ] as const) {
    const asked = press(key);
    expect(asked).toEqual({ state: { ...freshMission, asking: type } });
    expect(press('y', asked.state).action).toEqual({ type });
    expect(pressMission(asked.state, { input: '', isReturn: true }, context).action).toEqual({ type });
    expect(press('n', asked.state)).toEqual({ state: freshMission });
    expect(press('q', asked.state)).toEqual({ state: freshMission });
  }
});

test('a solution that was paid for is shown again without asking', () => {
  expect(press('S', freshMission, { hasSolution: true })).toEqual({ state: newest });
});

test('return opens the debrief once the level is passed', () => {
  expect(pressMission(freshMission, { input: '', isReturn: true }, context).opensDebrief).toBeUndefined();
  expect(pressMission(freshMission, { input: '', isReturn: true }, { ...context, hasPassed: true }).opensDebrief).toBe(true);
});

test('a passed level gives no more hints and is left without asking', () => {
  expect(press('h', freshMission, { hasPassed: true }).action).toBeUndefined();
  expect(press('x', freshMission, { hasPassed: true }).action).toEqual({ type: 'leave' });
});

test('? shows the keys, and hides them again', () => {
  const shown = press('?').state;
  expect(shown).toEqual({ ...newest, showsKeys: true });
  expect(press('?', shown).state).toEqual(freshMission);
  expect(pressMission(shown, { input: '', isEscape: true }, context).state).toEqual(freshMission);
});

test('what was opened is read until Esc, or until its beginning is scrolled to', () => {
  const { state } = press('h');
  const scroll = (name: 'isUp' | 'isPageUp') => pressMission(state, { input: '', [name]: true }, context).state;
  expect(scroll('isUp')).toEqual({ top: 2, showsKeys: false, isReading: true });
  expect(scroll('isPageUp')).toEqual(freshMission);
  expect(pressMission(state, { input: '', isEscape: true }, context).state).toEqual(freshMission);
});

test('scrolling stays within the text', () => {
  const top = (name: 'isUp' | 'isDown' | 'isPageUp' | 'isPageDown', from: number) =>
    pressMission(freshMission, { input: '', [name]: true }, { ...context, top: from }).state.top;
  expect(top('isDown', 3)).toBe(4);
  expect(top('isDown', 10)).toBe(10);
  expect(top('isUp', 0)).toBe(0);
  expect(top('isPageDown', 3)).toBe(9);
  expect(top('isPageDown', 8)).toBe(10);
  expect(top('isPageUp', 3)).toBe(0);
});

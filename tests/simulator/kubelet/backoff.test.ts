// Back-off of restarts and pulls.
import { expect, test } from 'vitest';
import { Backoff } from '../../../src/simulator/kubelet/backoff.ts';

const times = { firstMs: 10_000, longestMs: 300_000, forgottenAfterMs: 600_000 };

test('the first retry is free, then the wait doubles up to five minutes', () => {
  const backoff = new Backoff(times);
  const waits: number[] = [];
  let now = 1_000_000;
  for (let failures = 0; failures < 8; failures++) {
    expect(backoff.isWaiting(now, now)).toBe(backoff.currentMs > 0);
    waits.push(backoff.currentMs / 1000);
    now += backoff.currentMs;
    expect(backoff.isWaiting(now - backoff.currentMs, now)).toBe(false);
    backoff.next(now - backoff.currentMs, now);
  }
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
});

test('ten good minutes make it begin anew', () => {
  const backoff = new Backoff(times);
  backoff.next(0, 0);
  backoff.next(10_000, 10_000);
  expect(backoff.currentMs).toBe(20_000);
  expect(backoff.isWaiting(700_000, 700_001)).toBe(false);
  backoff.next(700_000, 700_001);
  expect(backoff.currentMs).toBe(10_000);
});

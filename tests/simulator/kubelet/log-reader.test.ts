// Logs as `kubectl logs` reads them.
import { expect, test } from 'vitest';
import type { LogOptions } from '../../../src/simulator/apiserver/kubelet-connection.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { ContainerLog } from '../../../src/simulator/kubelet/container-log.ts';
import { readLog } from '../../../src/simulator/kubelet/log-reader.ts';
import { collect } from './kubelet-rig.ts';

const encoder = new TextEncoder();
const plain: LogOptions = { container: 'c', follow: false, previous: false, timestamps: false };

function written(): { clock: Clock; log: ContainerLog } {
  const clock = new Clock(Date.UTC(2026, 10, 24, 12));
  const log = new ContainerLog(clock);
  for (const [second, text] of [
    [0, 'one\ntw'],
    [1, 'o\n'],
    [2, 'three\n'],
  ] as const) {
    clock.runUntil(Date.UTC(2026, 10, 24, 12, 0, second));
    log.write('stdout', encoder.encode(text));
  }
  log.write('stderr', encoder.encode('no newline'));
  return { clock, log };
}

test('a line is one once its newline has come; the end makes the rest one', () => {
  const { clock, log } = written();
  expect(collect(readLog(log, plain, clock), clock)[1]).toBe('one\ntwo\nthree\n');
  log.end();
  expect(collect(readLog(log, plain, clock), clock)[1]).toBe('one\ntwo\nthree\nno newline');
});

test('tail, since, limit and timestamps choose and mark lines', () => {
  const { clock, log } = written();
  const read = (options: Partial<LogOptions>) => collect(readLog(log, { ...plain, ...options }, clock), clock)[1] ?? '';
  expect(read({ tailLines: 1 })).toBe('three\n');
  expect(read({ tailLines: 0 })).toBe('');
  expect(read({ sinceSeconds: 1 })).toBe('two\nthree\n');
  expect(read({ limitBytes: 6 })).toBe('one\ntw');
  expect(read({ tailLines: 1, timestamps: true })).toMatch(/^2026-11-24T12:00:02\.\d{1,9}Z three\n$/);
});

test('a followed log goes on until the container ends', () => {
  const { clock, log } = written();
  const stream = readLog(log, { ...plain, follow: true, tailLines: 1 }, clock);
  clock.after(5000, () => log.write('stdout', encoder.encode('four\n')));
  clock.after(9000, () => log.end());
  const before = clock.now;
  expect(collect(stream, clock)[1]).toBe('three\nfour\nno newline');
  expect(clock.now - before).toBe(9000);
});

import { expect, test } from 'vitest';
import { describeScheduleFault } from '../../../../src/simulator/apiserver/registry/cron-schedule-validation.ts';

test.each(['* * * * *', '*/5 0-6 1,15 jan-mar mon', '@hourly', '@every 5m', '0 0 ? * *'])('%s is a schedule', (schedule) => {
  expect(describeScheduleFault(schedule)).toBeUndefined();
});

// The first two are recorded (cronjob.scenario), the others stand in robfig/cron's parser.go.
test.each([
  ['61 * * * *', 'end of range (61) above maximum (59): 61'],
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['30-10 * * * *', 'beginning of range (30) beyond end of range (10): 30-10'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['@often', 'unrecognized descriptor: @often'],
])('%s is none', (schedule, fault) => {
  expect(describeScheduleFault(schedule)).toBe(fault);
});

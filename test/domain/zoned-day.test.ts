import { expect, it } from 'vitest';
import { dayStart, zonedInstant, zonedMinute } from '../../domain/zoned-day.js';

const newYork = 'America/New_York';

it.each([
  ['2026-11-30T14:30', newYork, '2026-11-30T19:30:00.000Z'],
  ['2026-07-01T00:00', newYork, '2026-07-01T04:00:00.000Z'],
  ['2026-11-30T14:30', 'UTC', '2026-11-30T14:30:00.000Z'],
  ['2026-11-30T00:15', 'Pacific/Auckland', '2026-11-29T11:15:00.000Z'],
  // Clocks skip it, and show it twice.
  ['2026-03-08T02:30', newYork, '2026-03-08T07:30:00.000Z'],
  ['2026-11-01T01:30', newYork, '2026-11-01T05:30:00.000Z'],
])('a local time is an instant by the clocks of its zone: %s in %s', (local, zone, instant) => {
  expect(zonedInstant(local, zone)?.toISOString()).toBe(instant);
});

it.each(['', 'tomorrow', '2026-11-30', '2026-13-01T10:00', '2026-11-30T25:00'])(
  'a text that is no local time is no instant: %s',
  (text) => {
    expect(zonedInstant(text, newYork)).toBeUndefined();
  },
);

it('an instant is shown, and its day begins, by the clocks of a zone', () => {
  const at = new Date('2026-11-30T03:05:59Z');
  expect(zonedMinute(at, newYork)).toBe('2026-11-29T22:05');
  expect(dayStart(at, newYork).toISOString()).toBe('2026-11-29T05:00:00.000Z');
});

import { expect, it } from 'vitest';
import type { CheckResult } from '../../activities/check-partner.js';
import { isMadeAgain } from '../../workflows/order/missed-checks.js';

const ended = (value: CheckResult) => ({ status: 'fulfilled', value }) as const;
const notMade = ended({ kind: 'not_made', partner: 'yleo' });
const silent = ended({
  ...{ kind: 'unavailable', partner: 'sardine', fault: 'timeout' },
  ...{ retryable: true, latencyMs: 900 },
});

it.each([
  ['one that we held up is made again, although the other one was not', [silent, notMade], true],
  ['both that we held up are made again', [notMade, notMade], true],
  ['none is made again for a silent partner: that has had its time', [silent, silent], false],
])('of two checks %s', (_name, checks, isAgain) => {
  expect(isMadeAgain(checks)).toBe(isAgain);
});

import { describe, expect, it } from 'vitest';
import { faultOfStatus, readRetryAfterMs } from '../../partners/fault.js';

describe('faultOfStatus', () => {
  it.each([
    [200, undefined, undefined],
    [204, undefined, undefined],
    [301, 'refused', false],
    [400, 'refused', false],
    [401, 'unauthorized', false],
    [403, 'unauthorized', false],
    [404, 'refused', false],
    [408, 'server_error', true],
    [409, 'refused', false],
    [422, 'refused', false],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [503, 'server_error', true],
    [599, 'server_error', true],
  ])('classifies %i as %s, retryable %s', (status, code, retryable) => {
    const fault = faultOfStatus(status, undefined);
    expect(fault?.code).toBe(code);
    expect(fault?.retryable).toBe(retryable);
  });

  it('carries Retry-After of any refusal', () => {
    expect(faultOfStatus(429, '2')?.retryAfterMs).toBe(2_000);
    expect(faultOfStatus(503, '1')?.retryAfterMs).toBe(1_000);
    expect(faultOfStatus(503, 'soon')?.retryAfterMs).toBeUndefined();
  });
});

describe('readRetryAfterMs', () => {
  const nowMs = Date.UTC(2026, 10, 20, 12, 0, 0);

  it.each([
    ['0', 0],
    [' 7 ', 7_000],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['99999999999999999999', 3_600_000],
    ['Sat, 20 Nov 2027 12:00:00 GMT', 3_600_000],
    ['1.5', undefined],
    ['-1', undefined],
    ['', undefined],
    ['tomorrow', undefined],
    ['Fri, 99 Nov 2026 12:00:30 GMT', undefined],
  ])('reads %j as %s ms', (header, expected) => {
    expect(readRetryAfterMs(header, nowMs)).toBe(expected);
  });
});

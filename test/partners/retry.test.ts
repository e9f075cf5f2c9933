import { describe, expect, it } from 'vitest';
import type { PartnerFaultCode } from '../../domain/votes.js';
import type { Deadline } from '../../partners/call.js';
import { PartnerFault } from '../../partners/fault.js';
import { withRetries } from '../../partners/retry.js';

const deadlineOf = (
  budgetMs: number,
  signal = new AbortController().signal,
  changes: Partial<Deadline> = {},
): Deadline => {
  const endsAtMs = performance.now() + budgetMs;
  const remainingMs = () => endsAtMs - performance.now();
  return {
    ...{ remainingMs, callMs: remainingMs, holdOffMs: () => 0, mode: 'answer', signal },
    ...changes,
  };
};

const failing = (code: PartnerFaultCode, retryAfterMs?: number) => {
  const tries: number[] = [];
  const ask = (): Promise<never> => {
    tries.push(performance.now());
    return Promise.reject(new PartnerFault(code, { retryAfterMs }));
  };
  return { tries, ask };
};

describe('withRetries', () => {
  it.each([
    ['partner_transient', 3],
    ['server_error', 3],
    ['network', 3],
    ['invalid_response', 2],
    ['wrong_echo', 1],
    ['partner_permanent', 1],
    ['refused', 1],
    ['unauthorized', 1],
  ] as const)('asks after %s %i times in all', async (code, times) => {
    const { tries, ask } = failing(code);
    await expect(withRetries(deadlineOf(10_000), 2, ask)).rejects.toMatchObject({ code });
    expect(tries).toHaveLength(times);
  });

  it('gives back the first good answer', async () => {
    let tries = 0;
    const ask = () => {
      tries += 1;
      return tries === 1 ? Promise.reject(new PartnerFault('network')) : Promise.resolve('ok');
    };
    expect(await withRetries(deadlineOf(10_000), 2, ask)).toBe('ok');
  });

  it('waits for as long as the partner asks', async () => {
    const { tries, ask } = failing('rate_limited', 300);
    await expect(withRetries(deadlineOf(10_000), 1, ask)).rejects.toThrow(PartnerFault);
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(290);
  });

  it('gives up at once when the pause would end after the budget', async () => {
    const { tries, ask } = failing('rate_limited', 60_000);
    await expect(withRetries(deadlineOf(1_000), 2, ask)).rejects.toThrow(PartnerFault);
    expect(tries).toHaveLength(1);
  });

  it("waits while another check's Retry-After lasts", async () => {
    const { tries, ask } = failing('network');
    const deadline = deadlineOf(10_000, undefined, { holdOffMs: () => 300 });
    await expect(withRetries(deadline, 1, ask)).rejects.toThrow(PartnerFault);
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(290);
  });

  it('leaves the retry of a background check to its caller', async () => {
    const { tries, ask } = failing('network');
    const deadline = deadlineOf(10_000, undefined, { mode: 'background' });
    await expect(withRetries(deadline, 2, ask)).rejects.toThrow(PartnerFault);
    expect(tries).toHaveLength(1);
  });

  it('ends its pause when the caller cancels', async () => {
    const caller = new AbortController();
    const reason = new Error('the activity was cancelled');
    const { ask } = failing('rate_limited', 5_000);
    const outcome = withRetries(deadlineOf(10_000, caller.signal), 2, () => {
      setImmediate(() => caller.abort(reason));
      return ask();
    });
    await expect(outcome).rejects.toBe(reason);
  });
});

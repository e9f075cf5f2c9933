import { describe, expect, it, vi } from 'vitest';
import { PartnerReport } from '../../contracts/v1/partners.js';
import { PartnerFault } from '../../partners/fault.js';
import { createLatestChecks } from '../../partners/guard/latest-checks.js';
import { cleanUpAfterEach, startGuard, useStoppedClock } from './guard-fixture.js';
import { unstalled } from './unstalled.js';

cleanUpAfterEach();
const { advance } = useStoppedClock();

describe('the report of a partner', () => {
  it('is empty where nothing is known', async () => {
    const { guard } = await startGuard();
    const report = {
      breaker: 'closed',
      breakerSince: '2026-11-20T12:00:00.000Z',
      holdOffUntil: null,
      inFlight: 0,
      latency: { checks: 0, p50Ms: null, p95Ms: null, p99Ms: null },
      faultShare: null,
      health: null,
    };
    expect(guard.report()).toEqual(report);
    expect(PartnerReport.parse(guard.report())).toEqual(report);
  });

  it('dates each state of the breaker', async () => {
    const { open, ask, guard, partner } = await startGuard();
    advance(1_000);
    await open();
    advance(2_000);
    expect(guard.report()).toMatchObject({
      breaker: 'open',
      breakerSince: '2026-11-20T12:00:01.000Z',
    });
    const held = partner.hold();
    const probe = ask('background');
    const waiting = await held.arrived(1);
    advance(1_000);
    expect(guard.report()).toMatchObject({
      breaker: 'half_open',
      breakerSince: '2026-11-20T12:00:03.000Z',
      inFlight: 1,
    });
    waiting[0]?.(200);
    await probe;
    expect(guard.report()).toMatchObject({
      breaker: 'closed',
      breakerSince: '2026-11-20T12:00:04.000Z',
    });
    expect(PartnerReport.safeParse(guard.report()).success).toBe(true);
  });

  it('covers answers that were really requested, failed ones included', async () => {
    const { ask, askTimes, tell, guard, partner } = await startGuard();
    await askTimes(3);
    await ask('background');
    await tell();
    partner.set(400);
    await ask();
    expect(guard.report()).toMatchObject({ latency: { checks: 4 }, faultShare: 0.25 });
    partner.set(500);
    await askTimes(50);
    expect(guard.report()).toMatchObject({ latency: { checks: 9 }, faultShare: 6 / 9 });
  });

  it('has the latest health probe, and not one that was cancelled', () =>
    unstalled(async () => {
      const { guard } = await startGuard();
      const checkedAt = new Date().toISOString();
      await guard.probe(() => Promise.resolve());
      expect(guard.report().health).toEqual({ isHealthy: true, checkedAt });
      advance(1_000);
      const cancelled = new DOMException('cancelled', 'AbortError');
      await expect(guard.probe(() => Promise.reject(cancelled))).rejects.toBe(cancelled);
      expect(guard.report().health).toEqual({ isHealthy: true, checkedAt });
      const late = new PartnerFault('timeout');
      await expect(guard.probe(() => Promise.reject(late))).rejects.toBe(late);
      expect(guard.report().health).toEqual({
        isHealthy: false,
        checkedAt: new Date().toISOString(),
      });
      expect(guard.report().health?.checkedAt).not.toBe(checkedAt);
    }));
});

describe('the latest checks', () => {
  const after = async (tookMs: readonly number[]) => {
    const latest = createLatestChecks();
    const now = vi.spyOn(performance, 'now');
    for (const ms of tookMs) {
      now.mockReturnValueOnce(0).mockReturnValueOnce(ms);
      await latest.timed(() => Promise.resolve());
    }
    now.mockRestore();
    return latest.report();
  };

  it('are two hundred, and their percentiles are checks that really took that long', async () => {
    const slow = Array.from({ length: 500 }, () => 9_999);
    const ascending = Array.from({ length: 200 }, (_, index) => index + 1);
    expect(await after([...slow, ...ascending])).toEqual({
      latency: { checks: 200, p50Ms: 100, p95Ms: 190, p99Ms: 198 },
      faultShare: 0,
    });
  });

  it('may be one', async () => {
    expect((await after([7])).latency).toEqual({ checks: 1, p50Ms: 7, p95Ms: 7, p99Ms: 7 });
  });
});

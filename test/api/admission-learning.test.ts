import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Admission, createAdmission } from '../../api/admission.js';
import { createLogger } from '../../runtime/logger.js';
import { createAlarm, createMetrics } from '../../runtime/metrics.js';
import { openDatabase } from '../services/database.js';
import { decideOrder, storeOrder } from '../services/labels-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let admission: Admission;
let bound: () => Promise<number>;

beforeAll(async () => {
  // One connection, so that queries are answered in the order in which they are sent.
  database = await openDatabase(1);
});
beforeEach(() => {
  // Replaces only the clock that times answers: the database keeps its own time.
  vi.useFakeTimers({ toFake: ['performance'] });
  const metrics = createMetrics();
  const alarm = createAlarm(createLogger('api', 'fatal'), metrics);
  admission = createAdmission({ metrics, alarm, db: database.pool });
  bound = async () => {
    const text = await metrics.registry.metrics();
    return Number(/^verdict_orders_bound (\S+)$/m.exec(text)?.[1]);
  };
});
afterEach(() => vi.useRealTimers());
afterAll(() => database?.close());

/** A decided order whose partners took this long. */
const decidedAfter = async (latencyMs: number): Promise<string> => {
  const id = await storeOrder(database.pool);
  const fault = { fault: 'timeout', retryable: true } as const;
  const answers = [{ kind: 'unavailable', partner: 'yleo', latencyMs, ...fault }] as const;
  await decideOrder(database.pool, id, { answers, at: new Date() });
  return id;
};

/** Answers an order this long after its arrival. */
const answer = (id: string, ms: number): void => {
  const place = admission.enter();
  vi.advanceTimersByTime(ms);
  place?.answered(id);
  place?.leave();
};

describe('the admission limit', () => {
  it('falls with an answer that was slow by itself, and with none that waited for partners', async () => {
    const before = await bound();
    answer(await decidedAfter(1400), 1700);
    answer(await decidedAfter(0), 300);
    vi.advanceTimersByTime(1000);
    answer(await decidedAfter(100), 900);
    await database.pool.query('select');
    // 800 ms of its own lower it by four per cent; the other two do not.
    expect(await bound()).toBe(before - 1);
  });

  it('falls with an order that could not be decided in time', async () => {
    const before = await bound();
    admission.enter()?.failed();
    expect(await bound()).toBeLessThan(before);
  });

  it('counts a place that is released twice once', async () => {
    const places = Array.from({ length: await bound() }, () => admission.enter());
    expect(admission.hasRoom()).toBe(false);
    places[0]?.leave();
    places[0]?.leave();
    expect([admission.enter() === undefined, admission.enter() === undefined]).toEqual([
      false,
      true,
    ]);
  });
});

describe('orders that are refused', () => {
  it('are asked to retry no faster than orders are answered', () => {
    const waits = () => Array.from({ length: 20 }, () => admission.refuse().retryAfterSeconds ?? 0);
    expect(Math.max(...waits())).toBeLessThan(10);
    vi.advanceTimersByTime(60_000);
    for (let second = 0; second < 6; second += 1) {
      answer('fast', 100);
      admission.refuse();
      vi.advanceTimersByTime(900);
    }
    expect(Math.max(...waits())).toBeGreaterThan(10);
  });
});

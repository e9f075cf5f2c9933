import { describe, expect, it } from 'vitest';
import { createSettlePace } from '../../activities/settle-pace.js';

const never = () => false;

describe('orders are settled in the task of their decision', () => {
  it('until OMS does not answer, and again once it does', () => {
    const pace = createSettlePace(never);
    expect(pace.mayAtOnce()).toBe(true);
    pace.heard(undefined);
    expect(pace.mayAtOnce()).toBe(false);
    pace.heard(100);
    expect(pace.mayAtOnce()).toBe(true);
  });

  it('until OMS takes more than a second', () => {
    const pace = createSettlePace(never);
    pace.heard(1001);
    expect(pace.mayAtOnce()).toBe(false);
    pace.heard(1000);
    expect(pace.mayAtOnce()).toBe(true);
  });

  it('sixteen at a time, also when one of them fails', async () => {
    const pace = createSettlePace(never);
    let end: (error?: Error) => void = () => undefined;
    const held = Array.from({ length: 15 }, () => pace.atOnce(() => new Promise(() => undefined)));
    expect(pace.mayAtOnce()).toBe(true);
    const last = pace.atOnce(
      () =>
        new Promise<void>((_, reject) => {
          end = reject;
        }),
    );
    expect([held.length, pace.mayAtOnce()]).toEqual([15, false]);
    end(new Error('no answer'));
    await expect(last).rejects.toThrow('no answer');
    expect(pace.mayAtOnce()).toBe(true);
  });

  it('unless settlements give way to orders whose callers wait', () => {
    expect(createSettlePace(() => true).mayAtOnce()).toBe(false);
  });
});

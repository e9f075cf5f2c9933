import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createProcessorClock, perUnit, sumTimes, totalOf } from '../../bench/processor-time.js';

describe.runIf(process.platform === 'linux')('the processor time of a process', () => {
  it('includes that of a child that has ended since, and each reading counts once', () => {
    const since = createProcessorClock([process.pid]);
    const busy = 'const end = Date.now() + 150; while (Date.now() < end);';
    spawnSync(process.execPath, ['-e', busy]);
    const used = totalOf(since());
    expect(used).toBeGreaterThan(50);
    expect(totalOf(since())).toBeLessThan(used);
  });
});

describe('processor times', () => {
  it('add up by part and divide among requests', () => {
    const sum = sumTimes([{ api: 20, worker: 100 }, { worker: 51 }]);
    expect(sum).toEqual({ api: 20, worker: 151 });
    expect(perUnit(sum, 10)).toEqual({ api: 2, worker: 15.1 });
    expect(totalOf(perUnit(sum, 10))).toBe(17.1);
  });
});

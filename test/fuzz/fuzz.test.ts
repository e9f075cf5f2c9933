import { describe, expect, it } from 'vitest';
import { fuzz } from './run.js';
import { targets } from './targets.js';

/** The long form is `npm run fuzz`; this one shows in seconds that every claim still holds. */
const casesInAll = 700;

/** Formats whose cases are dear get few. */
const least = 20;

const shares = targets.reduce((sum, { share }) => sum + share, 0);

describe('whatever arrives is read or refused within its bounds, and no answer repeats it', () => {
  it.each(targets)('$name', async (target) => {
    const cases = Math.max(least, Math.round((casesInAll * target.share) / shares));
    const { findings, counts } = await fuzz(target, { seed: 1, cases });
    expect(findings).toEqual([]);
    // Neither are all refused nor all accepted.
    expect(Object.keys(counts).length).toBeGreaterThan(1);
  });
});

import { createPool } from '../../db/pool.js';
import { fallBack } from '../../services/flag-guard/fall-back.js';
import { readFlagReport } from '../../services/flag-guard/report.js';
import { textOf, totalRule } from '../services/backtests-fixture.js';
import { contextAt, decideAlike, minuteMs, publishAt } from '../services/flag-guard-fixture.js';
import type { Place } from './shots-data.js';

const flagsFrom = (total: number) => textOf([totalRule('R1', total, 50)]);

/**
 * A rule set that gave way to the one before it, and a later one that flags too many orders of one
 * banner. Their orders cannot be opened, so every other picture is taken before.
 */
export const addFlags = async ({ databaseUrl }: Place): Promise<void> => {
  const pool = createPool({ databaseUrl, connections: 2, timeoutMs: minuteMs });
  const now = Date.now();
  const before = (minutes: number): Date => new Date(now - minutes * minuteMs);
  const decide = async (
    [minutes, version, from]: readonly [minutes: number, version: number, from: number],
    counts: readonly (readonly [banner: 's5a' | 'bay' | 'o5a', orders: number, total: number])[],
  ) => {
    for (const [banner, orders, orderTotal] of counts) {
      const rules = flagsFrom(from);
      await decideAlike(pool, { at: before(minutes), version, rules, banner, orders, orderTotal });
    }
  };
  const usual = [
    ...([
      ['s5a', 590, 100],
      ['s5a', 24, 2000],
      ['bay', 410, 100],
    ] as const),
    ...([
      ['bay', 21, 2000],
      ['o5a', 130, 100],
    ] as const),
  ];
  const good = await publishAt(pool, before(300), flagsFrom(1000));
  await decide([280, good, 1000], usual);
  const bad = await publishAt(pool, before(200), flagsFrom(1));
  await decide([190, bad, 1], [['s5a', 62, 100]]);
  const then = contextAt(pool, before(185));
  const { publication, banners } = await readFlagReport(then);
  const over = banners.find(({ state }) => state === 'over');
  if (over !== undefined) await fallBack(then, { ...over, publication: publication ?? 0 });
  // The rules that came back say what is expected of the next ones.
  await decide([120, good, 1000], usual);
  const next = await publishAt(pool, before(48), flagsFrom(90));
  await decide(
    [20, next, 90],
    [
      ...([
        ['s5a', 51, 50],
        ['s5a', 23, 100],
        ['bay', 88, 50],
        ['bay', 6, 100],
      ] as const),
      ...([['o5a', 17, 50]] as const),
    ],
  );
  await pool.end();
};

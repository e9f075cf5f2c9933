import { type Banner, banners } from '../contracts/hbc/transaction.js';
import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { atPresent } from '../services/context.js';
import { noteBannerTotals } from '../services/transactions/banner-totals.js';
import { repeat } from './repeat.js';

/** The figures of a day are needed from its first minutes on and are asked for cheaply. */
const everyMs = 10 * 60_000;

/**
 * Notes each day what a large order of a banner is, until `signal` aborts. Rules that read it go
 * by the latest day that is noted.
 */
export const noteTotals = (
  deps: { readonly db: Queryable; readonly settings: Settings; readonly now: () => Date },
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> => {
  const currencies = Object.fromEntries(
    banners.map((banner) => [banner, deps.settings.banners[banner].currency]),
  ) as Record<Banner, string>;
  return repeat(() => noteBannerTotals(atPresent(deps), { currencies }), {
    everyMs,
    signal,
    onFault: (error) => logger.warn({ err: error }, "the day's order totals could not be noted"),
  });
};

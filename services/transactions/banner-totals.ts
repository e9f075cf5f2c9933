import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { hasBannerTotal, insertBannerTotal } from '../../db/banner-totals.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';

/**
 * Stores each banner's 99th percentile of order totals over the 30 UTC days that ended yesterday,
 * unless it is stored. Any number of callers may do so at once.
 */
export const storeBannerTotals = async (
  { db, now }: Context<'now'>,
  { currencies }: { readonly currencies: Readonly<Record<Banner, string>> },
): Promise<void> => {
  const day = new Date(now.getTime() - dayMs).toISOString().slice(0, 10);
  for (const banner of banners) {
    // Checked first: counting a month's orders is too expensive to repeat.
    if (await hasBannerTotal(db, { banner, day })) continue;
    await insertBannerTotal(db, { banner, currency: currencies[banner], day });
  }
};

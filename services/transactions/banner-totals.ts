import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { hasBannerTotal, insertBannerTotal } from '../../db/banner-totals.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';

/**
 * Notes for each banner, unless it is noted, which total 99 of 100 orders did not exceed in the 30
 * UTC days that ended with yesterday. Any number of callers may do so at once.
 */
export const noteBannerTotals = async (
  { db, now }: Context<'now'>,
  { currencies }: { readonly currencies: Readonly<Record<Banner, string>> },
): Promise<void> => {
  const day = new Date(now.getTime() - dayMs).toISOString().slice(0, 10);
  for (const banner of banners) {
    // Asked first: counting the orders of a month is not for every turn of a loop.
    if (await hasBannerTotal(db, { banner, day })) continue;
    await insertBannerTotal(db, { banner, currency: currencies[banner], day });
  }
};

import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { storeBannerTotals } from '../../services/transactions/banner-totals.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

/**
 * Notes what a large order of each banner was up to yesterday, unless that is noted. Rules that
 * read it go by the latest day that is noted. It may run twice, also at the same moment. Throws
 * `TemporarilyUnavailable`.
 */
export const noteDayTotals =
  ({ db, settings, now }: UpkeepActivityDeps) =>
  async (): Promise<void> => {
    const currencies = Object.fromEntries(
      banners.map((banner) => [banner, settings.banners[banner].currency]),
    ) as Record<Banner, string>;
    await storeBannerTotals({ db, now: now() }, { currencies });
  };

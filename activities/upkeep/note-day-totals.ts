import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { storeBannerTotals } from '../../services/transactions/fact-source.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

/**
 * Stores the size of a large order per banner as of yesterday, unless stored. Rules read the latest
 * stored day. It may run twice, also concurrently. Throws `TemporarilyUnavailable`.
 */
export const noteDayTotals =
  ({ db, settings, now }: UpkeepActivityDeps) =>
  async (): Promise<void> => {
    const currencies = Object.fromEntries(
      banners.map((banner) => [banner, settings.banners[banner].currency]),
    ) as Record<Banner, string>;
    await storeBannerTotals({ db, now: now() }, { currencies });
  };

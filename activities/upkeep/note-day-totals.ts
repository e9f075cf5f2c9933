import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { storeBannerTotals, storeUsualTraffic } from '../../services/transactions/fact-source.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

/**
 * Stores as of yesterday, unless stored: the size of a large order per banner, and the usual
 * traffic of BINs and IP addresses. Rules read the latest stored day. It may run twice, also
 * concurrently. Throws `TemporarilyUnavailable`.
 */
export const noteDayTotals =
  ({ db, settings, now }: UpkeepActivityDeps) =>
  async (): Promise<void> => {
    const currencies = Object.fromEntries(
      banners.map((banner) => [banner, settings.banners[banner].currency]),
    ) as Record<Banner, string>;
    const at = now();
    await storeBannerTotals({ db, now: at }, { currencies });
    await storeUsualTraffic({ db, now: at, settings });
  };

import type { PartnerReport } from '../../contracts/v1/partners.js';
import { PartnerFault } from '../fault.js';
import { startStopwatch } from '../own-time.js';
import { isSilence } from './breaker.js';

/** The result of the latest probe of a partner's health page. */
export interface Health {
  /** Runs a probe and stores its result, unless the probe was cancelled or this process stalled. */
  readonly remember: (probe: () => Promise<void>) => Promise<void>;
  readonly latest: () => PartnerReport['health'];
}

export const createHealth = (now: () => Date): Health => {
  let latest: PartnerReport['health'] = null;
  const keep = (isHealthy: boolean): void => {
    latest = { isHealthy, checkedAt: now().toISOString() };
  };
  return {
    remember: async (probe) => {
      const watch = startStopwatch();
      try {
        await probe();
        keep(true);
      } catch (error) {
        const isOurs = isSilence(error) && watch.isOurs();
        if (error instanceof PartnerFault && !isOurs) keep(false);
        throw error;
      }
    },
    latest: () => latest,
  };
};

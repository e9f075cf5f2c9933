import type { PartnerReport } from '../../contracts/v1/partners.js';
import { PartnerFault } from '../fault.js';

/** What the latest probe of a partner's health page said. */
export interface Health {
  /** Runs a probe and keeps its result; one that was cancelled says nothing. */
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
      try {
        await probe();
        keep(true);
      } catch (error) {
        if (error instanceof PartnerFault) keep(false);
        throw error;
      }
    },
    latest: () => latest,
  };
};

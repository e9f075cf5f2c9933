import type { Controls } from '../contracts/controls.js';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { PartnerName } from '../domain/votes.js';

/** Why a partner must not be called now for this banner; undefined when it may be. */
export const partnerOff = (
  partner: PartnerName,
  banner: Banner,
  controls: Controls,
): string | undefined => {
  if (controls.switchedOff.has(partner)) return 'switched off by an operator';
  const { policy } = controls.policies[banner];
  return (policy.partners[partner]?.enabled ?? true) ? undefined : "off in this banner's policy";
};

import { z } from 'zod';
import { banners } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import { listChanges } from './list-changes.js';

/** A policy that waits for another person, as it is stored. */
export const PolicyProposal = z.object({
  banner: z.enum(banners),
  /** The version that it would follow. */
  base: z.int().min(0),
  policy: Policy,
});

/** True for a change that only sends more orders to people: an emergency needs nobody else. */
export const isOnlyCareful = (from: Policy, to: Policy): boolean =>
  to.reviewAll && listChanges(from, to).every(({ path }) => path === 'reviewAll');

import { sleep } from '@temporalio/workflow';
import type { PartnerName } from '../../domain/votes.js';
import type { ScreenTransactionInput } from './messages.js';
import { isOpen, type Screening, winRound } from './handlers.js';
import { askAgainStep } from './partner-steps.js';

/** A partner that has just failed gets a short rest, in which a late answer may still arrive. */
const firstPauseMs = 5000;

/** The order was answered with a vote missing and waits for a reviewer in its first round. */
const isStillWaiting = (screening: Screening): boolean =>
  screening.round === 0 && isOpen(screening.status);

/**
 * Asks partners again whose vote was missing. When every vote is finally accept, the review ends by
 * itself, unless a reviewer or the deadline was first. A late reject cancels nothing: a reviewer
 * sees it. Ends when every partner has answered, refused for good, or failed for a day.
 */
export const askAgain = async (
  input: ScreenTransactionInput,
  screening: Screening,
  partners: readonly PartnerName[],
): Promise<void> => {
  const { transactionId, banner } = input;
  await sleep(firstPauseMs, { summary: `until ${partners.join(' and ')} are asked again` });
  const ask = async (partner: PartnerName): Promise<void> => {
    const late = await askAgainStep(partner)({ transactionId, banner });
    if (late.kind === 'refused') return;
    screening.votes = late.votes;
    if (late.outcome !== 'accept' || !isStillWaiting(screening)) return;
    winRound(screening, {
      outcome: 'accept',
      source: 'partners',
      reviewer: 'system',
      remarks: '',
    });
  };
  await Promise.allSettled(partners.map(ask));
};

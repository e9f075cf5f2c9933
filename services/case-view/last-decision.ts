import { listLiveDecisions } from '../../db/case-decisions.js';
import { findCase } from '../../db/cases.js';
import { ownValue } from '../../domain/own-value.js';
import { isOfOpenReview } from '../cases/change.js';
import { reasonsFor, reviewRulesOf } from '../cases/review-rules.js';
import type { Context } from '../context.js';

/** A decision of the caller that can still be taken back. */
export interface LastDecision {
  readonly caseId: string;
  readonly orderId: string;
  readonly outcome: 'accept' | 'reject';
  readonly reason: string;
  readonly undoUntil: Date;
}

/** The words for a banner's reason code; the code itself if the banner no longer has it. */
export const wordsOfReason = (
  settings: Context<'settings'>['settings'],
  given: {
    readonly banner: Parameters<typeof reviewRulesOf>[1];
    readonly outcome: 'accept' | 'reject';
    readonly reasonCode: string;
  },
): string => {
  const reasons = reasonsFor(reviewRulesOf(settings, given.banner), given.outcome);
  const words = Object.fromEntries(reasons.map(({ code, text }) => [code, text]));
  return ownValue(words, given.reasonCode) ?? given.reasonCode.replaceAll('_', ' ');
};

/** The caller's own decision about a case, while it can be undone; undefined otherwise. */
export const findLastDecision = async (
  { db, settings, actor, now }: Context<'settings' | 'actor' | 'now'>,
  caseId: string,
): Promise<LastDecision | undefined> => {
  const [row, [live]] = await Promise.all([findCase(db, caseId), listLiveDecisions(db, [caseId])]);
  const isOwn = live?.decided_by === actor.name || live?.confirmed_by === actor.name;
  if (row === undefined || live === undefined || !isOwn || live.state !== 'pending') {
    return undefined;
  }
  const { outcome, undo_until: undoUntil } = live;
  if (undoUntil === null || undoUntil <= now || !isOfOpenReview(live, row)) return undefined;
  const reason = wordsOfReason(settings, {
    ...{ banner: row.banner, outcome, reasonCode: live.reason_code },
  });
  return { caseId, orderId: row.order_id, outcome, reason, undoUntil };
};

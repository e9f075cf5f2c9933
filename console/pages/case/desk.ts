import type { CaseDetail } from '../../../contracts/v1/cases.js';
import type { Settings } from '../../../contracts/settings.js';
import type { NameOf } from '../../parts/people.js';
import { reviewRulesOf } from '../../../services/cases/review-rules.js';

type Waiting = NonNullable<CaseDetail['pendingDecision']>;

/** What people have done to a case, as its page shows it. */
export interface DeskState {
  /** Who looks, as the audit trail names them. */
  readonly me: string;
  readonly nameOf: NameOf;
  readonly claim: { readonly by: string; readonly until: Date } | undefined;
  readonly pending: PendingDecision | undefined;
  readonly escalated: { readonly by: string; readonly at: Date } | undefined;
  readonly heldUntil: Date | undefined;
  readonly tags: readonly string[];
  readonly notes: CaseDetail['notes'];
  readonly reasons: CaseDetail['reasonCodes'];
  readonly checklist: readonly string[];
  readonly checks: CaseDetail['checks'];
  /** Order totals above this need a second person; undefined without a limit. */
  readonly fourEyesAbove: number | undefined;
  readonly needsSecond: boolean;
}

/** A decision that has not reached OMS yet. */
export interface PendingDecision extends Pick<Waiting, 'outcome' | 'reasonCode' | 'by' | 'state'> {
  readonly confirmedBy: string | undefined;
  /** Undefined while it waits for a second person. */
  readonly undoUntil: Date | undefined;
}

const pendingOf = (waiting: CaseDetail['pendingDecision']): PendingDecision | undefined =>
  waiting === null
    ? undefined
    : {
        outcome: waiting.outcome,
        reasonCode: waiting.reasonCode,
        by: waiting.by,
        state: waiting.state,
        confirmedBy: waiting.confirmedBy ?? undefined,
        undoUntil: waiting.undoUntil === null ? undefined : new Date(waiting.undoUntil),
      };

/** Reads a case's work for the account that views it. */
export const deskOf = (
  detail: CaseDetail,
  settings: Settings,
  { me, nameOf }: Pick<DeskState, 'me' | 'nameOf'>,
): DeskState => {
  const { claim, escalation, hold } = detail;
  return {
    me,
    nameOf,
    claim: claim === null ? undefined : { by: claim.by, until: new Date(claim.until) },
    pending: pendingOf(detail.pendingDecision),
    escalated: escalation === null ? undefined : { by: escalation.by, at: new Date(escalation.at) },
    heldUntil: hold === null ? undefined : new Date(hold.until),
    tags: detail.tags,
    notes: detail.notes,
    reasons: detail.reasonCodes,
    checklist: detail.checklist,
    checks: detail.checks,
    fourEyesAbove: reviewRulesOf(settings, detail.banner).fourEyesAbove ?? undefined,
    needsSecond: detail.needsSecond,
  };
};

/** Why the viewer cannot decide now; undefined when nothing stands in the way. */
export const hindranceOf = (
  { claim, pending, me }: DeskState,
  status: 'open' | 'closed',
): 'closed' | 'held_by_another' | 'pending' | 'own_first_decision' | undefined => {
  if (status === 'closed') return 'closed';
  if (pending !== undefined && pending.state !== 'awaiting_second') return 'pending';
  if (claim !== undefined && claim.by !== me) return 'held_by_another';
  return pending?.by === me ? 'own_first_decision' : undefined;
};

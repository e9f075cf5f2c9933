/** A reason for a verdict: the code that is stored, and its words. */
export interface ReasonCode {
  readonly code: string;
  readonly text: string;
}

/** What people have done to a case, as its page shows it. */
export interface DeskState {
  /** Who looks, as the audit trail names them. */
  readonly me: string;
  readonly claim: { readonly by: string; readonly until: Date } | undefined;
  readonly pending: PendingDecision | undefined;
  readonly escalated: { readonly by: string; readonly at: Date } | undefined;
  readonly heldUntil: Date | undefined;
  readonly tags: readonly string[];
  readonly notes: readonly {
    readonly kind: string;
    readonly text: string;
    readonly by: string;
    readonly at: Date;
  }[];
  readonly reasons: Readonly<Record<'accept' | 'reject', readonly ReasonCode[]>>;
  readonly checklist: readonly string[];
  /** Order totals above this need a second person; undefined without a limit. */
  readonly fourEyesAbove: number | undefined;
}

/** A decision that OMS has not been told yet. */
export interface PendingDecision {
  readonly outcome: 'accept' | 'reject';
  readonly reasonCode: string;
  readonly by: string;
  readonly at: Date;
  /** Undefined while it waits for a second person. */
  readonly undoUntil: Date | undefined;
}

/** Why the viewer cannot decide now; undefined when nothing stands in the way. */
export const hindranceOf = (
  desk: DeskState,
  status: 'open' | 'closed',
): 'closed' | 'held_by_another' | 'pending' | 'own_first_decision' | undefined => {
  const { claim, pending, me } = desk;
  if (status === 'closed') return 'closed';
  if (claim !== undefined && claim.by !== me) return 'held_by_another';
  if (pending === undefined) return undefined;
  if (pending.undoUntil !== undefined) return 'pending';
  return pending.by === me ? 'own_first_decision' : undefined;
};

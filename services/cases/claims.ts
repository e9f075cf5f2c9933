import {
  insertCaseEvent,
  type NewClaim,
  prolongClaim,
  setClaim,
  shortenClaim,
} from '../../db/case-work.js';
import { findNextCase, listQueueIds, type QueueFilter } from '../../db/case-queue.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import type { Context } from '../context.js';
import {
  type CaseRefusal,
  changeCase,
  changeOpenCase,
  type ClaimedByAnother,
  liveClaimOf,
  type LockedCase,
  refuseUnlessFree,
  refuseUnlessOpen,
  withLive,
} from './change.js';
import { storeNote } from './notes.js';

/** A claim: only its holder decides the case, until it is released or ends by itself. */
export interface Claim {
  readonly caseId: string;
  readonly by: string;
  readonly until: Date;
}

type ClaimContext = Context<'actor' | 'now', Pool> & {
  /** How long a claim lasts unless it is renewed; milliseconds. */
  readonly claimTtlMs: number;
};

type CaseFilter = Omit<QueueFilter, 'now'>;

type Claimed = { readonly kind: 'claimed'; readonly claim: Claim };

const endOfClaim = ({ now, claimTtlMs }: Pick<ClaimContext, 'now' | 'claimTtlMs'>): Date =>
  new Date(now.getTime() + claimTtlMs);

const hourMs = 3_600_000;

/** A shift: longer than anybody works on what was given to them. */
const assignedMs = 8 * hourMs;

/**
 * An assigned case waits for its holder, who may be at another one: until it is due, for at most a
 * shift, and never for less than a claim.
 */
const endOfAssignment = (context: ClaimContext, { due_at: dueAt }: LockedCase['row']): Date => {
  const latestMs = Math.min(dueAt.getTime(), context.now.getTime() + assignedMs);
  return new Date(Math.max(latestMs, endOfClaim(context).getTime()));
};

/** A renewed claim keeps its start and never ends sooner. */
const renewed = (row: LockedCase['row'], { by, at, until }: NewClaim, now: Date): NewClaim => {
  const before = liveClaimOf(row, now);
  if (before?.by !== by) return { by, at, until };
  return { by, at: row.claimed_at ?? at, until: before.until > until ? before.until : until };
};

/** Gives a locked case to `by`, with its audit row and event unless they hold it already. */
const give = async (
  context: ClaimContext,
  db: Queryable,
  { row }: Pick<LockedCase, 'row'>,
  by: string = context.actor.name,
): Promise<Claimed> => {
  const { actor, now: at } = context;
  const isOwn = by === actor.name;
  const wanted = isOwn
    ? { by, at, until: endOfClaim(context) }
    : { by, at: null, until: endOfAssignment(context, row) };
  const before = liveClaimOf(row, at);
  const { until, ...claim } = renewed(row, wanted, at);
  await setClaim(db, row.case_id, { ...claim, until });
  if (before?.by !== by) {
    await insertCaseEvent(db, 'claimed', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId: row.case_id, by, ...(before && { from: before.by }) },
    });
  }
  return { kind: 'claimed', claim: { caseId: row.case_id, by, until } };
};

/** Claims a case for the caller. Claiming one's own case again prolongs the claim. */
export const claimCase = (context: ClaimContext, caseId: string): Promise<Claimed | CaseRefusal> =>
  changeOpenCase<Claimed>(context, caseId, (db, locked) => give(context, db, locked));

/** Others may decide a case while it is being found. Each case is found at most once. */
const attemptsMax = 5;

/**
 * Claims the first case of the queue that nobody holds. Two concurrent callers get different cases.
 * Undefined when none is left.
 */
export const claimNext = (
  context: ClaimContext,
  filter: CaseFilter = {},
): Promise<Claimed | undefined> =>
  inTransaction(context.db, async (db) => {
    const { actor, now } = context;
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const row = await findNextCase(db, { ...filter, now, notDecidedBy: actor.name });
      if (row === undefined) return undefined;
      const locked = await withLive(db, row);
      // Only now it is locked: it may have been decided since it was found.
      const isFree =
        refuseUnlessFree(locked, actor, now) === undefined &&
        (await refuseUnlessOpen(db, locked)) === undefined;
      if (isFree) return give(context, db, locked);
    }
    return undefined;
  });

/** The case that `claimNext` would find if another one were decided; locks and claims nothing. */
export const peekNext = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  filter: CaseFilter,
  { except }: { readonly except: string },
): Promise<string | undefined> => {
  const found = await listQueueIds(
    db,
    {
      ...{ ...filter, now, status: 'open', isHeld: false, notDecidedBy: actor.name },
      assignee: filter.assignee ?? null,
    },
    { sort: 'priority', after: undefined, limit: 2 },
  );
  return found.find(({ caseId }) => caseId !== except)?.caseId;
};

/** Keeps the caller's claim alive; `lost` when it has ended or somebody took the case over. */
export const keepClaim = async (
  context: ClaimContext,
  caseId: string,
): Promise<Claimed | { readonly kind: 'lost' }> => {
  const { db, actor, now } = context;
  const until = endOfClaim(context);
  const kept = await prolongClaim(db, caseId, { by: actor.name, at: now, until });
  return kept ? { kind: 'claimed', claim: { caseId, by: actor.name, until } } : { kind: 'lost' };
};

/** Longer than pages wait between two heartbeats, so that another page of the case keeps it. */
const leftMs = 35_000;

/**
 * Lets the caller's claim end soon, because its page was left. If another page of the case is open,
 * its next heartbeat keeps the claim. An assigned case stays with its holder.
 */
export const leaveCase = async (context: ClaimContext, caseId: string): Promise<void> => {
  const { db, actor, now } = context;
  const until = new Date(now.getTime() + leftMs);
  await shortenClaim(db, caseId, { by: actor.name, until, latest: endOfClaim(context) });
};

/** Releases the caller's claim. A case that nobody holds is released already. */
export const releaseCase = (
  { db: pool, actor, now: at }: Context<'actor' | 'now', Pool>,
  caseId: string,
): Promise<{ readonly kind: 'released' } | ClaimedByAnother | { readonly kind: 'unknown' }> =>
  changeCase<{ readonly kind: 'released' } | ClaimedByAnother>(
    { db: pool },
    caseId,
    async (db, { row }) => {
      const claim = liveClaimOf(row, at);
      if (claim === undefined) return { kind: 'released' };
      if (claim.by !== actor.name) return { kind: 'claimed_by_another', ...claim };
      await setClaim(db, caseId, null);
      const details = { caseId };
      await insertCaseEvent(db, 'released', {
        ...{ at, actor: actor.name, object: row.transaction_id, details },
      });
      return { kind: 'released' };
    },
  );

/** Takes a case from whoever holds it. The reason becomes a note that the other can read. */
export const takeOverCase = (
  context: ClaimContext & Context<'vault'>,
  caseId: string,
  reason: string,
): Promise<Claimed | CaseRefusal> =>
  moveCase(context, caseId, { to: context.actor.name, reason, kind: 'take_over' });

/** Gives a case to somebody else, whoever holds it; for team leads. */
export const reassignCase = (
  context: ClaimContext & Context<'vault'>,
  caseId: string,
  { to, reason }: { readonly to: string; readonly reason: string },
): Promise<Claimed | CaseRefusal> =>
  moveCase(context, caseId, { to, reason, kind: 'reassignment' });

const moveCase = (
  context: ClaimContext & Context<'vault'>,
  caseId: string,
  {
    to,
    reason,
    kind,
  }: {
    readonly to: string;
    readonly reason: string;
    readonly kind: 'take_over' | 'reassignment';
  },
): Promise<Claimed | CaseRefusal> =>
  changeCase<Claimed | CaseRefusal>(context, caseId, async (db, locked) => {
    const refusal = await refuseUnlessOpen(db, locked);
    if (refusal !== undefined) return refusal;
    await storeNote({ ...context, db }, locked.row, { kind, text: reason });
    return give(context, db, locked, to);
  });

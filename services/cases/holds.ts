import { insertCaseEvent, setClaim, setHold } from '../../db/case-work.js';
import type { Pool } from '../../db/pool.js';
import type { Context } from '../context.js';
import { type CaseRefusal, changeOpenCase } from './change.js';
import { storeNote } from './notes.js';

export interface Hold {
  readonly until: Date;
  readonly reason?: string | undefined;
}

/**
 * Holds a case until a time: until then it comes last in the queue, and its claim ends. The review
 * deadline stays. A reason becomes a note. `in_past` when the time is over already.
 */
export const holdCase = async (
  context: Context<'vault' | 'actor' | 'now', Pool>,
  caseId: string,
  { until, reason }: Hold,
): Promise<{ readonly kind: 'held' } | { readonly kind: 'in_past' } | CaseRefusal> => {
  const { actor, now: at } = context;
  if (until <= at) return { kind: 'in_past' };
  return changeOpenCase<{ readonly kind: 'held' }>(context, caseId, async (db, { row }) => {
    await setHold(db, caseId, { by: actor.name, until });
    if (reason !== undefined) {
      await storeNote({ ...context, db }, row, { kind: 'hold', text: reason });
    }
    await setClaim(db, caseId, null);
    await insertCaseEvent(db, 'held', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId, until: until.toISOString() },
    });
    return { kind: 'held' };
  });
};

/** Ends a hold before its time. A case that is not held stays as it is. */
export const endHold = (
  context: Context<'actor' | 'now', Pool>,
  caseId: string,
): Promise<{ readonly kind: 'ended' } | CaseRefusal> =>
  changeOpenCase<{ readonly kind: 'ended' }>(context, caseId, async (db, { row }) => {
    const { actor, now: at } = context;
    if (row.held_until === null || row.held_until <= at) return { kind: 'ended' };
    await setHold(db, caseId, null);
    await insertCaseEvent(db, 'held', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId, ended: true },
    });
    return { kind: 'ended' };
  });

import { insertCaseEvent, setClaim, setEscalation } from '../../db/case-work.js';
import type { Pool } from '../../db/pool.js';
import type { Context } from '../context.js';
import { type CaseRefusal, changeOpenCase } from './change.js';
import { storeNote } from './notes.js';

/**
 * Escalates a case: it comes first in the queue, and its claim ends. The reason becomes a note. A
 * repeat adds its reason and keeps the first instant.
 */
export const escalateCase = (
  context: Context<'vault' | 'actor' | 'now', Pool>,
  caseId: string,
  { reason }: { readonly reason: string },
): Promise<{ readonly kind: 'escalated' } | CaseRefusal> =>
  changeOpenCase<{ readonly kind: 'escalated' }>(context, caseId, async (db, { row }) => {
    const { actor, now: at } = context;
    if (row.escalated_at === null) await setEscalation(db, caseId, { by: actor.name, at });
    const { noteId } = await storeNote({ ...context, db }, row, {
      kind: 'escalation',
      text: reason,
    });
    await setClaim(db, caseId, null);
    await insertCaseEvent(db, 'escalated', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId, noteId },
    });
    return { kind: 'escalated' };
  });

/** Takes an escalation back; for team leads. A case without one stays as it is. */
export const endEscalation = (
  context: Context<'actor' | 'now', Pool>,
  caseId: string,
): Promise<{ readonly kind: 'ended' } | CaseRefusal> =>
  changeOpenCase<{ readonly kind: 'ended' }>(context, caseId, async (db, { row }) => {
    const { actor, now: at } = context;
    if (row.escalated_at === null) return { kind: 'ended' };
    await setEscalation(db, caseId, null);
    await insertCaseEvent(db, 'escalated', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId, ended: true },
    });
    return { kind: 'ended' };
  });

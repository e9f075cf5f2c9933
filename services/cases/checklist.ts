import { deleteCheck, insertCheck, listCheckRows } from '../../db/case-checks.js';
import { insertCaseEvent, listCaseWork } from '../../db/case-work.js';
import type { Pool } from '../../db/pool.js';
import type { Context } from '../context.js';
import { type CaseRefusal, changeOpenCase } from './change.js';
import { reviewRulesOf } from './review-rules.js';

/** A point of the checklist that somebody has ticked. */
interface Check {
  /** Its text in the settings. */
  readonly item: string;
  readonly by: string;
  readonly at: string;
}

export type CheckResult =
  | { readonly kind: 'changed' }
  /** It was in that state already. */
  | { readonly kind: 'unchanged' }
  /** The banner's checklist has no such point, or it was not ticked. */
  | { readonly kind: 'no_such_item' }
  | CaseRefusal;

type CheckContext = Context<'settings' | 'actor' | 'now', Pool>;

const change = (
  context: CheckContext,
  caseId: string,
  { item, isTicked }: { readonly item: string; readonly isTicked: boolean },
): Promise<CheckResult> =>
  changeOpenCase<CheckResult>(context, caseId, async (db, { row }) => {
    const { actor, now: at, settings } = context;
    const isKnown = reviewRulesOf(settings, row.banner).checklist.includes(item);
    if (isTicked && !isKnown) return { kind: 'no_such_item' };
    const isChanged = isTicked
      ? await insertCheck(db, { caseId, item, by: actor.name, at })
      : await deleteCheck(db, { caseId, item });
    if (!isChanged) return { kind: isTicked || isKnown ? 'unchanged' : 'no_such_item' };
    await insertCaseEvent(db, 'checked', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId, item, isTicked },
    });
    return { kind: 'changed' };
  });

/**
 * Ticks a point of the checklist of the case's banner. The first person who ticked it is kept.
 * Needs an open case that nobody else holds.
 */
export const tickItem = (
  context: CheckContext,
  caseId: string,
  item: string,
): Promise<CheckResult> => change(context, caseId, { item, isTicked: true });

/** Removes a tick, also somebody else's, and also that of a point which left the list. */
export const untickItem = (
  context: CheckContext,
  caseId: string,
  item: string,
): Promise<CheckResult> => change(context, caseId, { item, isTicked: false });

/** The ticked points of a case, oldest first. */
export const listChecks = async ({ db }: Context, caseId: string): Promise<Check[]> =>
  (await listCheckRows(db, caseId)).map((row) => ({
    item: row.item,
    by: row.ticked_by,
    at: row.ticked_at.toISOString(),
  }));

/** The checklist of a case's banner with its ticks; undefined when there is no such case. */
export const readChecklist = async (
  context: Context<'settings'>,
  caseId: string,
): Promise<{ checklist: string[]; checks: Check[] } | undefined> => {
  const [row] = await listCaseWork(context.db, [caseId]);
  if (row === undefined) return undefined;
  const { checklist } = reviewRulesOf(context.settings, row.banner);
  return { checklist: [...checklist], checks: await listChecks(context, caseId) };
};

import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { listLiveDecisions } from '../../db/case-decisions.js';
import { type CaseWorkRow, listCaseWork } from '../../db/case-work.js';
import { sumAmounts } from '../../domain/money.js';
import { groupBy } from '../../domain/group-by.js';
import { type CaseRefusal, type LockedCase, refuseUnlessFree, refuseUnlessOpen } from './change.js';
import {
  decideCase,
  type DecisionContext,
  type DecisionRefusal,
  type DecisionRequest,
  refuseDecision,
  wouldAwaitSecond,
} from './decisions.js';

/** What a bulk decision did, or would do, to one case. */
export interface BulkResult {
  readonly caseId: string;
  readonly result:
    | { readonly kind: 'pending' }
    | { readonly kind: 'awaiting_second' }
    /** Postgres was away; the same request may be sent again. */
    | { readonly kind: 'try_again' }
    | CaseRefusal
    | DecisionRefusal;
}

/** The order totals of the decided cases in one currency. */
interface BulkTotal {
  readonly currency: string;
  readonly amount: number;
  readonly cases: number;
}

export interface BulkOutcome {
  readonly results: readonly BulkResult[];
  readonly totals: readonly BulkTotal[];
}

const isDecided = ({ result: { kind } }: BulkResult): boolean =>
  kind === 'pending' || kind === 'awaiting_second';

/** Sums per currency; a case with an unknown amount is in none. */
const totalsOf = (rows: readonly CaseWorkRow[], results: readonly BulkResult[]): BulkTotal[] => {
  const decided = new Set(results.filter(isDecided).map(({ caseId }) => caseId));
  const known = rows.flatMap(({ case_id, currency, amount }) =>
    decided.has(case_id) && currency !== null && amount !== null ? [{ currency, amount }] : [],
  );
  return [...groupBy(known, ({ currency }) => currency)].map(([currency, cases]) => ({
    currency,
    amount: sumAmounts(cases.map(({ amount }) => amount)),
    cases: cases.length,
  }));
};

const previewOne = async (
  context: DecisionContext,
  locked: LockedCase,
  request: DecisionRequest,
): Promise<BulkResult['result']> =>
  (await refuseUnlessOpen(context.db, locked)) ??
  refuseUnlessFree(locked, context.actor, context.now) ??
  refuseDecision(context, locked, request) ?? {
    kind: wouldAwaitSecond(context, locked, request) ? 'awaiting_second' : 'pending',
  };

/** What deciding these cases would do, without doing it. */
export const previewBulk = async (
  context: DecisionContext,
  caseIds: readonly string[],
  request: DecisionRequest,
): Promise<BulkOutcome> => {
  const rows = await listCaseWork(context.db, caseIds);
  const live = await listLiveDecisions(context.db, caseIds);
  const results: BulkResult[] = [];
  for (const caseId of new Set(caseIds)) {
    const row = rows.find(({ case_id: id }) => id === caseId);
    const decision = live.find(({ case_id: id }) => id === caseId);
    const result =
      row === undefined
        ? ({ kind: 'unknown' } as const)
        : await previewOne(context, { row, live: decision }, request);
    results.push({ caseId, result });
  }
  return { results, totals: totalsOf(rows, results) };
};

const decideOne = async (
  context: DecisionContext,
  caseId: string,
  request: DecisionRequest,
): Promise<BulkResult['result']> => {
  try {
    const result = await decideCase(context, caseId, request);
    if (result.kind !== 'pending') return result;
    return { kind: result.decision.state === 'awaiting_second' ? 'awaiting_second' : 'pending' };
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return { kind: 'try_again' };
    throw error;
  }
};

/**
 * Decides several cases in the same way, each by itself: a failure of one does not stop the others.
 * Each can be undone like any other decision.
 */
export const decideCases = async (
  context: DecisionContext,
  caseIds: readonly string[],
  request: DecisionRequest,
): Promise<BulkOutcome> => {
  const results: BulkResult[] = [];
  for (const caseId of new Set(caseIds)) {
    results.push({ caseId, result: await decideOne(context, caseId, request) });
  }
  return { results, totals: totalsOf(await listCaseWork(context.db, caseIds), results) };
};

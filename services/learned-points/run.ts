import { randomUUID } from 'node:crypto';
import type { PointsFitResult, PointsFitSummary } from '../../contracts/v1/points-fits.js';
import { insertAudit } from '../../db/audit.js';
import { planParts, type SourceRange } from '../../db/backtest-source.js';
import { insertFitParts } from '../../db/points-fit-parts.js';
import { endFit, findFit, findFitTexts, type FitRow, linkFit } from '../../db/points-fits.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { saveScoreProbabilities } from '../../db/score-probabilities.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { type Context, system } from '../context.js';
import { storeBacktest } from '../backtests/create.js';
import { storeDraft } from '../rule-sets/drafts.js';
import { periodsOfRequest } from './count.js';
import { summaryOf } from './read.js';

/** A part adds six events to the workflow's history; its counts are some hundred kilobytes. */
const partsMax = 200;
/** A part takes a second or two, so a crash costs little repeated work. */
const ordersInPart = 5000;

/**
 * Divides the orders of a fit into parts and returns their number. A divided one keeps its parts;
 * one that has ended has none.
 */
export const planPointsFit = async (
  { db: pool }: Context<never, Pool>,
  fitId: string,
): Promise<number> => {
  const row = await findFit(pool, fitId);
  if (row === undefined || row.state !== 'running') return 0;
  if (row.parts > 0) return row.parts;
  const { from, banner } = row.request;
  const to = new Date(periodsOfRequest(row.request).toMs);
  const sizeOf = (orders: number) => Math.max(ordersInPart, Math.ceil(orders / partsMax));
  const bounds = await planParts(pool, { from, to, banner }, sizeOf);
  const ranges = bounds.map((upTo, index): SourceRange => {
    // The empty string sorts before every id.
    const after = bounds[index - 1] ?? { receivedAt: from, transactionId: '' };
    return { after, upTo };
  });
  await insertFitParts(pool, fitId, ranges);
  return (await findFit(pool, fitId))?.parts ?? 0;
};

interface Proposal {
  readonly row: FitRow;
  /** The rules that were fitted. */
  readonly base: string;
  readonly proposed: { readonly text: string; readonly hash: string };
  readonly result: PointsFitResult;
}

/** Stores the draft of a fit and a backtest of it on the held-out orders. */
const storeProposal = async (
  { db, now }: Context<'now'>,
  { row, base, proposed, result }: Proposal,
): Promise<string> => {
  const { request, author, base_version: baseVersion } = row;
  const until = request.cut.toISOString().slice(0, 10);
  const isWorse = result.verdict === 'no_better';
  const { draft_id: draftId } = await storeDraft(
    { db, now, actor: { name: author } },
    {
      name: `Points learned until ${until}${isWorse ? ', no better than in force' : ''}`,
      text: proposed.text,
      base: { version: baseVersion, text: base },
    },
  );
  const { backtestId } = await storeBacktest(db, {
    ...{ backtestId: randomUUID(), ...proposed, author, createdAt: now },
    source: { draftId, revision: 1 },
    request: {
      from: new Date(result.periods.heldOutFrom),
      to: new Date(result.periods.to),
      ...{ banner: request.banner, facts: 'stored' },
      note: 'Held-out orders of learned points',
    },
  });
  await linkFit(db, row.fit_id, { draftId, backtestId });
  return backtestId;
};

const storeProbabilities = async (
  db: Queryable,
  { fit_id: fitId, hash, request: { banner, cut } }: FitRow,
  { result, proposedHash }: { result: PointsFitResult; proposedHash: string | null },
): Promise<void> => {
  const { inForce, proposed } = result.heldOut;
  const tables = [
    { ruleSetHash: hash, steps: inForce.probabilities },
    { ruleSetHash: proposedHash, steps: proposed.probabilities },
  ];
  for (const { ruleSetHash, steps } of tables) {
    if (ruleSetHash === null || steps === null) continue;
    await saveScoreProbabilities(db, { ruleSetHash, banner, fitId, cut, steps });
  }
};

/**
 * Ends a fit that has been computed: stores the draft that it proposes, its backtest and the
 * probabilities in one database transaction. Returns the id of the backtest, which the caller still
 * has to start; null when there is none. A repeat returns the same.
 */
export const proposePoints = async (
  { db: pool, now }: Context<'now', Pool>,
  fitId: string,
): Promise<string | null> =>
  inTransaction(pool, async (db) => {
    const isEnding = await endFit(db, fitId, { state: 'done', at: now });
    const [row, texts] = [await findFit(db, fitId), await findFitTexts(db, fitId)];
    if (!isEnding || row === undefined || texts === undefined) return row?.backtest_id ?? null;
    const { result, proposed_text: text, proposed_hash: hash } = texts;
    if (result === null) throw new Error('the fit has not been computed');
    const proposed = text === null || hash === null ? null : { text, hash };
    const backtestId =
      proposed === null
        ? null
        : await storeProposal({ db, now }, { row, base: texts.text, proposed, result });
    await storeProbabilities(db, row, { result, proposedHash: hash });
    await insertAudit(db, {
      ...{ actor: system.name, action: 'points_fit.done', object: `points-fit:${fitId}`, at: now },
      details: { verdict: result.verdict, proposedHash: hash, backtestId },
    });
    return backtestId;
  });

interface FitToEnd {
  readonly fitId: string;
  readonly state: 'cancelled' | 'failed';
  /** The reason for the audit trail. */
  readonly note?: string;
}

/**
 * Ends a running fit before it is done; it proposes nothing. One that has ended stays as it is.
 * Returns its present state, or undefined when there is none.
 */
export const endPointsFit = (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { fitId, state, note = '' }: FitToEnd,
): Promise<PointsFitSummary | undefined> =>
  inTransaction(pool, async (db) => {
    if (await endFit(db, fitId, { state, at: now })) {
      await insertAudit(db, {
        ...{ actor: actor.name, action: `points_fit.${state}`, at: now },
        object: `points-fit:${fitId}`,
        ...(note !== '' && { details: { note: maskReason(note) } }),
      });
    }
    const row = await findFit(db, fitId);
    return row && summaryOf(row);
  });

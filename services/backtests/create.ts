import { randomUUID } from 'node:crypto';
import type { BacktestSummary, NewBacktest } from '../../contracts/v1/backtests.js';
import { insertAudit } from '../../db/audit.js';
import { findBacktest, insertBacktest, type NewBacktestRow } from '../../db/backtests.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { findDraft } from '../../db/rule-set-drafts.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { type Context, system } from '../context.js';
import { type CheckContext, checkRuleText } from '../rule-sets/check.js';
import { readVersion, type ShippedRules } from '../rule-sets/versions.js';
import type { RefusedRuleText } from '../../domain/rule-text/read.js';
import { startOrFail } from '../start-or-fail.js';
import { summaryOf } from './read.js';
import { endBacktest } from './run.js';

type CreateContext = CheckContext<Pool> &
  Context<'actor' | 'now'> & { readonly shipped: ShippedRules };

export type Created =
  | { readonly kind: 'created'; readonly backtest: BacktestSummary }
  | { readonly kind: 'unknown_draft' | 'unknown_version' }
  | ({ readonly kind: 'refused' } & RefusedRuleText);

type Source = NewBacktestRow['source'];

const findText = async (
  { db, shipped }: CreateContext,
  { draftId, version, text }: NewBacktest,
): Promise<{ text: string; source: Source } | 'unknown_draft' | 'unknown_version'> => {
  if (draftId !== undefined) {
    const draft = await findDraft(db, draftId);
    if (draft === undefined) return 'unknown_draft';
    return { text: draft.text, source: { draftId, revision: draft.revision } };
  }
  if (version === undefined) return { text: text ?? '', source: {} };
  const found = await readVersion({ db }, shipped, version);
  return found === undefined ? 'unknown_version' : { text: found.text, source: { version } };
};

/** Stores a backtest of a checked text within the caller's database transaction. */
export const storeBacktest = async (
  db: Queryable,
  row: NewBacktestRow,
): Promise<BacktestSummary> => {
  await insertBacktest(db, row);
  const { from, to, banner, facts, note } = row.request;
  await insertAudit(db, {
    actor: row.author,
    action: 'backtest.created',
    object: `backtest:${row.backtestId}`,
    details: { source: row.source, hash: row.hash, from, to, banner, facts, note },
    at: row.createdAt,
  });
  const stored = await findBacktest(db, row.backtestId);
  if (stored === undefined) throw new Error('a backtest that was just stored is not there');
  return summaryOf(stored);
};

/**
 * Stores a backtest with the present text of its rules; later changes of the draft do not affect
 * it. The caller still has to start it.
 */
export const createBacktest = async (
  context: CreateContext,
  request: NewBacktest,
): Promise<Created> => {
  const { actor, now } = context;
  const found = await findText(context, request);
  if (typeof found === 'string') return { kind: found };
  const checked = await checkRuleText(context, found.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  const row: NewBacktestRow = {
    backtestId: randomUUID(),
    text: found.text,
    hash: checked.ruleSet.hash,
    source: found.source,
    request: {
      from: new Date(request.from),
      to: new Date(request.to),
      banner: request.banner ?? null,
      facts: request.facts,
      note: maskReason(request.note),
    },
    author: actor.name,
    createdAt: now,
  };
  const backtest = await inTransaction(context.db, (db) => storeBacktest(db, row));
  return { kind: 'created', backtest };
};

/** Stores a backtest and starts it. Throws what the start throws; the backtest has failed then. */
export const startBacktest = async (
  context: CreateContext & {
    readonly backtests: { readonly start: (backtestId: string) => Promise<void> };
  },
  request: NewBacktest,
): Promise<Created> => {
  const created = await createBacktest(context, request);
  if (created.kind !== 'created') return created;
  const { backtestId } = created.backtest;
  await startOrFail(
    () => context.backtests.start(backtestId),
    () => endBacktest({ ...context, actor: system }, { backtestId, state: 'failed' }),
  );
  return created;
};

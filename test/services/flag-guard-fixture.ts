import type { Banner } from '../../contracts/hbc/transaction.js';
import { noLookups } from '../../domain/lookups.js';
import type { Pool } from '../../db/pool.js';
import { createDraft } from '../../services/rule-sets/drafts.js';
import { publishDraft, publishVersion } from '../../services/rule-sets/publish.js';
import type { PublishedRules } from '../../services/rule-sets/put-in-force.js';
import { guard } from '../support/guard.js';
import { exampleSettings } from '../support/rules.js';
import { decide, shipped, tokeniser, vault } from './backtests-fixture.js';

export const minuteMs = 60_000;

/** What the guard and a publication need. */
export const contextAt = (pool: Pool, now: Date) => ({
  ...{ db: pool, now, vault, tokeniser, lookups: noLookups, settings: exampleSettings() },
  ...{ shipped, guard, fourEyes: false, actor: { name: 'analyst:ann' } },
});

const confirmed = async (
  ask: (confirm: string | undefined) => Promise<PublishedRules>,
): Promise<number> => {
  const first = await ask(undefined);
  const last = first.kind === 'needs_confirmation' ? await ask(first.confirm) : first;
  if (last.kind !== 'published') throw new Error(JSON.stringify(last));
  return last.inForce.version;
};

/** Publishes a text and returns its version. */
export const publishAt = async (pool: Pool, now: Date, text: string): Promise<number> => {
  const context = contextAt(pool, now);
  const created = await createDraft(context, { name: 'a try', text });
  if (created.kind !== 'created') throw new Error(created.kind);
  const { draftId } = created.draft;
  return confirmed((confirm) =>
    publishDraft(context, { draftId, publication: { note: 'a test', confirm } }),
  );
};

/** Publishes a version again. */
export const returnTo = (pool: Pool, now: Date, version: number): Promise<number> =>
  confirmed((confirm) =>
    publishVersion(contextAt(pool, now), {
      version,
      publication: { note: 'a test', confirm },
    }),
  );

interface Copies {
  readonly orders: number;
  readonly at: Date;
  readonly version: number;
  readonly rules: string;
  readonly orderTotal?: number;
  readonly banner?: Banner;
}

const copyText = (table: string, changes: string) =>
  `insert into ${table} overriding system value
    select (jsonb_populate_record(t, jsonb_build_object(
      'transaction_id', t.transaction_id || '-' || n, ${changes}))).*
    from ${table} t, generate_series(2, $2) n where t.transaction_id = $1`;

/** Stores orders that these rules decided alike. */
export const decideAlike = async (
  pool: Pool,
  { orders, at, version, rules, orderTotal = 100, banner = 's5a' }: Copies,
): Promise<void> => {
  const { transactionId } = await decide(pool, { orderTotal, banner }, { rules, version });
  for (const table of ['transactions', 'order_history']) {
    await pool.query(`update ${table} set received_at = $2 where transaction_id = $1`, [
      ...[transactionId, at],
    ]);
  }
  await pool.query('update decisions set decided_at = $2 where transaction_id = $1', [
    ...[transactionId, at],
  ]);
  const given = [transactionId, orders];
  await pool.query(
    copyText('transactions', `'workflow_id', t.workflow_id || n, 'order_id', t.order_id || n`),
    given,
  );
  await pool.query(copyText('order_history', `'position', t.position + 1000000 + n`), given);
  await pool.query(copyText('decisions', `'cross_reference', gen_random_uuid()`), given);
};

/** Empties what these tests write, without the triggers that forbid changes. */
export const forgetAll = async (pool: Pool): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query(`begin; set local session_replication_role = replica;
      truncate rule_set_versions, rule_set_publications, rule_set_drafts, transactions, backtests,
        policies, audit cascade;
      commit`);
  } finally {
    client.release();
  }
};

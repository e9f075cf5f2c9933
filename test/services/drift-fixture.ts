import type { Pool } from '../../db/pool.js';

/** Decisions of one day that are alike. */
export interface Alike {
  readonly at: Date;
  readonly orders: number;
  readonly banner?: string;
  readonly rules?: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Sardine's level; absent where it was not asked. */
  readonly level?: string;
}

let made = 0;

/** Stores decisions as another process made them. */
export const storeDecisions = async (
  pool: Pool,
  { at, orders, banner = 's5a', rules = [], facts = {}, level }: Alike,
): Promise<void> => {
  made += 1;
  const answers =
    level === undefined ? [] : [{ kind: 'answered', partner: 'sardine', label: level }];
  const hits = rules.map((id) => ({ id, name: id, points: 5, reason: 'so' }));
  await pool.query(
    `with numbers as (
        select 'drift-' || $1::text || '-' || n as id from generate_series(1, $2::int) n
      ),
      stored as (
        insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
          content_key_id, content_hash, body, status, received_at, updated_at)
        select id, id, $3, id, '1', 'k', '\\x00', '\\x00', 'processed', $4, $4 from numbers
      )
      insert into decisions (transaction_id, outcome, total_score, cross_reference, answer, remarks,
        rules_tripped, votes, hits, errored_rules, facts, partner_answers, rule_set_hash,
        policy_version, priority, decided_at)
      select id, 'accept', 5, gen_random_uuid(), '{}', '', '', '[]', $5, '[]', $6, $7, 'h', 0,
        'normal', $4 from numbers`,
    [
      made,
      orders,
      banner,
      at,
      JSON.stringify(hits),
      JSON.stringify(facts),
      JSON.stringify(answers),
    ],
  );
};

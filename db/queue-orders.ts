import { z } from 'zod';
import type { RuleHit } from '../domain/votes.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const QueueOrderRow = z.object({
  transaction_id: z.string(),
  /** Sealed. */
  body: z.instanceof(Buffer),
  hits: z.custom<readonly RuleHit[]>(Array.isArray),
  partners_down: z.array(z.string()),
  gift_card: z.boolean(),
});
/** What the queue shows of an order besides its case. */
export type QueueOrderRow = z.output<typeof QueueOrderRow>;

/** The orders of a page of the queue, in any order. */
export const listQueueOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<QueueOrderRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-queue-orders',
      text: `select t.transaction_id, t.body, d.hits,
          array(select given ->> 'partner'
            from jsonb_array_elements(d.partner_answers) as given
            where given ->> 'kind' = 'unavailable' and not exists (
              select from partner_answers a where a.transaction_id = t.transaction_id
                and a.partner = given ->> 'partner')) as partners_down,
          coalesce((d.facts ->> 'giftCards.quantity')::numeric, 0) > 0 as gift_card
        from transactions t join decisions d using (transaction_id)
        where t.transaction_id = any($1::text[])`,
      values: [transactionIds],
    }),
  );
  return parseRows(QueueOrderRow, rows);
};

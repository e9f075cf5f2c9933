import { z } from 'zod';
import { alertScopes } from '../contracts/sparkfly/rule.js';
import type { AlertRule } from '../domain/alerts/alert.js';
import type { AlertFamily } from './alert-rules.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** A live rule for counting, with the name for its alerts. */
export interface CountingRule extends AlertRule {
  readonly name: string;
  /** True when it has recipients for its alerts. */
  readonly hasRecipients: boolean;
}

const CountingRow = z.object({
  rule_id: z.coerce.number(),
  name: z.string(),
  metric: z.string(),
  quantity: z.coerce.number(),
  time_period_s: z.number(),
  suppression_s: z.number(),
  scope: z.enum(alertScopes),
  store_ids: z.array(z.coerce.number()),
  has_recipients: z.boolean(),
});

/** Every live rule of a family that counts one of the metrics. */
export const listCountingRules = async (
  db: Queryable,
  family: AlertFamily,
  metrics: readonly string[],
): Promise<CountingRule[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-counting-rules',
      text: `select rule_id, name, metric, quantity, time_period_s, suppression_s, scope, store_ids,
          notify_corporate or notify_store or notify_emails as has_recipients
        from alert_rules
        where family = $1 and metric = any ($2::text[]) and deleted_at is null order by rule_id`,
      values: [family, metrics],
    }),
  );
  return parseRows(CountingRow, rows).map((row) => ({
    id: row.rule_id,
    name: row.name,
    metric: row.metric,
    quantity: row.quantity,
    timePeriodMs: row.time_period_s * 1000,
    suppressionMs: row.suppression_s * 1000,
    scope: row.scope,
    storeIds: row.store_ids,
    hasRecipients: row.has_recipients,
  }));
};

import type { Pool } from '../../db/pool.js';
import type { AlertRule } from '../../domain/alerts/alert.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { changeRule, createRule, deleteRule } from '../../services/alerts/rules.js';
import type { RuleSettings } from '../../services/alerts/rule-settings.js';
import { newKey } from './lists-fixture.js';

export const analyst = { name: 'analyst:test' };

export const vault = createVault(new Keyring([newKey('payload')]));

let named = 0;

/** The settings of a rule that counts in this way. */
export const settingsOf = (
  rule: Omit<AlertRule, 'id'>,
  given: Partial<RuleSettings> = {},
): RuleSettings => {
  named += 1;
  return {
    ...{ name: `rule ${named}`, description: undefined },
    ...{ metric: rule.metric, quantity: rule.quantity, scope: rule.scope },
    ...{ timePeriodS: rule.timePeriodMs / 1000, suppressionS: rule.suppressionMs / 1000 },
    storeIds: rule.storeIds,
    ...{ notifyCorporate: false, notifyStore: false, notifyEmails: false, emails: [] },
    ...given,
  };
};

/** Rules of one family, as analysts set them. */
export const rulesIn = (pool: Pool, family: 'loyalty' | 'own' = 'loyalty') => {
  const deps = { db: pool, vault };
  const now = new Date();
  return {
    /** Creates a rule. Returns its id. */
    create: async (settings: RuleSettings): Promise<number> => {
      const created = await createRule({ ...deps, actor: analyst, now }, { family, settings });
      if (created.kind !== 'created') throw new Error(created.kind);
      return created.rule.row.rule_id;
    },
    change: async (id: number, settings: RuleSettings) => {
      const changed = await changeRule(
        { ...deps, actor: analyst, now },
        { rule: { family, id }, settings },
      );
      if (changed.kind !== 'changed') throw new Error(changed.kind);
    },
    remove: async (id: number) =>
      deleteRule({ ...deps, actor: analyst, now }, { rule: { family, id } }),
  };
};

/** Every stored alert. */
export const alertsIn = async (pool: Pool) => {
  const { rows } = await pool.query<
    Record<'id' | 'rule' | 'owner' | 'quantity', string> & {
      store: string | null;
      at: Date;
      suppressed: number;
    }
  >(
    `select event_id as id, rule_id as rule, owner, store, quantity, created_at as at,
      suppressed_count as suppressed from alert_events order by event_id`,
  );
  return rows.map((row) => ({
    ruleId: Number(row.rule),
    owner: row.owner,
    store: row.store === null ? null : Number(row.store),
    quantity: Number(row.quantity),
    createdAtMs: row.at.getTime(),
    suppressedCount: row.suppressed,
  }));
};

/** Empties all tables of alerts. */
export const clearAlerts = async (pool: Pool): Promise<void> => {
  await pool.query(
    'truncate alert_mails, alert_events, alert_activities, alert_rules, loyalty_members, due_work',
  );
};

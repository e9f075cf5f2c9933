import { randomUUID } from 'node:crypto';
import type { Banner, Transaction } from '../../contracts/hbc/transaction.js';
import type { Pool } from '../../db/pool.js';
import { noLookups } from '../../domain/lookups.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { showEvidence } from '../../services/evidence/subjects.js';
import { recordAlerts } from '../../services/evidence/from-alerts.js';
import { recordLabels } from '../../services/evidence/from-labels.js';
import { loadFactSource } from '../../services/transactions/fact-source.js';
import { loadTransaction } from '../../services/transactions/records.js';
import { withCheckDigit } from '../../local/demo/cards.js';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { exampleItems, type Overrides } from '../support/transactions.js';
import { dispatch } from './due-work.js';
import { newKey, processWith } from './lists-fixture.js';

type Given = Overrides<Transaction>;

const ruleSet = defaultRuleSet();

let numbered = Math.floor(Math.random() * 10_000_000);
const newCard = (): string => {
  numbered += 1;
  return withCheckDigit(`4111${String(numbered).padStart(11, '0')}`);
};

/** Subjects that no other order has. */
export const strangers = (): Given => {
  const name = randomUUID();
  return {
    additionalData: { inAuthId: randomUUID() },
    creditCard: { cardNumber: newCard() },
    customer: { accountId: name, emailAddress: `${name}@example.com` },
    items: exampleItems({ shippingAddress: { streetLineOne: `${name} St` } }),
  };
};

/** A process with these keys, and the steps that tests of evidence need. */
export const evidenceWith = (pool: Pool, keys = [newKey('k1')]) => {
  const { deps, store, receive, evidenceOf } = processWith(pool, keys);
  const source = deps;
  const orderOf = async (transactionId: string): Promise<SanitisedTransaction> =>
    (await loadTransaction(source, transactionId)).transaction;
  const order = async (given: Given = {}): Promise<string> => store({ ...strangers(), ...given });
  return {
    deps,
    receive,
    /** Stores an order that shares with others only what is given. Returns its id. */
    order,
    orderOf,
    /** The evidence about an order's subjects that was known at an instant. */
    known: async (transactionId: string, at: Date) => evidenceOf(await orderOf(transactionId), at),
    /** The same about an account. */
    knownOfAccount: async (accountId: string, at: Date, banner: Banner = 's5a') => {
      const given = { ...strangers(), customer: { accountId } };
      return evidenceOf({ ...receive(given).transaction, banner }, at);
    },
    shown: async (transactionId: string) =>
      showEvidence(source, transactionId, await orderOf(transactionId)),
    alerts: (now: Date, limit = 100) => recordAlerts({ ...deps, now }, { limit }),
    labels: async (now: Date, limit = 100) => {
      await dispatch(pool);
      return recordLabels({ ...deps, now }, { limit });
    },
    /**
     * The points of a rule for a stored order as of its receipt; undefined when it does not trip.
     */
    pointsOf: async (transactionId: string, rule: string): Promise<number | undefined> => {
      const settings = exampleSettings();
      const given = { ...source, settings, lookups: noLookups };
      const { transaction, ...known } = await loadFactSource(given, transactionId, ruleSet);
      const { hits, erroredRules } = scoreTransaction(ruleSet, transaction, known);
      if (erroredRules.length > 0) throw new Error(JSON.stringify(erroredRules));
      return hits.find(({ id }) => id === rule)?.points;
    },
    /** Opens an order's case. */
    openCase: async (transactionId: string, at: Date): Promise<void> => {
      await pool.query(
        `insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
          opened_at, due_at)
        values (gen_random_uuid(), $1, 's5a', 'open', 'review', 'normal', 50, $2, $2)`,
        [transactionId, at],
      );
    },
    /** The entries about evidence on an order's timeline. */
    noted: async (transactionId: string) => {
      const { rows } = await pool.query<{ details: Record<string, unknown> }>(
        `select details from audit where object = $1 and action = 'evidence.recorded' order by id`,
        [transactionId],
      );
      return rows.map(({ details }) => details);
    },
  };
};

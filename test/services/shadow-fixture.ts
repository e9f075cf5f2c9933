import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import type { Pool } from '../../db/pool.js';
import { type Lookups, noLookups } from '../../domain/lookups.js';
import { chooseRules, type RulesInForce, type Trial } from '../../domain/rules/in-force.js';
import { loadRuleSet } from '../../domain/rules/load-rule-set.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { runDueShadows } from '../../services/shadow/score.js';
import { loadFactSource } from '../../services/transactions/fact-source.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { exampleSettings, hashText } from '../support/rules.js';
import { type Overrides, parsedExample } from '../support/transactions.js';
import { samePolicies } from './database.js';
import { dispatch, dueIn } from './due-work.js';

const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);
const tokeniser = createTokeniser(keyring, Buffer.alloc(32, 9));
const vault = createVault(keyring);

/** A rule that trips from a total on; `more` holds further fields. */
export const totalRule = (id: string, from: number, points: number, more: object = {}) => ({
  id,
  name: `${id} total`,
  cases: [{ when: `tx.orderTotal >= ${from}.0`, points, reason: 'Total {tx.orderTotal}.' }],
  ...more,
});

/** A rule that cannot be evaluated when the address table is broken. */
export const ipRule = (id: string, more: object = {}) => ({
  id,
  name: `${id} address`,
  cases: [{ when: 'ip.anonymous', points: 90, reason: 'Anonymous.' }],
  ...more,
});

export const rulesOf = (rules: readonly object[], more: object = {}): RuleSet =>
  loadRuleSet({ rules, ...more }, hashText);

/** Every lookup of an IP address fails. */
export const brokenLookups: Lookups = {
  ...noLookups,
  ip: () => {
    throw new Error('the table is broken');
  },
};

export interface DecideOptions {
  readonly lookups?: Lookups;
  readonly answers?: readonly PartnerAnswer[];
  readonly policy?: { readonly version: number; readonly policy: Policy };
  readonly at?: Date;
}

/** A process with rule sets by version: it decides orders and evaluates them after the answer. */
export const processWith = (pool: Pool, versions: Map<number, RuleSet>) => {
  const settings = exampleSettings();
  const deps = { db: pool, vault, tokeniser, settings, lookups: noLookups };
  const numbered = (version: number) => {
    const ruleSet = versions.get(version);
    if (ruleSet === undefined) throw new Error(`no version ${version}`);
    return { version, ruleSet };
  };
  return {
    numbered,
    /** Stores an order and decides it as the product does. Returns its id and the answer. */
    decide: async (
      overrides: Overrides<Transaction>,
      rules: { live: number; trial?: Omit<Trial, 'challenger'> & { version: number } },
      { lookups = noLookups, answers = [], policy, at = new Date() }: DecideOptions = {},
    ) => {
      const parsed = parsedExample({ orderId: randomUUID(), ...overrides });
      const received = receiveTransaction(tokeniser, parsed);
      const { transactionId } = received;
      await openTransaction({ db: pool, vault }, received);
      const inForce: RulesInForce = {
        live: numbered(rules.live),
        trial: rules.trial ? { ...rules.trial, challenger: numbered(rules.trial.version) } : null,
      };
      const { transaction } = received;
      const chosen = chooseRules(inForce, transaction);
      const source = await loadFactSource({ ...deps, lookups }, transactionId, chosen.ruleSet);
      const { decision } = await recordDecision(
        { db: pool, now: at },
        policy ?? { version: 0, policy: Policy.parse({}) },
        {
          transactionId,
          banner: transaction.banner,
          local: {
            ...scoreTransaction(chosen.ruleSet, transaction, source),
            ruleSetVersion: chosen.version,
            shadowVersions: chosen.shadowVersions,
            ...(chosen.trial && { trial: chosen.trial }),
          },
          answers,
          homeAmount: transaction.orderTotal,
          reviewDueAt: at,
        },
      );
      return { transactionId, ...decision };
    },
    /** One batch of the evaluations that are due at an instant. */
    runDue: async (now: Date, limit = 10, lookups: Lookups = noLookups) => {
      await dispatch(pool);
      return runDueShadows(
        {
          ...{ ...deps, lookups, pool, now: () => now },
          policyDefaults: samePolicies(),
          ruleSetOf: async (version) => numbered(version).ruleSet,
        },
        limit,
      );
    },
  };
};

/** The stored evaluations of an order, by version. */
export const scoresOf = async (pool: Pool, transactionId: string) => {
  const { rows } = await pool.query<{
    version: number;
    trial_id: string | null;
    total_score: number;
    outcome: string;
    hits: readonly { id: string; alone?: string }[];
    errored_rules: readonly { id: string; alone?: string }[];
    fault: string | null;
  }>('select * from shadow_scores where transaction_id = $1 order by version', [transactionId]);
  return rows;
};

export const pendingOf = async (pool: Pool): Promise<number> =>
  (await dueIn(pool, 'shadow')).length;

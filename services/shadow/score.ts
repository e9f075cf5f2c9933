import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { type DueRow, finishDue, type LeasedWork, postponeDue, takeDue } from '../../db/due.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import {
  findShadowOrders,
  insertShadowScores,
  type NewShadowScore,
  PendingShadow,
  type ShadowOrder,
} from '../../db/shadow.js';
import type { Facts } from '../../domain/facts/catalogue.js';
import type { FactValue } from '../../domain/facts/fact-group.js';
import {
  flattenFacts,
  listFactOf,
  listGroup,
  rolloutGroup,
  unflattenFacts,
} from '../../domain/rules/fact-name.js';
import type { NumberedRuleSet, RulesInForce } from '../../domain/rules/in-force.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { factsFor } from '../../domain/rules/score-transaction.js';
import {
  type DecidedOrder,
  judgeChallenger,
  judgeShadowRules,
  type ShadowScore,
} from '../../domain/trials/judge-shadow.js';
import type { Context } from '../context.js';
import type { PolicyDefaults } from '../policies/versions.js';
import { type LoadedVersions, loadVersion, RulesRefused } from '../rule-sets/versions.js';
import { type FactContext, loadFactSource } from '../transactions/fact-source.js';

/**
 * Looks up rule sets by version: from this process's rules in force, others from the database. The
 * returned function throws `RulesRefused`, and an error for an unknown version.
 */
export const createRuleSetOf = (
  { db }: Context,
  rules: () => RulesInForce,
  shipped: NumberedRuleSet,
): ((version: number) => Promise<RuleSet>) => {
  const loaded: LoadedVersions = new Map();
  return async (version) => {
    const { live, trial } = rules();
    const inForce = [live, trial?.challenger].find((one) => one?.version === version);
    const ruleSet = inForce?.ruleSet ?? (await loadVersion({ db }, shipped, loaded, version));
    if (ruleSet === undefined) throw new Error(`there is no version ${version}`);
    return ruleSet;
  };
};

/**
 * The rules under the version's number are not those that decided the order; happens during a
 * release.
 */
export class RuleSetChanged extends Error {
  override readonly name = 'RuleSetChanged';
}

/** The context for evaluating orders with rules that did not decide them. */
export type ShadowContext<Db extends Queryable = Queryable> = FactContext<Db> & {
  /** A rule set by its version. Throws when none is usable. */
  readonly ruleSetOf: (version: number) => Promise<RuleSet>;
  readonly policyDefaults: PolicyDefaults;
};

type FlatFacts = Readonly<Record<string, FactValue>>;

/** Facts that a decision needs whatever the rules read. */
const ownFactNames = ['tx.orderTotal', 'tx.currency', 'tx.homeCurrency'];

/** Facts that the rules read but the decision has not stored. */
const missingReads = (ruleSet: RuleSet, { banner, facts }: ShadowOrder) => ({
  factNames: [...ruleSet.factNames, ...ownFactNames].filter((name) => !(name in facts)),
  lists: ruleSet.lists.filter(
    ({ list, subject }) => !(`${listGroup}.${listFactOf(list, subject)}` in facts),
  ),
  places: Object.keys(ruleSet.of(banner).rollouts).filter(
    (id) => !(`${rolloutGroup}.${id}` in facts),
  ),
});

/**
 * The stored facts, completed with the others that a rule set reads, as of the order's receipt.
 * Never replaces a stored fact.
 */
const completedFacts = async (
  context: ShadowContext,
  ruleSet: RuleSet,
  order: ShadowOrder,
): Promise<FlatFacts> => {
  const { factNames, lists, places } = missingReads(ruleSet, order);
  if (factNames.length + lists.length + places.length === 0) return order.facts;
  const source = await loadFactSource(context, order.transaction_id, { factNames, lists });
  return { ...flattenFacts(factsFor(ruleSet, source)), ...order.facts };
};

const homeAmountOf = (facts: FlatFacts): number | null => {
  const total = facts['tx.orderTotal'];
  const isHome = facts['tx.currency'] === facts['tx.homeCurrency'];
  return isHome && typeof total === 'number' ? total : null;
};

/**
 * Evaluates a decided order with a version: the version that decided it with its shadow rules live,
 * another one with its live rules. Throws `RuleSetChanged`, and errors from reading the version or
 * the order.
 */
export const evaluateShadow = async (
  context: ShadowContext,
  { version }: PendingShadow,
  order: ShadowOrder,
): Promise<ShadowScore> => {
  const ruleSet = await context.ruleSetOf(version);
  const isOwn = order.rule_set_version === version;
  if (isOwn && order.rule_set_hash !== ruleSet.hash) {
    throw new RuleSetChanged(`version ${version} is not what it was`);
  }
  const flat = await completedFacts(context, ruleSet, order);
  const facts: Facts = unflattenFacts(flat);
  const { banner, policy } = order;
  const decided: DecidedOrder = {
    transactionId: order.transaction_id,
    banner,
    hits: order.hits,
    erroredRules: order.errored_rules,
    answers: order.partner_answers,
    policy: policy ?? context.policyDefaults[banner],
    homeAmount: homeAmountOf(flat),
    bands: context.settings.banners[banner].bands,
  };
  return (isOwn ? judgeShadowRules : judgeChallenger)(ruleSet, decided, facts);
};

/**
 * Pauses before the second to fifth attempt: a restart, an outage, a release. After the fifth, a
 * person has to act.
 */
const pausesMs = [2000, 15_000, 120_000, 900_000];

/** The result of one batch. */
export interface ShadowBatch {
  /** Evaluated orders; in `errored` of them a rule could not be evaluated. */
  readonly evaluated: number;
  readonly errored: number;
  /** Failed evaluations that will be retried. */
  readonly postponed: number;
  /** Evaluations that failed for the last time: stored with a fault instead of a score. */
  readonly failed: readonly { readonly transactionId: string; readonly version: number }[];
  readonly hasMore: boolean;
}

/** By type, since an error's message may hold personal data. */
const faultOf = (error: unknown): string => {
  if (error instanceof TemporarilyUnavailable) return 'what it needs could not be read in time';
  if (error instanceof RuleSetChanged) return 'the rules of the version have changed';
  if (error instanceof RulesRefused) return 'the rules of the version cannot be used';
  return `the order could not be evaluated (${error instanceof Error ? error.name : 'unknown'})`;
};

/** The result of one evaluation, by the key of its work. */
interface Tried {
  readonly key: string;
  readonly result: NewShadowScore | { readonly pauseMs: number };
}

const tryOne = async (
  context: ShadowContext,
  pending: PendingShadow & Pick<DueRow, 'attempts'>,
  order: ShadowOrder | undefined,
): Promise<Tried['result']> => {
  const { transactionId, version, trialId } = pending;
  try {
    if (order === undefined) throw new Error('the order has no decision');
    const score = await evaluateShadow(context, pending, order);
    return { transactionId, version, trialId, score, fault: null };
  } catch (error) {
    const pauseMs = pausesMs[pending.attempts - 1];
    if (pauseMs !== undefined) return { pauseMs };
    return { transactionId, version, trialId, score: null, fault: faultOf(error) };
  }
};

const tryAll = async (
  context: ShadowContext,
  rows: readonly DueRow[],
): Promise<readonly Tried[]> => {
  const due = rows.map(({ key, attempts, details }) => ({
    key,
    attempts,
    ...PendingShadow.parse(details),
  }));
  const ids = due.map(({ transactionId }) => transactionId);
  const orders = new Map(
    (await findShadowOrders(context.db, ids)).map((order) => [order.transaction_id, order]),
  );
  const tried: Tried[] = [];
  for (const pending of due) {
    const result = await tryOne(context, pending, orders.get(pending.transactionId));
    tried.push({ key: pending.key, result });
    // Orders that this process is answering go first.
    await yieldToOthers();
  }
  return tried;
};

const store = async (
  db: Queryable,
  taken: LeasedWork,
  { tried, now }: { readonly tried: readonly Tried[]; readonly now: Date },
): Promise<Omit<ShadowBatch, 'hasMore'>> => {
  const done: NewShadowScore[] = [];
  const finished: string[] = [];
  for (const { key, result } of tried) {
    if ('pauseMs' in result) {
      await postponeDue(db, taken, [key], new Date(now.getTime() + result.pauseMs));
    } else {
      done.push(result);
      finished.push(key);
    }
  }
  if (done.length > 0) await insertShadowScores(db, done, now);
  await finishDue(db, taken, finished);
  const scored = done.filter(({ fault }) => fault === null);
  return {
    evaluated: scored.length,
    errored: scored.filter(({ score }) => (score?.erroredRules.length ?? 0) > 0).length,
    postponed: tried.length - done.length,
    failed: done
      .filter(({ fault }) => fault !== null)
      .map(({ transactionId, version }) => ({ transactionId, version })),
  };
};

/**
 * Evaluates at most `limit` due orders. Scores and pending work change in one database transaction
 * that locks the work, so a crash loses none and no two callers evaluate the same order. A failing
 * order gets five attempts. When this throws, nothing has changed.
 */
export const runDueShadows = async (
  context: ShadowContext<Pool> & { readonly now: () => Date },
  limit: number,
): Promise<ShadowBatch> => {
  return inTransaction(context.db, async (db) => {
    const taken = await takeDue(db, 'shadow', { now: context.now(), limit });
    // On connections outside this transaction, which one failed read would abort for all orders.
    const tried = await tryAll(context, taken.rows);
    const batch = await store(db, taken, { tried, now: context.now() });
    return { ...batch, hasMore: taken.rows.length === limit };
  });
};

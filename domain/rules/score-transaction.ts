import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Bands } from '../../contracts/rules.js';
import { factGroups, type Facts, readFacts } from '../facts/catalogue.js';
import type { FactSource } from '../facts/fact-group.js';
import { byTime, type HistoryRow } from '../history.js';
import { ownValue } from '../own-value.js';
import { mostSevere } from '../combine-votes.js';
import type { SanitisedTransaction } from '../transaction.js';
import type { CountedOrders, LocalScore, RuleHit } from '../votes.js';
import type { ListRead } from './expression-parts.js';
import { flattenFacts, listFactOf, listGroup, rolloutGroup, splitFactName } from './fact-name.js';
import { rolloutPlaceOf } from './rollout.js';
import type { RuleResults, RuleSet } from './rule-set.js';

const outcomeOfScore = (totalScore: number, { reviewFrom, rejectFrom }: Bands): Outcome => {
  if (totalScore >= rejectFrom) return 'reject';
  return totalScore >= reviewFrom ? 'review' : 'accept';
};

/**
 * The outcome of rule results: the most severe of the score's band, every hard rule that tripped,
 * and review if any rule was errored. A hard accept replaces the band and nothing else, so it
 * cannot override a hard review or reject.
 */
export const judge = (
  { hits, erroredRules }: RuleResults,
  bands: Bands,
): { readonly totalScore: number; readonly outcome: Outcome } => {
  const totalScore = hits.reduce((sum, hit) => sum + hit.points, 0);
  const hard = hits.flatMap((hit) => hit.hard ?? []);
  const outcome = mostSevere([
    hard.includes('accept') ? 'accept' : outcomeOfScore(totalScore, bands),
    ...hard,
    ...(erroredRules.length > 0 ? (['review'] as const) : []),
  ]);
  return { totalScore, outcome };
};

/** The facts of the rule set itself: list matches and rollout places. */
const ownFacts = (ruleSet: RuleSet, { transaction, listings }: FactSource): Facts => {
  const asked = listings === undefined ? [] : ruleSet.lists;
  const isOn = ({ list, subject }: ListRead): boolean =>
    listings?.some((listing) => listing.list === list && listing.subject === subject) === true;
  const onList = asked.map((read) => [listFactOf(read.list, read.subject), isOn(read)] as const);
  const { rollouts } = ruleSet.of(transaction.banner);
  const places = Object.entries(rollouts).map(
    ([id, { by }]) => [id, rolloutPlaceOf(id, transaction, by)] as const,
  );
  return { [listGroup]: Object.fromEntries(onList), [rolloutGroup]: Object.fromEntries(places) };
};

/** All facts that the rules of a set may read of one transaction. */
export const factsFor = (ruleSet: RuleSet, source: FactSource): Facts => ({
  ...readFacts(source),
  ...ownFacts(ruleSet, source),
});

/** Orders listed per fact, enough to see a pattern; the total is given beside them. */
const countedMax = 20;

/** The id of the scored order: the latest in its history. */
const ownOrderOf = ({ history }: FactSource): string | undefined => {
  let latest: HistoryRow | undefined;
  for (const row of history?.card ?? []) {
    if (latest === undefined || byTime(row, latest) > 0) latest = row;
  }
  return latest?.order;
};

/** The other orders that a fact counted, each by the latest of its shipment groups. */
const countedOrdersOf = (fact: string, source: FactSource): CountedOrders | undefined => {
  const [group, name] = splitFactName(fact);
  const found = ownValue(factGroups, group);
  if (found?.counted === undefined || found.needs.some((need) => source[need] === undefined)) {
    return undefined;
  }
  const counted = found.counted(name, source);
  if (counted === undefined) return undefined;
  const latestFirst = counted.rows.toSorted((one, other) => byTime(other, one));
  const own = ownOrderOf(source);
  const groupOf = new Map<string, string>();
  for (const { order, transactionId } of latestFirst) {
    if (order !== own && !groupOf.has(order)) groupOf.set(order, transactionId);
  }
  return {
    fact,
    window: counted.window,
    transactionIds: [...groupOf.values()].slice(0, countedMax),
    orders: groupOf.size,
  };
};

/** Adds to each hit the orders that its facts counted. */
export const withCountedOrders = (hits: readonly RuleHit[], source: FactSource): RuleHit[] =>
  hits.map((hit) => {
    const counted = Object.keys(hit.facts ?? {}).flatMap(
      (fact) => countedOrdersOf(fact, source) ?? [],
    );
    return counted.length === 0 ? hit : { ...hit, counted };
  });

/**
 * Scores one transaction by the live rules of a set. Pure. Data that was not loaded (`history`,
 * `listings`, `evidence` undefined) has no facts; a rule that reads them is errored, and the order
 * goes to review.
 */
export const scoreTransaction = (
  ruleSet: RuleSet,
  transaction: SanitisedTransaction,
  context: Omit<FactSource, 'transaction'>,
): LocalScore => {
  const source = { ...context, transaction };
  const facts = factsFor(ruleSet, source);
  const rules = ruleSet.of(transaction.banner);
  const { hits, erroredRules } = rules.evaluate(facts);
  const bands = rules.bands ?? context.settings.banners[transaction.banner].bands;
  return {
    ...judge({ hits, erroredRules }, bands),
    hits: withCountedOrders(hits, source),
    erroredRules,
    facts: flattenFacts(facts),
    ruleSetHash: ruleSet.hash,
    rejectFrom: bands.rejectFrom,
  };
};

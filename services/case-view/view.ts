import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Bands } from '../../contracts/rules.js';
import type { CaseDetail } from '../../contracts/v1/cases.js';
import type { FraudProbability } from '../../contracts/v1/points-fits.js';
import { countLikeOrders } from '../../db/like-orders.js';
import { findCase } from '../../db/cases.js';
import { findExplanation, type ExplanationRow } from '../../db/decision-explanations.js';
import { readSubjectCounts, type SubjectCounts } from '../../db/subject-counts.js';
import { type Acquaintance, compareParts, type ComparedRow } from '../../domain/case/comparison.js';
import { type Goods, goodsOf } from '../../domain/case/goods.js';
import { type IssuerWords, issuerInWords } from '../../domain/case/issuer.js';
import { type Ledger, ledgerOf } from '../../domain/case/ledger.js';
import { passedLimit, type RuleLimit } from '../../domain/case/limits.js';
import { type LikeOrders, type Mistakes, mistakesOf } from '../../domain/case/mistakes.js';
import { heaviestFirst, type ScoreBar, scoreBarOf } from '../../domain/case/score-bar.js';
import {
  outcomeOf,
  whatWouldChange,
  type WhatWouldChange,
} from '../../domain/case/what-would-change.js';
import type { Listing } from '../../domain/listing.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { ErroredRule, PartnerAnswer, RuleHit, Vote } from '../../domain/votes.js';
import { readCase } from '../cases/read.js';
import type { Context } from '../context.js';
import { fraudProbabilityOf } from '../learned-points/probability.js';
import { type PolicyDefaults, readPolicyVersion } from '../policies/versions.js';
import type { ShippedRules } from '../rule-sets/versions.js';
import { findKnownSubjects } from '../transactions/known-subjects.js';
import { loadTransaction } from '../transactions/records.js';
import { type EarlierOrders, readEarlierOrders } from './customer.js';
import { findRuleFacts, type KnownRuleFacts } from './rule-facts.js';

/** The context for reading a case page. */
export type ViewContext = Context<'vault' | 'tokeniser' | 'settings' | 'actor' | 'now'> & {
  readonly shipped: ShippedRules;
  readonly policyDefaults: PolicyDefaults;
  readonly knownRules: KnownRuleFacts;
};

/** A rule that tripped, with what it read and where it begins. */
export interface TrippedRule extends RuleHit {
  readonly values: readonly {
    readonly fact: string;
    readonly value: string;
    readonly limit: number | undefined;
  }[];
}

/** What the case page shows of an order besides the case: no work on a case changes any of it. */
export interface OrderFacts {
  readonly order: SanitisedTransaction;
  readonly receivedAt: Date;
  readonly decidedAt: Date;
  /** As first answered. */
  readonly outcome: Outcome;
  readonly votes: readonly Vote[];
  readonly rules: readonly TrippedRule[];
  readonly erroredRules: readonly ErroredRule[];
  /** 0 for the shipped rule set; null in decisions of earlier versions. */
  readonly ruleSetVersion: number | null;
  /** Undefined when the rule set that judged the order is no longer known. */
  readonly ruleCount: number | undefined;
  readonly bands: Bands;
  readonly bar: ScoreBar;
  readonly rows: readonly ComparedRow[];
  /** Shipping places besides the one that is compared. */
  readonly otherPlaces: number;
  readonly issuer: IssuerWords;
  readonly answers: readonly PartnerAnswer[];
  readonly goods: Goods;
  readonly ledger: Ledger;
  readonly mistakes: Mistakes;
  /** As a fit estimated it; null while no fit had enough labels for the rule set. */
  readonly probability: FraudProbability | null;
  /** Undefined when the stored answer does not follow from what is known of its rules. */
  readonly change: WhatWouldChange | undefined;
  readonly counts: readonly SubjectCounts[];
  readonly limits: readonly RuleLimit[];
  readonly earlier: EarlierOrders;
  /** List entries that match the order now. */
  readonly listed: readonly Listing[];
}

/** Everything that the case page shows at once. */
export interface CaseView extends OrderFacts {
  readonly detail: CaseDetail;
}

/** Scores this near count as alike. */
const likeDistance = 10;

const likeOrdersOf = async (
  { db, now, settings }: Context<'now' | 'settings'>,
  row: ExplanationRow,
): Promise<LikeOrders[]> => {
  const { transaction_id: transactionId, banner, total_score: score, hits } = row;
  // Of a score that lacks a rule nobody knows which scores are like it.
  if (row.errored_rules.length > 0) return [];
  const heaviest = heaviestFirst(hits).find(({ points }) => points > 0);
  const found = await countLikeOrders(db, {
    ...{ transactionId, banner, score },
    heaviestRule: heaviest?.id ?? '',
    distance: likeDistance,
    at: now,
  });
  const near = `a score within ${likeDistance} of ${score} at ${settings.banners[banner].name}`;
  const close = { fraud: found.close_fraud, good: found.close_good };
  return [
    ...(heaviest ? [{ ...close, likeness: `${near}, and ${heaviest.id} tripped` }] : []),
    { fraud: found.wide_fraud, good: found.wide_good, likeness: near },
  ];
};

const knownOf = (counts: readonly SubjectCounts[]) => {
  const of = (subject: SubjectCounts['subject']): Acquaintance | undefined => {
    const found = counts.find((one) => one.subject === subject);
    return (
      found && {
        orders: found.counts.lifetime.orders,
        isMore: found.isMore,
        firstAtMs: found.firstAt.getTime(),
      }
    );
  };
  return {
    card: of('card'),
    address: of('address'),
    account: of('account'),
    email: of('email'),
    device: of('device'),
  };
};

const printValue = (value: number | boolean | string): string => {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return value === '' ? 'blank' : String(value);
};

const withValues = (hit: RuleHit, limits: readonly RuleLimit[]): TrippedRule => ({
  ...hit,
  values: Object.entries(hit.facts ?? {}).map(([fact, value]) => ({
    fact,
    value: printValue(value),
    limit: passedLimit(limits, hit.id, fact, value),
  })),
});

const homeAmountOf = (order: SanitisedTransaction, { facts }: ExplanationRow): number | null =>
  (facts['tx.homeCurrency'] ?? order.currencyCode) === order.currencyCode ? order.orderTotal : null;

/** Undefined when combining the stored parts again does not give the stored answer. */
const changeOf = async (
  { policyDefaults, db }: ViewContext,
  row: ExplanationRow,
  { order, bands }: { readonly order: SanitisedTransaction; readonly bands: Bands },
): Promise<WhatWouldChange | undefined> => {
  const { banner, policy_version: policyVersion } = row;
  const version = await readPolicyVersion({ db }, policyDefaults, banner, policyVersion);
  if (version === undefined) return undefined;
  const ballot = {
    hits: row.hits,
    erroredRules: row.errored_rules,
    bands,
    answers: row.partner_answers,
    policy: version.policy,
    homeAmount: homeAmountOf(order, row),
    transactionId: row.transaction_id,
  };
  return outcomeOf(ballot) === row.outcome ? whatWouldChange(ballot) : undefined;
};

/** All reads run concurrently, because none depends on another. */
const readParts = async (context: ViewContext, row: ExplanationRow) => {
  const { db } = context;
  const { transaction_id: transactionId } = row;
  const { transaction: order, receivedAt } = await loadTransaction(context, transactionId);
  const own = { transactionId, currency: order.currencyCode, receivedAt };
  const wanted = { isListed: true, texts: [], isEvidenced: false };
  const scored = {
    ...{ banner: row.banner, ruleSetHash: row.rule_set_hash, totalScore: row.total_score },
    erroredRules: row.errored_rules,
  };
  const [counts, earlier, like, facts, { listings = [] }, probability] = await Promise.all([
    readSubjectCounts(db, transactionId),
    readEarlierOrders(context, own),
    likeOrdersOf(context, row),
    findRuleFacts({ db, shipped: context.shipped, known: context.knownRules }, row),
    findKnownSubjects(context, order, context.now, wanted),
    fraudProbabilityOf(context, scored),
  ]);
  return { order, receivedAt, counts, earlier, like, facts, listed: listings, probability };
};

/** The panels that compare facts about the order. */
const weigh = (
  { settings }: ViewContext,
  row: ExplanationRow,
  { order, receivedAt, counts, earlier, like }: Awaited<ReturnType<typeof readParts>>,
) => {
  const { dialect } = settings.avs;
  const answers = row.partner_answers;
  const shared = {
    receivedAtMs: receivedAt.getTime(),
    ipCountry: String(row.facts['ip.country'] ?? ''),
    known: knownOf(counts),
  };
  const { quietAtPlace, ends, yearTotal } = earlier;
  return {
    ...compareParts(order, shared),
    issuer: issuerInWords(order, { dialect, approvedCodes: settings.auth.approvedCodes }),
    answers,
    goods: goodsOf(order, settings),
    ledger: ledgerOf({ ...shared, order, answers, dialect, earlier: ends, quietAtPlace }),
    mistakes: mistakesOf(order, settings.mistakes, { like, yearTotal }),
  };
};

/** Undefined for an order that is not decided. Not audited: whoever shows an order audits that. */
export const readOrderFacts = async (
  context: ViewContext,
  transactionId: string,
): Promise<OrderFacts | undefined> => {
  const row = await findExplanation(context.db, transactionId);
  if (row === undefined) return undefined;
  const parts = await readParts(context, row);
  const { order, receivedAt, counts, earlier, facts, listed, probability } = parts;
  const bands = facts?.bands ?? context.settings.banners[row.banner].bands;
  const limits = facts?.limits ?? [];
  return {
    ...weigh(context, row, parts),
    order,
    receivedAt,
    decidedAt: row.decided_at,
    outcome: row.outcome,
    votes: row.votes,
    erroredRules: row.errored_rules,
    ruleSetVersion: row.rule_set_version,
    rules: heaviestFirst(row.hits).map((hit) => withValues(hit, limits)),
    ruleCount: facts?.ruleCount,
    bands,
    bar: scoreBarOf(row.hits, bands),
    change: facts && (await changeOf(context, row, { order, bands })),
    counts,
    limits,
    earlier,
    listed,
    probability,
  };
};

/**
 * Reads what the page of a case shows besides the case. Not audited: nobody sees it before
 * `readCaseView`. Undefined when there is no such case.
 */
export const prepareCaseView = async (
  context: ViewContext,
  caseId: string,
): Promise<OrderFacts | undefined> => {
  const row = await findCase(context.db, caseId);
  return row && readOrderFacts(context, row.transaction_id);
};

/**
 * Reads a case with all that its page shows. Each reading is audited, as it opens personal data.
 * Every part has a bound, so a customer with very many orders costs little more than a new one.
 * Undefined when there is no such case. `prepared` are the facts of its order if somebody has read
 * them already; the case itself is always read anew.
 */
export const readCaseView = async (
  context: ViewContext,
  caseId: string,
  prepared?: OrderFacts,
): Promise<CaseView | undefined> => {
  const detail = await readCase(context, caseId);
  if (detail === undefined) return undefined;
  const facts = prepared ?? (await readOrderFacts(context, detail.transactionId));
  return facts && { ...facts, detail };
};

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import { banners } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import { changeOf } from '../../domain/backtest/change.js';
import { differingFacts } from '../../domain/backtest/differences.js';
import { createFactPicker } from '../../domain/backtest/pick-facts.js';
import { reportOf } from '../../domain/backtest/report.js';
import type { StoredOrder } from '../../domain/backtest/stored-order.js';
import { addSums, noSums, type Sums } from '../../domain/backtest/sums.js';
import { createTally } from '../../domain/backtest/tally.js';
import { type Tried, tryRules } from '../../domain/backtest/try-rules.js';
import { combineVotes } from '../../domain/combine-votes.js';
import { noHistory } from '../../domain/history.js';
import { noLookups } from '../../domain/lookups.js';
import { printRulesTripped } from '../../domain/rules-tripped.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { sampledId } from '../support/sampled-order.js';
import { exampleTransaction } from '../support/transactions.js';

const ruleSet = defaultRuleSet();
const settings = exampleSettings();
const pick = createFactPicker(ruleSet, banners);

const answerOf = (partner: PartnerName): fc.Arbitrary<PartnerAnswer> =>
  fc.oneof(
    fc.record({ outcome: fc.constantFrom(...outcomes), label: fc.constantFrom('low', 'x') }).map(
      (said): PartnerAnswer => ({
        ...{ kind: 'answered', partner, priority: 'normal', evidence: {}, latencyMs: 1 },
        ...said,
      }),
    ),
    fc.boolean().map(
      (retryable): PartnerAnswer => ({
        ...{ kind: 'unavailable', partner, fault: 'timeout', latencyMs: 1 },
        retryable,
      }),
    ),
    fc.constant({ kind: 'disabled', partner } as const),
  );

const policyOf = fc
  .record({
    reviewAll: fc.boolean(),
    agreeingReviewsReject: fc.boolean(),
    automaticReject: fc.constantFrom('settle', 'review'),
    outage: fc.record({ maxAutoAccept: fc.constantFrom(0, 500, 1e6) }),
    reviewedRejectShare: fc.constantFrom(0, 0.01),
  })
  .map((policy) => Policy.parse(policy));

const orderOf = fc.record({
  banner: fc.constantFrom(...banners),
  orderTotal: fc.integer({ min: 1, max: 9_999_999 }).map((minor) => minor / 100),
  currencyCode: fc.constantFrom('USD', 'CAD'),
  avsResponse: fc.constantFrom('G', 'H', 'D', '3'),
  responseCode: fc.constantFrom(100, 5),
  isRead: fc.boolean(),
  transactionId: fc.constantFrom('t', sampledId),
});

describe('the rules that decided', () => {
  it('decide alike from the facts stored, whatever the order, the partners and the policy', () => {
    fc.assert(
      fc.property(
        orderOf,
        fc.tuple(answerOf('sardine'), answerOf('yleo')),
        policyOf,
        ({ banner, orderTotal, currencyCode, isRead, transactionId, ...card }, answers, policy) => {
          const transaction = exampleTransaction({
            ...{ banner, orderTotal, currencyCode },
            creditCard: card,
          });
          const local = scoreTransaction(ruleSet, transaction, {
            ...{ settings, receivedAtMs: 0, lookups: noLookups },
            // What could not be read at the time was errored at the time, and is again.
            history: isRead ? noHistory : undefined,
            ...{ listings: [], evidence: [] },
          });
          const isHome = currencyCode === settings.banners[banner].currency;
          const homeAmount = isHome ? orderTotal : null;
          const { outcome, remarks, sampledRejectShare } = combineVotes({
            ...{ local, answers, policy, homeAmount, transactionId },
          });
          const isSampledReject = sampledRejectShare !== null;
          const order: StoredOrder = {
            ...{ transactionId, banner, receivedAtMs: 0, answers, outcome, remarks },
            ...{ amount: orderTotal, currency: currencyCode, localOutcome: local.outcome },
            ...{ totalScore: local.totalScore, erroredRules: local.erroredRules },
            ...{ rulesTripped: printRulesTripped(local.hits), policyVersion: 1 },
            ...{ ruleSetHash: ruleSet.hash, facts: local.facts, became: 'unlabelled' },
            ...{ isImported: false, isSampledReject },
          };
          const rules = { ruleSet, settings, policyOf: () => policy };
          const tried = tryRules(rules, order, pick(order.facts), true);
          if ('missing' in tried) throw new Error(`not stored: ${tried.missing.join(', ')}`);
          expect(tried).toMatchObject({ isSame: true, outcome, isSampledReject });
          expect(changeOf(order, tried)).toBeUndefined();
          expect(differingFacts(order.facts, local.facts, new Set(['history']))).toEqual([]);
        },
      ),
    );
  });
});

const someOrder = fc.record({
  was: fc.constantFrom<Outcome>(...outcomes),
  would: fc.constantFrom<Outcome>(...outcomes),
  became: fc.constantFrom('fraud', 'good', 'unlabelled'),
  currency: fc.constantFrom('USD', 'CAD'),
  day: fc.nat(3),
  amount: fc.integer({ min: 0, max: 10_000_000_000_000 }).map((units) => units / 10_000),
});
type SomeOrder = typeof someOrder extends fc.Arbitrary<infer T> ? T : never;

const sumsOf = (orders: readonly SomeOrder[]): Sums => {
  const tally = createTally();
  for (const { was, would, became, currency, day, amount } of orders) {
    const order: StoredOrder = {
      ...{ transactionId: 't', banner: 'bay', receivedAtMs: day * 86_400_000, amount, currency },
      ...{ outcome: was, localOutcome: was, totalScore: 0, remarks: '', erroredRules: [] },
      ...{ rulesTripped: 'R1:one:5;', answers: [], policyVersion: 0, ruleSetHash: 'h' },
      ...{ facts: {}, isImported: false, isSampledReject: false, became },
    };
    const tried: Tried = {
      ...{ outcome: would, localOutcome: would, totalScore: 0, hits: [], erroredRules: [] },
      ...{ arePartnersMissing: false, isSame: was === would, isSampledReject: false },
    };
    tally.add(order, tried, 'h');
  }
  return tally.sums({ orders: 0, listed: 0 });
};

describe('the parts of a backtest', () => {
  it('add up to the whole, however it is divided, with exact sums of money', () => {
    fc.assert(
      fc.property(fc.array(someOrder, { maxLength: 40 }), fc.nat(40), (orders, at) => {
        const parts = [orders.slice(0, at), orders.slice(at)].map(sumsOf);
        // As they are read back from the database.
        const stored = JSON.parse(JSON.stringify(parts)) as Sums[];
        const added = reportOf(stored.reduce(addSums, noSums), false);
        expect(added).toEqual(reportOf(sumsOf(orders), false));
        expect(added.outcomes.reduce((sum, cell) => sum + cell.orders, 0)).toBe(orders.length);
      }),
    );
  });
});

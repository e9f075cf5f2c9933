import type { Outcome } from '../../contracts/hbc/decision.js';
import type { ChallengerRule, ShadowRule } from '../../contracts/v1/trial-reports.js';
import { groupBy } from '../group-by.js';
import { shareOf } from './side.js';

/** Orders with the same result of one rule. */
export interface Finding {
  readonly rule: string;
  readonly name: string;
  readonly part: 'hit' | 'errored';
  readonly was: Outcome;
  /** The outcome with this rule alone; null in a challenger. */
  readonly alone: Outcome | null;
  readonly became: 'fraud' | 'good' | 'dispute' | 'unlabelled';
  readonly orders: number;
}

const ordersOf = (findings: readonly Finding[]): number =>
  findings.reduce((sum, { orders }) => sum + orders, 0);

/** The figures of a rule over `evaluated` orders. */
const figuresOf = (
  rule: { readonly rule: string; readonly name: string },
  findings: readonly Finding[],
  evaluated: number,
): ChallengerRule => {
  const hits = findings.filter(({ part }) => part === 'hit');
  const of = (became: Finding['became']) =>
    ordersOf(hits.filter((finding) => finding.became === became));
  const [fraud, good] = [of('fraud'), of('good')];
  return {
    ...rule,
    hits: ordersOf(hits),
    share: shareOf(ordersOf(hits), evaluated),
    fraud,
    good,
    disputes: of('dispute'),
    unlabelled: of('unlabelled'),
    precision: shareOf(fraud, fraud + good),
    errored: ordersOf(findings.filter(({ part }) => part === 'errored')),
  };
};

/** Each rule of a challenger with a hit or an error, by id. */
export const challengerRules = (
  findings: readonly Finding[],
  evaluated: number,
): ChallengerRule[] =>
  [...groupBy(findings, ({ rule }) => rule)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([rule, own]) => figuresOf({ rule, name: own[0]?.name ?? rule }, own, evaluated));

const changesOf = (findings: readonly Finding[]): ShadowRule['changes'] => {
  const changed = findings.flatMap(({ was, alone, orders }) =>
    alone === null || alone === was ? [] : [{ was, would: alone, orders }],
  );
  return [...groupBy(changed, ({ was, would }) => `${was} ${would}`).values()].flatMap((own) => {
    const orders = own.reduce((sum, change) => sum + change.orders, 0);
    return own[0] === undefined ? [] : [{ ...own[0], orders }];
  });
};

/** One shadow rule over the orders of the banners where it is in shadow. */
export const shadowRule = (
  rule: { readonly rule: string; readonly name: string },
  findings: readonly Finding[],
  evaluated: number,
): ShadowRule => ({
  ...figuresOf(rule, findings, evaluated),
  evaluated,
  changes: changesOf(findings),
});

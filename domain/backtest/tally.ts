import { parseRulesTripped, type TrippedRule } from '../rules-tripped.js';
import { toUnits } from '../money.js';
import type { StoredOrder } from './stored-order.js';
import { examplesMax, keyOfCell, noSums, type RuleSums, type Sums } from './sums.js';
import type { NotEvaluable, Tried } from './try-rules.js';
import { dayMs } from '../utc-day.js';

/** The comparison of recomputed facts with the stored ones of the same order. */
export interface Recomputed {
  readonly differing: readonly string[];
  /** True when the stored facts lead to another outcome. */
  readonly isOtherOutcome: boolean;
}

/** Counts the orders of one part. Each part gets a new tally. */
export interface Tally {
  readonly addUndecided: (orders: number) => void;
  readonly addNotEvaluable: (result: NotEvaluable) => void;
  readonly add: (order: StoredOrder, tried: Tried, ruleSetHash: string) => void;
  readonly addRecomputed: (order: StoredOrder, recomputed: Recomputed) => void;
  readonly sums: (changes: Sums['changes']) => Sums;
}

const count = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

type Counting<T> = { -readonly [K in keyof T]: T[K] extends object ? Counting<T[K]> : T[K] };

type RuleCounts = Counting<RuleSums> & Readonly<Record<'before' | 'after', { disputes: number }>>;

const newRule = (name: string): RuleCounts => ({
  name,
  before: { hits: 0, fraud: 0, good: 0, disputes: 0 },
  after: { hits: 0, fraud: 0, good: 0, disputes: 0 },
  errors: 0,
});

const createRuleTally = () => {
  const rules = new Map<string, RuleCounts>();
  const ruleOf = ({ id, name }: Pick<TrippedRule, 'id' | 'name'>): RuleCounts => {
    const known = rules.get(id);
    if (known !== undefined) return known;
    const made = newRule(name);
    rules.set(id, made);
    return made;
  };
  const addHits = (
    side: 'before' | 'after',
    hits: readonly TrippedRule[],
    became: StoredOrder['became'],
  ): void => {
    for (const hit of hits) {
      const counts = ruleOf(hit)[side];
      counts.hits += 1;
      if (became === 'dispute') counts.disputes += 1;
      else if (became !== 'unlabelled') counts[became] += 1;
    }
  };
  return {
    add: (order: StoredOrder, tried: Tried): void => {
      addHits('before', parseRulesTripped(order.rulesTripped), order.became);
      addHits('after', tried.hits, order.became);
      for (const rule of tried.erroredRules) ruleOf(rule).errors += 1;
    },
    sums: (): Sums['rules'] => Object.fromEntries(rules),
  };
};

const createCellTally = () => {
  const cells = new Map<string, { orders: number; units: bigint }>();
  return {
    add: (order: StoredOrder, tried: Tried): void => {
      const key = keyOfCell({
        banner: order.banner,
        was: order.outcome,
        would: tried.outcome,
        localWas: order.localOutcome,
        localWould: tried.localOutcome,
        became: order.became,
        currency: order.currency,
      });
      const cell = cells.get(key) ?? { orders: 0, units: 0n };
      cell.orders += 1;
      cell.units += BigInt(toUnits(order.amount));
      cells.set(key, cell);
    },
    sums: (): Sums['cells'] =>
      Object.fromEntries(
        [...cells].map(([key, { orders, units }]) => [key, { orders, units: String(units) }]),
      ),
  };
};

const createDayTally = () => {
  const days = new Map<number, [number, number, number]>();
  return {
    add: (order: StoredOrder, tried: Tried): void => {
      const day = Math.floor(order.receivedAtMs / dayMs);
      const counts = days.get(day) ?? [0, 0, 0];
      counts[0] += 1;
      if (order.outcome === 'review') counts[1] += 1;
      if (tried.outcome === 'review') counts[2] += 1;
      days.set(day, counts);
    },
    sums: (): Sums['days'] =>
      Object.fromEntries(
        [...days].map(([day, counts]) => [
          new Date(day * dayMs).toISOString().slice(0, 10),
          counts,
        ]),
      ),
  };
};

const createDifferenceTally = () => {
  const facts = new Map<string, { orders: number; transactionIds: string[] }>();
  return {
    add: (transactionId: string, differing: readonly string[]): void => {
      for (const fact of differing) {
        const found = facts.get(fact) ?? { orders: 0, transactionIds: [] };
        found.orders += 1;
        if (found.transactionIds.length < examplesMax) found.transactionIds.push(transactionId);
        facts.set(fact, found);
      }
    },
    sums: (): Sums['differences'] => Object.fromEntries(facts),
  };
};

export const createTally = (): Tally => {
  const [rules, cells, days] = [createRuleTally(), createCellTally(), createDayTally()];
  const differences = createDifferenceTally();
  const missingFacts = new Map<string, number>();
  const counts = { orders: 0, undecided: 0, partnersNotAsked: 0, notEvaluable: 0 };
  const sameRules = { orders: 0, equal: 0 };
  const differing = { orders: 0, otherOutcome: 0 };
  const sampledRejects = { before: 0, after: 0 };
  return {
    addUndecided: (orders) => {
      counts.undecided += orders;
    },
    addNotEvaluable: ({ missing }) => {
      counts.notEvaluable += 1;
      for (const fact of missing) count(missingFacts, fact);
    },
    add: (order, tried, ruleSetHash) => {
      counts.orders += 1;
      if (tried.arePartnersMissing) counts.partnersNotAsked += 1;
      if (order.isSampledReject) sampledRejects.before += 1;
      if (tried.isSampledReject) sampledRejects.after += 1;
      if (order.ruleSetHash === ruleSetHash) {
        sameRules.orders += 1;
        if (tried.isSame) sameRules.equal += 1;
      }
      for (const tally of [rules, cells, days]) tally.add(order, tried);
    },
    addRecomputed: (order, recomputed) => {
      if (recomputed.differing.length > 0) differing.orders += 1;
      if (recomputed.isOtherOutcome) differing.otherOutcome += 1;
      differences.add(order.transactionId, recomputed.differing);
    },
    sums: (changes) => ({
      ...noSums,
      ...counts,
      sameRules,
      sampledRejects,
      missingFacts: Object.fromEntries(missingFacts),
      cells: cells.sums(),
      days: days.sums(),
      rules: rules.sums(),
      differing,
      differences: differences.sums(),
      changes,
    }),
  };
};

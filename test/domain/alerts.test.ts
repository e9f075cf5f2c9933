import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, AlertRule } from '../../domain/alerts/alert.js';
import { judgeArrivals, type StandingAlert } from '../../domain/alerts/judge.js';
import { windowOf } from '../../domain/alerts/window.js';
import {
  Oracle,
  sorted,
  startMs,
  type Step,
  stories,
  type ReportedAlert,
} from './alerts-oracle.js';

const hourMs = 3_600_000;

const ruleOf = (given: Partial<AlertRule> = {}): AlertRule => ({
  id: 1,
  metric: 'points',
  quantity: 10,
  timePeriodMs: hourMs,
  suppressionMs: 2 * hourMs,
  scope: 'all_stores',
  storeIds: [],
  ...given,
});

let numbered = 0;
/** An activity this many milliseconds after the start. */
const at = (afterMs: number, given: Partial<Activity> = {}): Activity => {
  numbered += 1;
  return {
    ...{ id: `a${numbered}`, metric: 'points', owner: '7', store: 1, quantity: 5 },
    occurredAtMs: startMs + afterMs,
    ...given,
  };
};

/** The engine with everything in memory: it also does the sums that a database would do. */
class InMemory {
  readonly #arrived: Activity[] = [];
  readonly #ids = new Set<string>();
  readonly alerts: (ReportedAlert & StandingAlert)[] = [];

  take(batch: readonly Activity[], rules: readonly AlertRule[]): void {
    const measured = batch.flatMap((activity) => {
      if (this.#ids.has(activity.id)) return [];
      this.#ids.add(activity.id);
      this.#arrived.push(activity);
      return rules.flatMap((rule) => {
        const window = windowOf(rule, activity);
        if (window === undefined) return [];
        const quantity = this.#arrived
          .filter(({ metric, owner }) => metric === window.metric && owner === window.owner)
          .filter(({ store }) => window.stores?.includes(store ?? -1) ?? true)
          .filter(({ occurredAtMs: ms }) => ms > window.afterMs && ms <= window.untilMs)
          .reduce((sum, one) => sum + one.quantity, 0);
        return [{ rule, activity, quantity }];
      });
    });
    const { raised, suppressed } = judgeArrivals(measured, this.alerts);
    for (const alert of this.alerts) alert.suppressedCount += suppressed.get(alert.id) ?? 0;
    for (const alert of raised) this.alerts.push({ ...alert, id: this.alerts.length + 1 });
  }
}

const alertsOf = (rules: readonly AlertRule[], ...batches: readonly Activity[][]) => {
  const engine = new InMemory();
  for (const batch of batches) engine.take(batch, rules);
  return engine.alerts.map(({ quantity, suppressedCount, createdAtMs, store }) => ({
    ...{ quantity, suppressedCount, store, afterMs: createdAtMs - startMs },
  }));
};

describe('the alert engine', () => {
  it('equals the naive oracle, whatever arrives in whatever order', () => {
    const tell = (steps: readonly Step[]) => {
      const oracle = new Oracle();
      const engine = new InMemory();
      const live = new Map<number, AlertRule>();
      let ids = 0;
      for (const step of steps) {
        if (step.kind === 'delete') live.delete(step.slot);
        else if (step.kind === 'put') {
          ids += 1;
          live.set(step.slot, { ...step.rule, id: live.get(step.slot)?.id ?? ids });
        } else {
          const rules = [...live.values()];
          for (const activity of step.activities) oracle.arrive(activity, rules);
          engine.take(step.activities, rules);
        }
      }
      expect(sorted(engine.alerts)).toEqual(sorted(oracle.alerts));
      return oracle.alerts;
    };
    let raised = 0;
    let suppressed = 0;
    fc.assert(
      fc.property(stories, (steps) => {
        for (const alert of tell(steps)) {
          raised += 1;
          suppressed += alert.suppressedCount;
        }
      }),
      { numRuns: 2000 },
    );
    // Proves that the generated stories raise and suppress alerts.
    expect(raised).toBeGreaterThan(1000);
    expect(suppressed).toBeGreaterThan(500);
  });

  it('triggers at the threshold and reports the measured count, not the threshold', () => {
    expect(alertsOf([ruleOf()], [at(0), at(1, { quantity: 4 })])).toEqual([]);
    expect(alertsOf([ruleOf()], [at(0), at(1)])).toMatchObject([{ quantity: 10 }]);
    expect(alertsOf([ruleOf()], [at(0), at(1, { quantity: 9 })])).toMatchObject([{ quantity: 14 }]);
  });

  it('no longer counts what is exactly a time period old', () => {
    expect(alertsOf([ruleOf()], [at(0), at(hourMs)])).toEqual([]);
    expect(alertsOf([ruleOf()], [at(0), at(hourMs - 1)])).toHaveLength(1);
  });

  it('mutes from the alert on, and no longer when the suppression is exactly over', () => {
    const rule = ruleOf({ quantity: 5 });
    const within = alertsOf([rule], [at(0)], [at(0)], [at(2 * hourMs - 1)]);
    expect(within).toMatchObject([{ suppressedCount: 2, afterMs: 0 }]);
    expect(alertsOf([rule], [at(0), at(2 * hourMs)])).toMatchObject([
      { suppressedCount: 0 },
      { afterMs: 2 * hourMs },
    ]);
  });

  it('counts as suppressed only what leaves the count at the threshold', () => {
    const alerts = alertsOf([ruleOf()], [at(0), at(1)], [at(hourMs + 1)], [at(hourMs + 2)]);
    expect(alerts).toMatchObject([{ suppressedCount: 1 }]);
  });

  it('evaluates only the window that ends at a late arrival, and may raise before an alert', () => {
    // Late, between two that were counted: their windows are not counted again.
    const late = alertsOf([ruleOf()], [at(0), at(20, { quantity: 1 })], [at(10, { quantity: 1 })]);
    expect(late).toEqual([]);
    const earlier = alertsOf([ruleOf()], [at(0), at(20)], [at(10)]);
    expect(earlier).toMatchObject([
      { afterMs: 20, quantity: 10, suppressedCount: 0 },
      { afterMs: 10, quantity: 10, suppressedCount: 0 },
    ]);
  });

  it('pools the selected stores, or counts within each', () => {
    const stores = [at(0, { store: 1 }), at(1, { store: 2 }), at(2, { store: 3 })];
    expect(alertsOf([ruleOf({ storeIds: [1, 3] })], stores)).toMatchObject([
      { store: 3, quantity: 10 },
    ]);
    const one = ruleOf({ scope: 'one_store' });
    expect(alertsOf([one], stores)).toEqual([]);
    expect(alertsOf([one], [...stores, at(3, { store: 2 })])).toMatchObject([{ store: 2 }]);
    expect(
      alertsOf([ruleOf({ scope: 'one_store', storeIds: [1] })], [at(0, { store: 2 })]),
    ).toEqual([]);
  });

  it('mutes a member in all stores by an alert of one', () => {
    const rule = ruleOf({ scope: 'one_store', quantity: 5 });
    const alerts = alertsOf([rule], [at(0, { store: 1 }), at(1, { store: 2 })]);
    expect(alerts).toMatchObject([{ store: 1, suppressedCount: 1 }]);
  });

  it('counts an activity without a store only where all stores are pooled and none is selected', () => {
    const nowhere = [at(0, { store: null }), at(1, { store: null })];
    expect(alertsOf([ruleOf()], nowhere)).toMatchObject([{ store: null }]);
    expect(alertsOf([ruleOf({ storeIds: [1] })], nowhere)).toEqual([]);
    expect(alertsOf([ruleOf({ scope: 'one_store' })], nowhere)).toEqual([]);
  });

  it('keeps owners, rules and metrics apart', () => {
    const others = [at(0), at(1, { owner: '8' }), at(2, { metric: 'claims' })];
    expect(alertsOf([ruleOf()], others)).toEqual([]);
    expect(alertsOf([ruleOf(), ruleOf({ id: 2 })], [at(0), at(1)])).toHaveLength(2);
  });
});

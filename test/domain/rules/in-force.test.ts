import { describe, expect, it } from 'vitest';
import { chooseRules, type RulesInForce, type Trial } from '../../../domain/rules/in-force.js';
import { isInRollout, rolloutPlaceOf } from '../../../domain/rules/rollout.js';
import { exampleTransaction } from '../../support/transactions.js';
import { exampleRule, load } from './example-source.js';

const live = { version: 3, ruleSet: load([exampleRule()]) };
const challenger = { version: 4, ruleSet: load([exampleRule({ id: 'T02' })]) };
const withShadow = {
  version: 5,
  ruleSet: load([exampleRule(), exampleRule({ id: 'T02', mode: 'shadow' })]),
};

const base = exampleTransaction();
const orders = Array.from({ length: 400 }, (_, index) => ({ ...base, orderId: `WEB-${index}` }));

const trialOf = (trial: Partial<Trial>): Trial => ({
  trialId: 'trial-1',
  mode: 'rollout',
  percent: 30,
  by: 'order',
  challenger,
  ...trial,
});

const versionsFor = (inForce: RulesInForce) =>
  orders.map((order) => chooseRules(inForce, order).version);

describe('the rules that decide an order', () => {
  it('are the live ones when nothing is tried', () => {
    const chosen = chooseRules({ live, trial: null }, base);
    expect(chosen).toEqual({ ...live, shadowVersions: [] });
  });

  it('are the live ones while a challenger is in shadow, which is evaluated for every order', () => {
    for (const order of orders.slice(0, 20)) {
      const trial = trialOf({ mode: 'shadow', percent: 100 });
      expect(chooseRules({ live, trial }, order)).toMatchObject({
        version: 3,
        trial: { trialId: 'trial-1', arm: 'champion' },
        shadowVersions: [4],
      });
    }
  });

  it('are the challenger for its share of the subjects, and each order has its arm', () => {
    const trial = trialOf({});
    for (const order of orders) {
      const isInside = isInRollout(rolloutPlaceOf('trial-1', order, 'order'), trial);
      const { version, trial: told } = chooseRules({ live, trial }, order);
      expect([version, told?.arm]).toEqual(isInside ? [4, 'challenger'] : [3, 'champion']);
    }
    const share = versionsFor({ live, trial }).filter((version) => version === 4).length / 400;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  it.each([
    [0, [3]],
    [100, [4]],
  ])('at %i %% are of version %j alone', (percent, versions) => {
    expect([...new Set(versionsFor({ live, trial: trialOf({ percent }) }))]).toEqual(versions);
  });

  it('are those of one arm for all orders of a card', () => {
    for (const percent of [1, 30, 70]) {
      const trial = trialOf({ percent, by: 'card' });
      expect(new Set(versionsFor({ live, trial })).size).toBe(1);
    }
  });

  it('split otherwise in another trial', () => {
    const first = versionsFor({ live, trial: trialOf({}) });
    const second = versionsFor({ live, trial: trialOf({ trialId: 'trial-2' }) });
    expect(second).not.toEqual(first);
  });
});

describe('what is evaluated after the answer', () => {
  it('is the rule set that decided, when it has shadow rules', () => {
    expect(chooseRules({ live: withShadow, trial: null }, base).shadowVersions).toEqual([5]);
    const trial = trialOf({ mode: 'shadow' });
    expect(chooseRules({ live: withShadow, trial }, base).shadowVersions).toEqual([5, 4]);
  });

  it("counts a banner's own modes", () => {
    const banners = { bay: { rules: { T01: { mode: 'shadow' } } } };
    const own = { version: 6, ruleSet: load([exampleRule()], { banners }) };
    const bay = { ...base, banner: 'bay' as const };
    expect(chooseRules({ live: own, trial: null }, bay).shadowVersions).toEqual([6]);
    expect(chooseRules({ live: own, trial: null }, base).shadowVersions).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { Hono } from 'hono';
import { mountPageFiles } from '../../api/operations/documentation.js';
import type { ApiEnv } from '../../api/deps.js';
import { banners } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import { causeOf, differingFacts } from '../../domain/backtest/differences.js';
import { createFactPicker } from '../../domain/backtest/pick-facts.js';
import { addSums, noSums, type RuleSums } from '../../domain/backtest/sums.js';
import { combineVotes } from '../../domain/combine-votes.js';
import { factSpecOf, needsOf } from '../../domain/facts/catalogue.js';
import { faultOfLine } from '../../domain/lists/import-lines.js';
import { readImport, readImportFile } from '../support/read-files.js';
import { ownValue } from '../../domain/own-value.js';
import { factOf, flattenFacts, unflattenFacts } from '../../domain/rules/fact-name.js';
import { compileReason } from '../../domain/rules/reason.js';
import { listChanges } from '../../services/policies/versions.js';
import { exampleRule, load } from './rules/example-source.js';
import { exampleSettings } from '../support/rules.js';

/** Names that every object inherits: a lookup that finds them reads more than its own table. */
const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
const ids = inherited.filter((name) => name !== '__proto__');

const hits = (count: number): RuleSums => ({
  name: 'A rule',
  before: { hits: count, fraud: 0, good: 0 },
  after: { hits: count, fraud: 0, good: 0 },
  errors: 0,
});

describe.each(inherited)('the name %s is no entry of any table', (name) => {
  it('of values', () => {
    expect(ownValue({}, name)).toBeUndefined();
    expect(ownValue(Object.fromEntries([[name, 1]]), name)).toBe(1);
  });

  it('of the files under /docs', async () => {
    const app = new Hono<ApiEnv>();
    mountPageFiles(app);
    const { status } = await app.request(`/docs/${name}`);
    expect(status).toBe(404);
  });

  it('of facts, and none is ever written to what objects inherit', () => {
    for (const full of [name, `${name}.${name}`, `tx.${name}`, `${name}.orderTotal`]) {
      expect(factSpecOf(full), full).toBeUndefined();
      expect([...needsOf([full])], full).toEqual([]);
      expect(factOf({ tx: {} }, full), full).toBeUndefined();
      const facts = unflattenFacts({ [full]: 7 });
      expect(factOf(facts, full), full).toBe(7);
      expect(Object.keys(flattenFacts(facts)), full).toHaveLength(1);
    }
    expect(Reflect.get({}, 'orderTotal')).toBeUndefined();
    expect(Reflect.get({}, name) === 7).toBe(false);
    expect(causeOf(`${name}.${name}`)).toBe('settings');
    expect(differingFacts({ [`${name}.x`]: 1 }, {}, new Set())).toEqual([]);
    expect(compileReason(`{${name}.${name}}`).problems).toHaveLength(1);
  });

  it('of the sums of a backtest', () => {
    const part = {
      ...noSums,
      rules: Object.fromEntries([[name, hits(2)]]),
      missingFacts: Object.fromEntries([[name, 3]]),
    };
    const sums = [noSums, part, part].reduce((one, other) => addSums(one, other));
    expect(Object.entries(sums.rules)).toEqual([[name, hits(4)]]);
    expect(Object.entries(sums.missingFacts)).toEqual([[name, 6]]);
  });

  it("of a partner's votes", () => {
    const local = {
      ...({ totalScore: 0, outcome: 'accept', hits: [], erroredRules: [] } as const),
      ...{ facts: {}, ruleSetHash: 'hash' },
    };
    const answers = (['sardine', 'yleo'] as const).map((partner) => ({
      ...({ kind: 'answered', partner, outcome: 'review', label: name } as const),
      ...({ priority: 'normal', evidence: {}, latencyMs: 5 } as const),
    }));
    const policy = Policy.parse({});
    const decided = combineVotes({
      ...{ local, answers, policy, homeAmount: 1, transactionId: null },
    });
    expect(decided.outcome).toBe('review');
    expect(decided.votes.map(({ outcome }) => outcome)).toEqual(['accept', 'review', 'review']);
  });

  it('of the columns of a file', () => {
    expect(readImport(`value,reason,${name}\na@example.com,x,y\n`, 'email').ok).toBe(false);
    expect(readImportFile(`kind,${name}\nfraud,x\n`)).toContain('has an unknown column');
    const fault = { error: 'invalid_value', message: `$.${name} is not valid` } as const;
    expect(faultOfLine(3, fault).message).toBe(`line 3: ${name} is not valid`);
  });

  it('of two policies that are compared', () => {
    const policy = Policy.parse({});
    const other = { ...policy, ...Object.fromEntries([[name, 1]]) };
    expect(listChanges(policy, other)).toEqual([{ path: name, from: undefined, to: 1 }]);
    expect(listChanges(policy, policy)).toEqual([]);
  });

  it('of the words of settings', () => {
    const sources = { sourceIds: { web: 71 }, yleo: 1 };
    expect(ownValue(sources.sourceIds, name)).toBeUndefined();
    expect(() => exampleSettings({ [name]: 1 })).toThrow(/nrecognized/);
  });

  it('of what a banner may override', () => {
    const overrides = { [banners[0]]: { rules: Object.fromEntries([[name, { enabled: false }]]) } };
    expect(() => load([exampleRule()], { banners: overrides })).toThrow(
      /overrides a rule that is not there/,
    );
  });
});

describe.each(ids)('a rule with the id %s', (id) => {
  it('has a place, is read, and misses only its own fact', () => {
    const rule = exampleRule({ id, rollout: { percent: 50, by: 'order' } });
    const ruleSet = load([rule]);
    const pick = createFactPicker(ruleSet, banners);
    const [banner] = banners;
    expect(Object.keys(ruleSet.of(banner).rollouts)).toEqual([id]);
    const picked = pick({ [`rollout.${id}`]: 5000 });
    expect(factOf(picked, `rollout.${id}`)).toBe(5000);
    expect(ruleSet.of(banner).evaluate(pick({})).erroredRules).toMatchObject([{ id }]);
  });
});

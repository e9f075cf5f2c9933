import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Policy } from '../../contracts/policy.js';
import { NewTrial } from '../../contracts/v1/trials.js';
import type { Settings } from '../../contracts/settings.js';
import { publishPolicy } from '../../services/policies/publish.js';
import { publishDraft, publishVersion } from '../../services/rule-sets/publish.js';
import { startTrial } from '../../services/trials/start.js';
import { countAnswers } from '../../services/confirmation.js';
import { answered, decide } from './backtests-fixture.js';
import { storeOrder } from './labels-fixture.js';
import { openDatabase, samePolicies } from './database.js';
import { ann, draftOf, forgetRuleSets, publishText, shipped, tools } from './rule-sets-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

const pool = () => database.pool;
const orders = 12;

beforeAll(async () => {
  database = await openDatabase();
  for (let at = 0; at < orders; at += 1) {
    const answers = [answered('sardine', 'accept')];
    await decide(pool(), { orderTotal: 50 + at }, { rules: quiet, answers });
  }
});

beforeEach(async () => {
  await forgetRuleSets(pool());
  await publishText(pool(), quiet);
  await pool().query('delete from policies');
});

afterAll(() => database?.close());

const rule = (id: string, from: number) => `  - id: ${id}
    name: ${id}
    cases:
      - when: tx.orderTotal >= ${from}
        hard: reject
        reason: Large.
`;

const twenty = Array.from({ length: 20 }, (_, at) => rule(`Q${at}`, 100_000 + at));

/** Accepts every order of the day. */
const quiet = `rules:\n${twenty.join('')}`;
const catchAll = `${quiet}${rule('X1', 0)}`;
const without = (count: number): string => `rules:\n${twenty.slice(count).join('')}`;

const deps = (confirmation: Partial<Settings['confirmation']> = {}) => {
  const { settings } = tools;
  return {
    ...{ ...tools, db: pool(), shipped, fourEyes: false },
    settings: { ...settings, confirmation: { ...settings.confirmation, ...confirmation } },
  };
};

const publish = (draftId: string, confirm?: string, more: Partial<Settings['confirmation']> = {}) =>
  publishDraft(
    { ...deps(more), actor: ann, now: new Date() },
    {
      draftId,
      publication: { note: 'a test', confirm },
    },
  );

const versions = async () => (await pool().query('select from rule_set_versions')).rows.length;

const askedBack = <R extends { readonly kind: string }>(result: R) => {
  if (result.kind !== 'needs_confirmation') throw new Error(JSON.stringify(result));
  return result as Extract<R, { kind: 'needs_confirmation' }>;
};

describe('a publication that does a lot', () => {
  it('reports its effect, stores nothing, and goes through with the returned value', async () => {
    const { draftId } = await draftOf(pool(), catchAll);
    const { confirm, figures } = askedBack(await publish(draftId));
    expect(figures).toMatchObject({
      rules: { out: 0 },
      answers: {
        orders,
        evaluated: orders,
        changed: orders,
        share: 1,
        undetermined: 0,
        hint: null,
      },
    });
    expect(figures.answers.changes.map(({ would }) => would)).toContain('reject');
    expect(await versions()).toBe(1);
    expect(askedBack(await publish(draftId, '0'.repeat(32))).confirm).toBe(confirm);
    expect(await publish(draftId, confirm)).toMatchObject({ kind: 'published' });
  });

  it('needs a confirmation above a tenth of the rules, whatever the orders of the day', async () => {
    const gone = await draftOf(pool(), without(3));
    const { figures } = askedBack(await publish(gone.draftId));
    expect(figures.rules).toEqual({ inForce: 20, out: 3, share: 0.15, ids: ['Q0', 'Q1', 'Q2'] });
    expect(figures.answers.changed).toBe(0);
    const shadow = quiet.replaceAll(/name: Q[123]\n/g, '$&    mode: shadow\n');
    askedBack(await publish((await draftOf(pool(), shadow)).draftId));
    const kept = await draftOf(pool(), without(2));
    expect(await publish(kept.draftId)).toMatchObject({ kind: 'published' });
  });

  it('is confirmed for this change and for what is in force, and for nothing else', async () => {
    const { confirm } = askedBack(await publish((await draftOf(pool(), catchAll)).draftId));
    const other = await draftOf(pool(), catchAll.replace('>= 0\n', '>= 1\n'));
    expect(askedBack(await publish(other.draftId, confirm)).confirm).not.toBe(confirm);
    await publish((await draftOf(pool(), without(1))).draftId);
    const later = await draftOf(pool(), catchAll);
    expect(askedBack(await publish(later.draftId, confirm)).confirm).not.toBe(confirm);
  });

  it('needs none to go back to the version before', async () => {
    const { draftId } = await draftOf(pool(), catchAll);
    await publish(draftId, askedBack(await publish(draftId)).confirm);
    const back = { version: 1, publication: { note: 'back' } };
    expect(await publishVersion({ ...deps(), actor: ann, now: new Date() }, back)).toMatchObject({
      kind: 'published',
    });
  });

  it('that cannot be determined in time says so and needs a confirmation', async () => {
    const { draftId } = await draftOf(pool(), without(1));
    const { figures } = askedBack(await publish(draftId, undefined, { withinMs: 0 }));
    expect(figures.answers).toMatchObject({
      ...{ evaluated: 0, undetermined: orders },
      hint: `${orders} of the orders were not looked at: time was up (confirmation.withinMs).`,
    });
  });

  it('is a rollout of more than half as well, and not one of half', async () => {
    const { draftId } = await draftOf(pool(), catchAll);
    const start = (percent: number, confirm?: string) =>
      startTrial(
        { ...deps(), actor: ann, now: new Date() },
        NewTrial.parse({ draftId, mode: 'rollout', percent, confirm }),
      );
    const { confirm } = askedBack(await start(51));
    askedBack(await start(52, confirm));
    expect(await versions()).toBe(1);
    expect(await start(51, confirm)).toMatchObject({ kind: 'started' });
    await pool().query('delete from rule_set_trials');
    expect(await start(50)).toMatchObject({ kind: 'started' });
  });
});

describe('a policy that changes many answers', () => {
  const put = (policy: unknown, confirm?: string) =>
    publishPolicy(
      { ...deps(), defaults: samePolicies(), budgetMaxMs: 60_000, actor: ann, now: new Date() },
      {
        banner: 's5a',
        change: { policy: Policy.parse(policy), note: 'a test', confirm },
      },
    );

  it('needs a confirmation by the votes of the day, and lists the differences', async () => {
    const { confirm, figures } = askedBack(await put({ reviewAll: true }));
    expect(figures).toMatchObject({ rules: null, answers: { orders, changed: orders } });
    expect(figures.answers.changes).toEqual([{ was: 'accept', would: 'review', orders }]);
    expect((await pool().query('select * from policies')).rows).toEqual([]);
    const path = 'reviewAll';
    expect(await put({ reviewAll: true }, confirm)).toMatchObject({
      kind: 'published',
      version: { version: 1, changes: { added: [{ path, from: false, to: true }], removed: [] } },
    });
    expect(await put({})).toMatchObject({
      kind: 'published',
      version: { version: 2, changes: { removed: [{ path, from: true, to: false }], added: [] } },
    });
  });

  it('needs no confirmation when it changes none', async () => {
    expect(await put({ budgetMs: 700 })).toMatchObject({ kind: 'published' });
  });

  it('is confirmed against what is in force then', async () => {
    const { confirm } = askedBack(await put({ reviewAll: true }));
    await put({ budgetMs: 700 });
    expect(askedBack(await put({ reviewAll: true }, confirm)).confirm).not.toBe(confirm);
  });
});

describe('the orders that a change is weighed by', () => {
  const hour = 3_600_000;
  const count = (hours: number, banner: 's5a' | 'bay' | null = null) =>
    countAnswers(
      { db: pool(), settings: tools.settings, now: new Date(Date.now() + hours * hour) },
      {
        banner,
        reanswer: () => Promise.resolve({ was: 'accept', would: 'review' } as const),
        unknownBecause: 'of a test',
      },
    );

  it('are those of the last day, of the banner that it concerns', async () => {
    expect(await count(23.9)).toMatchObject({ orders, evaluated: orders });
    expect(await count(24.1)).toMatchObject({ orders: 0, evaluated: 0, share: 0 });
    expect(await count(0, 's5a')).toMatchObject({ orders });
    expect(await count(0, 'bay')).toMatchObject({ orders: 0 });
  });

  it('an undecided order counts neither for the change nor against it', async () => {
    await storeOrder(pool());
    expect(await count(0)).toMatchObject({ evaluated: orders, undetermined: 0, share: 1 });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pool } from '../../db/pool.js';
import { takeFlagAlarm } from '../../services/flag-guard/alarm.js';
import { fallBack } from '../../services/flag-guard/fall-back.js';
import { readFlagReport } from '../../services/flag-guard/report.js';
import { findTextInForce } from '../../services/rule-sets/in-force.js';
import { backtest, shipped, textOf, totalRule } from './backtests-fixture.js';
import { openDatabase } from './database.js';
import {
  contextAt,
  decideAlike,
  forgetAll,
  minuteMs,
  publishAt,
  returnTo,
} from './flag-guard-fixture.js';

let pool: Pool;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ pool, close } = await openDatabase());
});
beforeEach(() => forgetAll(pool));
afterAll(() => close?.());

const now = new Date();
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * minuteMs);

/** Flags dear orders. */
const usual = textOf([totalRule('R1', 1000, 50)]);
/** Flags every order. */
const broken = textOf([totalRule('R1', 1, 50)]);

const own = async (at = now) => {
  const report = await readFlagReport(contextAt(pool, at));
  const flags = report.banners.find(({ banner }) => banner === 's5a');
  if (flags === undefined) throw new Error('s5a is missing');
  return { publication: report.publication ?? 0, version: report.version, ...flags };
};

const versionInForce = async (): Promise<number> =>
  (await findTextInForce({ db: pool }, shipped)).version;

/** A version that was good for hours, and one that has flagged everybody for half an hour. */
const publishBroken = async ({ orders = 60, usualOrders = 250 } = {}) => {
  const good = await publishAt(pool, ago(180), usual);
  const before = { at: ago(120), version: good, rules: usual };
  await decideAlike(pool, { ...before, orders: usualOrders });
  await decideAlike(pool, { ...before, orders: 10, orderTotal: 2000 });
  const bad = await publishAt(pool, ago(30), broken);
  await decideAlike(pool, { orders, at: ago(10), version: bad, rules: broken });
  return { good, bad };
};

describe('what is expected of a rule set', () => {
  it('is what the rules before flagged, where nothing is known of these rules', async () => {
    await publishBroken();
    expect((await own()).expected).toEqual({
      ...{ basis: 'before', backtestId: null, orders: 260, flagged: 10 },
    });
  });

  it('is what its latest backtest flags', async () => {
    const good = await publishAt(pool, ago(180), usual);
    await decideAlike(pool, { orders: 250, at: ago(120), version: good, rules: usual });
    const { backtestId } = await backtest(pool, { text: broken });
    await publishAt(pool, ago(30), broken);
    expect((await own()).expected).toEqual({
      ...{ basis: 'backtest', backtestId, orders: 250, flagged: 250 },
    });
  });

  it('is what these rules flagged themselves, where they come back', async () => {
    const { good } = await publishBroken();
    await returnTo(pool, ago(5), good);
    expect((await own()).expected).toMatchObject({ basis: 'own', orders: 260, flagged: 10 });
  });

  it('is never the flags of a set that flagged far more than was expected of it', async () => {
    await publishBroken({ orders: 300 });
    await publishAt(pool, ago(5), textOf([totalRule('R1', 2, 50)]));
    expect((await own()).expected).toMatchObject({ orders: 260, flagged: 10 });
  });

  it('is unknown where too few orders are known', async () => {
    await publishBroken({ usualOrders: 100 });
    expect(await own()).toMatchObject({ expected: null, state: 'unknown', limit: null });
  });
});

describe('a rule set that flags everybody', () => {
  it('is over its limit from fifty orders on, and not before', async () => {
    const { bad } = await publishBroken({ orders: 49 });
    expect((await own()).state).toBe('too_few');
    await decideAlike(pool, { orders: 1, at: ago(9), version: bad, rules: broken });
    expect(await own()).toMatchObject({ state: 'over', orders: 50, flagged: 50 });
  });

  it('gives way to the version before, once, by the system, with an audit row', async () => {
    const { good, bad } = await publishBroken();
    const over = await own();
    const results = await Promise.all([1, 2, 3].map(() => fallBack(contextAt(pool, now), over)));
    expect(results.filter(({ kind }) => kind === 'fell_back')).toHaveLength(1);
    expect(results.filter((one) => one.kind === 'kept' && one.why === 'moved_on')).toHaveLength(2);
    expect(await versionInForce()).toBe(good);
    const { rows } = await pool.query(
      `select actor, details from audit where action = 'rule_set.published'
        order by id desc limit 1`,
    );
    expect(rows).toMatchObject([
      {
        actor: 'system',
        details: {
          ...{ version: good, from: bad, changes: { changed: ['R1'] } },
          fellBack: { banner: 's5a', orders: 60, flagged: 60 },
        },
      },
    ]);
    const { rows: published } = await pool.query(
      'select author, note from rule_set_publications order by publication desc limit 1',
    );
    expect(published).toEqual([
      {
        author: 'system',
        note:
          `Fell back from version ${bad}: it flagged 60 of the latest 60 orders of s5a, ` +
          'more than its limit.',
      },
    ]);
  });

  it('comes into force again when an analyst says so, and then stays', async () => {
    const { bad } = await publishBroken();
    await fallBack(contextAt(pool, now), await own());
    const after = new Date(now.getTime() + 5 * minuteMs);
    await returnTo(pool, after, bad);
    const at = new Date(after.getTime() + minuteMs);
    await decideAlike(pool, { orders: 260, at, version: bad, rules: broken });
    const later = new Date(at.getTime() + minuteMs);
    const again = { ...(await own(later)), banner: 's5a' as const, orders: 60, flagged: 60 };
    expect(await fallBack(contextAt(pool, later), again)).toEqual({ kind: 'kept', why: 'known' });
    expect(await versionInForce()).toBe(bad);
  });

  it('is never fallen back to: the version that came back stays whatever it flags', async () => {
    const { good } = await publishBroken();
    await fallBack(contextAt(pool, now), await own());
    const at = new Date(now.getTime() + minuteMs);
    await decideAlike(pool, { orders: 80, at, version: good, rules: usual, orderTotal: 3000 });
    const later = new Date(at.getTime() + minuteMs);
    const over = await own(later);
    expect(over).toMatchObject({ state: 'over', version: good, orders: 80, flagged: 80 });
    expect(await fallBack(contextAt(pool, later), over)).toEqual({ kind: 'kept', why: 'known' });
  });

  it('stays after a day: a later surge comes from the orders', async () => {
    await publishBroken();
    const later = new Date(now.getTime() + 24 * 60 * minuteMs);
    expect(await fallBack(contextAt(pool, later), await own())).toEqual({
      ...{ kind: 'kept', why: 'too_late' },
    });
  });

  it('stays where the version before flags the same orders', async () => {
    const good = await publishAt(pool, ago(180), usual);
    await decideAlike(pool, { orders: 250, at: ago(120), version: good, rules: usual });
    const text = textOf([totalRule('R1', 900, 50)]);
    const version = await publishAt(pool, ago(30), text);
    const dear = { at: ago(10), version, rules: text, orderTotal: 5000 };
    await decideAlike(pool, { ...dear, orders: 60 });
    const over = await own();
    expect(over.state).toBe('over');
    expect(await fallBack(contextAt(pool, now), over)).toEqual({
      ...{ kind: 'kept', why: 'no_better' },
    });
    expect(await versionInForce()).toBe(version);
  });
});

it('the alarm about a banner is raised by one worker, once an hour', async () => {
  await publishBroken();
  const { publication } = await own();
  const take = (minutes: number, banner: 's5a' | 'bay' = 's5a') =>
    takeFlagAlarm({ db: pool, now: ago(-minutes) }, { publication, banner });
  const first = await Promise.all([take(0), take(0), take(0)]);
  expect(first.filter(Boolean)).toHaveLength(1);
  expect([await take(59), await take(60), await take(60), await take(0, 'bay')]).toEqual([
    ...[false, true, false, true],
  ]);
});

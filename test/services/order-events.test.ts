import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { finishDue, insertDue, postponeDue, takeDue } from '../../db/due.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { recordWithdrawal } from '../../services/cases/withdrawals.js';
import { reopenCase } from '../../services/cases/rounds.js';
import { findWork, importOldQueues } from '../../services/due-work.js';
import { deleteOld } from '../../services/retention.js';
import { recordLateVote } from '../../services/transactions/partner-answers.js';
import { markSettled } from '../../services/transactions/settlement.js';
import { Policy } from '../../contracts/policy.js';
import { ordersIn, startMs, vault } from './alert-feed-fixture.js';
import { openDatabase } from './database.js';
import { dueIn } from './due-work.js';
import { resultsOf, say } from './labels-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;
beforeAll(async () => {
  database = await openDatabase(6);
  ({ pool } = database);
});
beforeEach(() => pool.query('truncate transactions, due_work cascade'));
afterAll(() => database?.close());

const start = new Date(startMs);
const after = (ms: number) => new Date(startMs + ms);

const eventsOf = async (transactionId: string) => {
  const { rows } = await pool.query<{ kind: string; details: unknown }>(
    'select kind, details from order_events where transaction_id = $1 order by id',
    [transactionId],
  );
  return rows.map(({ kind, details }) => [kind, details]);
};

describe('an order', () => {
  it('leaves an event of each change, with codes and ids alone', async () => {
    const orders = ordersIn(pool);
    const id = await orders.decided('review', startMs);
    await orders.verdict(id, 'accept', startMs + 1);
    const refusal = { transactionId: id, banner: 's5a', round: 1, action: 'process' as const };
    const said = { omsStatus: 422, omsReason: 'gone', dueAt: after(1000) };
    await reopenCase({ db: pool, vault, now: after(2) }, { ...refusal, ...said });
    await orders.verdict(id, 'reject', startMs + 3, 1);
    await markSettled({ db: pool, now: after(4) }, id, 'cancel');
    await markSettled({ db: pool, now: after(5) }, id, 'cancel');
    const vote = { outcome: 'reject', label: 'high', priority: 'normal', evidence: {} } as const;
    const answer = { kind: 'answered', partner: 'yleo', latencyMs: 5, ...vote } as const;
    const late = { transactionId: id, answer, policy: Policy.parse({}) };
    await recordLateVote({ db: pool, now: after(6) }, late);
    await recordLateVote({ db: pool, now: after(6) }, late);
    await resultsOf(say(pool, [{ transactionId: id, kind: 'good' }], { now: after(7) }));
    expect(await eventsOf(id)).toEqual([
      ['received', null],
      ['decided', { outcome: 'review', shadows: [] }],
      ['verdict', { outcome: 'accept', source: 'api', round: 0 }],
      ['oms_refused', { status: 'oms_rejected' }],
      ['verdict', { outcome: 'reject', source: 'api', round: 1 }],
      ['settled', { status: 'cancelled' }],
      ['late_vote', { partner: 'yleo' }],
      ['labelled', { labelId: expect.any(String) as string, kind: 'good' }],
    ]);
    const withdrawn = await orders.decided('review', startMs);
    await recordWithdrawal({ db: pool, now: after(1) }, { transactionId: withdrawn, actor: 'x' });
    expect((await eventsOf(withdrawn)).at(-1)).toEqual(['withdrawn', { status: 'withdrawn' }]);
  });

  it('leaves none where the change was rolled back', async () => {
    const orders = ordersIn(pool);
    const id = await orders.open({});
    const failing = inTransaction(pool, async (db) => {
      await orders.decide(id, 'reject', startMs, db);
      throw new Error('a fault');
    });
    await expect(failing).rejects.toThrow('a fault');
    expect(await eventsOf(id)).toEqual([['received', null]]);
  });
});

describe('the dispatcher', () => {
  it('passes over no event whose transaction commits after a later one was dispatched', async () => {
    const orders = ordersIn(pool);
    const [slow, fast] = [await orders.open({}), await orders.open({})];
    const before = await inTransaction(pool, async (held) => {
      await orders.decide(slow, 'reject', startMs, held);
      await orders.decide(fast, 'reject', startMs + 1);
      const { rows } = await held.query<{ id: string }>(
        `select e.transaction_id as id from order_events e where kind = 'decided' order by e.id`,
      );
      expect(rows.map(({ id }) => id)).toEqual([slow, fast]);
      return dueIn(pool, 'alert_feed');
    });
    expect(before.map(({ key }) => key)).toEqual([`${fast}:declined`]);
    expect((await dueIn(pool, 'alert_feed')).map(({ key }) => key)).toEqual([
      `${slow}:declined`,
      `${fast}:declined`,
    ]);
  });

  it('creates the work of an event once, however many dispatch at once, with its due time', async () => {
    for (let n = 0; n < 60; n += 1) await ordersIn(pool).decided('reject', startMs + n);
    const found = await Promise.all(
      Array.from({ length: 6 }, () => findWork({ db: pool, now: start })),
    );
    const last = await findWork({ db: pool, now: start });
    const dispatched = [...found, last].reduce((sum, look) => sum + look.dispatched, 0);
    expect(dispatched).toBe(120);
    expect(await dueIn(pool, 'alert_feed')).toHaveLength(60);
    expect(last.dueAt.get('alert_feed')).toEqual(after(1000));
    expect(last.dueAt.get('shadow')).toBeUndefined();
  });

  it('keeps events for a week, and those that wait for ever', async () => {
    const id = await ordersIn(pool).decided('accept', startMs);
    await pool.query('update order_events set at = $1', [start]);
    await pool.query(`update order_events set dispatched_at = $1 where kind = 'received'`, [start]);
    const week = 7 * 86_400_000;
    const settings = { evidence: { retentionDays: 400 }, alerts: { retentionDays: 400 } };
    const deletedAt = async (ms: number) =>
      (await deleteOld({ db: pool, now: after(ms) }, { settings, statementsMax: 10 })).deleted;
    expect(await deletedAt(week)).toMatchObject({ orderEvents: 0 });
    expect(await deletedAt(week + 1)).toMatchObject({ orderEvents: 1 });
    expect((await eventsOf(id)).map(([kind]) => kind)).toEqual(['decided']);
  });
});

describe('what is due', () => {
  const add = (key: string, dueAt: Date) => insertDue(pool, 'aifi', [{ key, dueAt }]);
  const take = (now: Date, limit = 10) => takeDue(pool, 'aifi', { now, limit, leaseMs: 1000 });
  const keysOf = ({ rows }: Awaited<ReturnType<typeof take>>) => rows.map(({ key }) => key);

  it('is claimed by one, the longest due first, and returns when its lease ends', async () => {
    for (const [index, key] of ['c', 'a', 'b'].entries()) await add(key, after(index));
    expect(keysOf(await take(after(2), 2))).toEqual(['c', 'a']);
    expect(keysOf(await take(after(2), 2))).toEqual(['b']);
    expect(keysOf(await take(after(3)))).toEqual([]);
    const again = await take(after(1002));
    expect(again.rows.map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
  });

  it('is never claimed by two at once', async () => {
    const keys = Array.from({ length: 200 }, () => randomUUID());
    await insertDue(
      pool,
      'aifi',
      keys.map((key) => ({ key, dueAt: start })),
    );
    const taken = await Promise.all(Array.from({ length: 40 }, () => take(start)));
    const all = taken.flatMap(keysOf);
    expect(new Set(all).size).toBe(all.length);
  });

  it('stays when it became due again while it was done or postponed', async () => {
    await add('a', start);
    const first = await take(start);
    await add('a', after(1));
    await finishDue(pool, first, ['a']);
    await postponeDue(pool, first, ['a'], after(9999));
    const second = await take(after(1));
    expect(keysOf(second)).toEqual(['a']);
    await postponeDue(pool, second, ['a'], after(5000));
    expect(keysOf(await take(after(4999)))).toEqual([]);
    await finishDue(pool, await take(after(5000)), ['a']);
    expect(await dueIn(pool, 'aifi')).toEqual([]);
  });
});

describe('a queue of an earlier version that still runs', () => {
  it('is taken over, with what was due and how often it was tried', async () => {
    const id = await ordersIn(pool).decided('accept', startMs);
    await pool.query('insert into shadow_pending values ($1, 3, null, $2, 2)', [id, start]);
    await pool.query(`insert into alert_feed values ($1, 'declined', $2, $3)`, [
      id,
      start,
      after(9),
    ]);
    await pool.query('insert into label_evidence_due values ($1, $2)', [id, start]);
    await pool.query('insert into owed_feedback values ($1, $2)', [id, start]);
    await importOldQueues({ db: pool });
    await importOldQueues({ db: pool });
    const common = { since: start, attempts: 0, details: null };
    expect(await dueIn(pool, 'shadow')).toEqual([
      {
        ...{ key: `${id}:3`, due_at: start, since: start, attempts: 2 },
        details: { transactionId: id, version: 3, trialId: null },
      },
    ]);
    expect(await dueIn(pool, 'alert_feed')).toMatchObject([
      { key: `${id}:declined`, due_at: after(1009), since: start },
    ]);
    expect(await dueIn(pool, 'label_evidence')).toEqual([{ ...common, key: id, due_at: start }]);
    expect(await dueIn(pool, 'sardine_feedback')).toEqual([
      { ...common, key: id, due_at: after(30_000) },
    ]);
  });
});

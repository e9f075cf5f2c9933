import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listQueueIds } from '../../db/case-queue.js';
import { linksText } from '../../db/linked-orders.js';
import { openCasesOfDigitsText, openCasesTexts } from '../../db/open-cases.js';
import type { Queryable } from '../../db/pool.js';
import { subjectCountsText } from '../../db/subject-counts.js';
import { openDatabase } from './database.js';
import { newKey, processWith } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

/** 20,000 orders with different subjects, except that the latest 5,000 share the device. */
beforeAll(async () => {
  database = await openDatabase(2);
  const { pool } = database;
  const id = await processWith(pool, [newKey('k1')]).store();
  const many = 'generate_series(1, 20000) n';
  const [hash, at] = ['sha256(n::text::bytea)', `now() + n * interval '1 s'`];
  await pool.query(
    `insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
        content_key_id, content_hash, body, status, received_at, updated_at)
      select 'p' || n, 'p' || n, 's5a', 'p' || n, '1', 'k', '\\x00', '\\x00', 'processed', ${at},
        ${at} from ${many}`,
  );
  await pool.query(
    `insert into order_history (transaction_id, received_at, banner, order_hash, key_id, card,
        email, account, device, other_keys, amount, authorized_amount, currency, goods_hash)
      select 'p' || n, ${at}, h.banner, h.order_hash, h.key_id, ${hash}, ${hash}, ${hash},
        case when n > 15000 then '\\x00' else sha256((n / 150)::text::bytea) end, '{}', 1, 1, 'USD',
        h.goods_hash
      from order_history h, ${many} where h.transaction_id = $1`,
    [id],
  );
  await pool.query(
    `insert into order_addresses (transaction_id, position, received_at, address)
      select 'p' || n, n, ${at}, ${hash} from ${many}`,
  );
  await pool.query(
    `insert into order_card_digits (transaction_id, position, received_at, bin, last4)
      select 'p' || n, n, ${at}, (411000 + n % 50)::text, lpad((n % 9973)::text, 4, '0')
      from ${many}`,
  );
  // The latest 10,000 wait for a person.
  await pool.query(
    `insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
        opened_at, due_at, at_risk, rules, partners_down)
      select gen_random_uuid(), 'p' || n, 's5a', 'open', 'review', 'normal', 50, ${at}, ${at},
        n % 977, array['R1', 'R' || 2 + n % 40], '{}'
      from ${many} where n > 10000`,
  );
  await pool.query('analyze order_history, order_addresses, order_card_digits, cases');
});

afterAll(() => database?.close());

const tokens = {
  $1: 'array[0, 1]',
  $2: `array[sha256('15000'::bytea), sha256('15001'::bytea)]`,
};

const filledIn = (text: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).reduce(
    (query, [name, value]) => query.replaceAll(name, () => value),
    text,
  );

const planOf = async (text: string, values: unknown[] = []): Promise<string> => {
  const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, timing off, costs off) ${text}`,
    values,
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
};

/** The highest figures of a plan. */
const most = (plan: string, figure: RegExp): number =>
  Math.max(0, ...[...plan.matchAll(figure)].map(([, count]) => Number(count)));

const mostRowsIn = (plan: string): number => most(plan, /Scan.* order_history.*rows=(\d+)/g);
const removedIn = (plan: string): number => most(plan, /Rows Removed by Filter: (\d+)/g);

describe('the open cases of a subject', () => {
  it.each([
    ['card', openCasesTexts.card, 'order_history_card', tokens],
    ['email', openCasesTexts.email, 'order_history_email', tokens],
    ['account', openCasesTexts.account, 'order_history_account', tokens],
    ['device', openCasesTexts.device, 'order_history_device', tokens],
    ['address', openCasesTexts.address, 'order_addresses_address', tokens],
    ['digits', openCasesOfDigitsText, 'order_card_digits_', { $1: `'411111'`, $2: `'1111'` }],
  ])(
    'by %s are found by an index, however many orders there are',
    async (_, text, index, values) => {
      const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
        `explain ${filledIn(text, values)}`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/Seq Scan on order_/);
    },
  );

  it('are those of its latest orders, and no more than 200, however many share it', async () => {
    const { pool } = database;
    const look = filledIn(openCasesTexts.device, { $1: 'array[0]', $2: `array['\\x00'::bytea]` });
    const { rows } = await pool.query<{ transaction_id: string }>(look);
    expect(rows).toHaveLength(200);
    const numbers = rows.map((row) => Number(row.transaction_id.slice(1)));
    expect(Math.min(...numbers)).toBeGreaterThan(19_000);
    expect(mostRowsIn(await planOf(look))).toBeLessThanOrEqual(1000);
  });
});

describe('what a page shows of other orders', () => {
  it.each([
    ['counts of an order', subjectCountsText, { $1: `'p20000'` }],
    ['links of an order', linksText, { $1: `array['p20000']`, $2: '20' }],
  ])('%s reads the latest of a subject, however many share it', async (_, text, values) => {
    expect(mostRowsIn(await planOf(filledIn(text, values)))).toBeLessThanOrEqual(1000);
  });
});

describe('the queue', () => {
  it.each([
    ['a rule that tripped for no case', { rule: 'R999' }],
    ['an assignee without cases', { assignee: 'reviewer:nobody' }],
    ['a tag that no case has', { tag: 'none' }],
  ])('by %s does not walk through all cases', async (_, filter) => {
    const plans: string[] = [];
    const explained = async (text: string, values: unknown[]) => {
      plans.push(await planOf(text, values));
      return database.pool.query(text, values);
    };
    const ids = await listQueueIds(
      { query: explained } as unknown as Queryable,
      { now: new Date(), status: 'open', ...filter },
      { sort: 'priority', after: undefined, limit: 50 },
    );
    expect(ids).toEqual([]);
    expect(removedIn(plans.join('\n'))).toBeLessThanOrEqual(1000);
  });
});

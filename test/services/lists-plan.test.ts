import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pool } from '../../db/pool.js';
import { lookUpText } from '../../db/subject-lookup.js';
import { listSubjectsOf } from '../../services/lists/matches.js';
import { openDatabase } from './database.js';
import { databaseNow, newKey, processWith } from './lists-fixture.js';

const entriesCount = 100_000;

let database: Awaited<ReturnType<typeof openDatabase>>;
let now: ReturnType<typeof processWith>;

beforeAll(async () => {
  database = await openDatabase(2);
  now = processWith(database.pool, [newKey('a'), newKey('b')]);
  await database.pool.query(
    `insert into list_entries (entry_id, list_name, subject_kind, key_id, token, hint, reason,
        expires_at, created_by, created_at)
      select gen_random_uuid(), case when n % 2 = 0 then 'allow' else 'block' end, kind,
        case when kind in ('bin', 'email_domain') then null else 'a' end,
        sha256(n::text::bytea), '', 'because',
        case when n % 3 = 0 then now() + interval '1 day' end, 'test', now()
      from generate_series(1, $1::int) as n
      cross join lateral (select (array['card', 'email', 'account', 'device', 'ip', 'address',
        'bin', 'email_domain'])[1 + n % 8] as kind) kinds`,
    [entriesCount],
  );
  await database.pool.query('analyze list_entries');
  await now.addOne('block', { kind: 'bin', value: now.receive().transaction.card.bin6 });
});

afterAll(() => database?.close());

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

describe('the look-up of an order among 100,000 entries', () => {
  it.each(['force_custom_plan', 'force_generic_plan'])(
    'goes through the index and reads no whole table of entries (%s)',
    async (mode) => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        const subjects = await listSubjectsOf(now.deps.tokeniser, now.receive().transaction);
        const arrayOf = (texts: readonly string[], type: string) =>
          `array[${texts.map((text) => `'${text}'`).join(',')}]::${type}[]`;
        const kinds = arrayOf(
          subjects.map(({ kind }) => kind),
          'text',
        );
        const tokens = arrayOf(
          subjects.map(({ token }) => `\\x${token.toString('hex')}`),
          'bytea',
        );
        await client.query(`set plan_cache_mode = ${mode}`);
        await client.query(
          `prepare look (text[], bytea[], text[], bytea[], timestamptz) as ${lookUpText}`,
        );
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (format json) execute look (${kinds}, ${tokens}, '{}', '{}', now())`,
        );
        const plan = rows[0]?.['QUERY PLAN'][0].Plan;
        const nodes = plan === undefined ? [] : nodesOf(plan);
        const onEntries = nodes.filter((node) => node['Relation Name'] === 'list_entries');
        const indexes = nodes.map((node) => node['Index Name']);
        expect(onEntries.map((node) => node['Node Type'])).not.toContain('Seq Scan');
        expect(indexes).toContain('list_entries_token');
      } finally {
        await client.end();
      }
    },
  );

  // Pages, not time: a lookup reads the same number on a busy machine.
  it('touches no more than some pages for each value of the order', async () => {
    const subjects = await listSubjectsOf(now.deps.tokeniser, now.receive().transaction);
    const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, buffers, format json) ${lookUpText}`,
      [subjects.map(({ kind }) => kind), subjects.map(({ token }) => token), [], [], new Date()],
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    const pages = (plan?.['Shared Hit Blocks'] ?? Infinity) + (plan?.['Shared Read Blocks'] ?? 0);
    // The lookup of an address tries each length of a range.
    expect(subjects.filter(({ kind }) => kind === 'ip').length).toBe(2 * 25);
    // Three levels of the index and one page of the table, and some for the lists.
    expect(pages).toBeLessThanOrEqual(4 * subjects.length + 8);
  });

  it('finds what is there, and nothing else', async () => {
    const hits = await now.hitsOf(now.receive().transaction, await databaseNow(database.pool));
    expect(hits.map(({ subjectKind }) => subjectKind)).toEqual(['bin']);
  });
});

/** Rows of entries that this database has read without an index. */
const readInWhole = async (pool: Pool): Promise<number> => {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ read: number }>(
    `select seq_tup_read::int as read from pg_stat_user_tables where relname = 'list_entries'`,
  );
  return rows[0]?.read ?? Number.NaN;
};

it('an import goes through the index, though an earlier one has just made the table larger', async () => {
  const { pool, close } = await openDatabase(1);
  const { add } = processWith(pool, [newKey('a')]);
  const some = (file: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({
      kind: 'email' as const,
      value: `${file}${n}@a.example`,
    }));
  try {
    await add('block', ...some('a', 10));
    await pool.query('analyze list_entries');
    await add('block', ...some('b', 3000));
    const before = await readInWhole(pool);
    expect(await add('block', ...some('c', 3000))).toMatchObject({ kind: 'added' });
    expect((await readInWhole(pool)) - before).toBe(0);
  } finally {
    await close();
  }
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decidedText } from '../../db/desk-figures.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { assignCases } from '../../services/cases/bulk-assignment.js';
import { claimCase, keepClaim } from '../../services/cases/claims.js';
import { decideCase, undoDecision } from '../../services/cases/decisions.js';
import { escalateCase } from '../../services/cases/escalations.js';
import {
  countDecidedToday,
  type DeskPeriod,
  readDeskQueue,
  readOwnFigures,
  readTeamFigures,
} from '../../services/desk-figures/figures.js';
import { exampleSettings } from '../support/rules.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Noon in New York, on a day in winter. */
const now = new Date('2026-11-30T17:00:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);

const vault = createVault(new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]));
const settings = exampleSettings({ review: { banners: { bay: { fourEyesAbove: 10 } } } });

const contextOf = (name: string, at: Date = now) => ({
  ...{ db: database.pool, vault, settings, actor: { name: `reviewer:${name}` }, now: at },
  ...{ undoWindowMs: 10_000, claimTtlMs: 5 * minuteMs },
});

interface Seed {
  readonly openedAt?: Date;
  readonly dueAt?: Date;
  readonly banner?: 's5a' | 'bay';
}

/** Stores an open case and returns its id. */
const newCase = async ({ openedAt = ago(hourMs), dueAt, banner = 's5a' }: Seed = {}) => {
  const caseId = randomUUID();
  const due = dueAt ?? new Date(now.getTime() + hourMs);
  await database.pool.query(
    `with stored as (
        insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
          content_key_id, content_hash, body, status, received_at, updated_at)
        values ($1::text, $1, $2, $1, '1', 'k', '\\x00', '\\x00', 'in_review', $3, $3)
      )
      insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
        opened_at, due_at, amount, currency)
      values ($1::uuid, $1::text, $2, 'open', 'review', 'normal', 50, $3, $4, 100,
        case $2 when 'bay' then 'CAD' else 'USD' end)`,
    [caseId, banner, openedAt, due],
  );
  return caseId;
};

const reasons = { accept: 'known_customer', reject: 'stolen_card' } as const;

const decide = async (caseId: string, name: string, at: Date, outcome: 'accept' | 'reject') => {
  const request = { recommendationCode: outcome, reasonCode: reasons[outcome] };
  const result = await decideCase(contextOf(name, at), caseId, request);
  expect(result.kind).toBe('pending');
};

/** Stores a case that somebody decides, and returns its id. */
const decided = async (name: string, at: Date, outcome: 'accept' | 'reject' = 'accept') => {
  const caseId = await newCase();
  await decide(caseId, name, at, outcome);
  return caseId;
};

const label = (caseId: string, kind: string, at: Date) =>
  database.pool.query(
    `insert into labels (label_id, transaction_id, banner, kind, amount, currency, effective_on,
        source, source_id, said_by, said_at)
      values (gen_random_uuid(), $1, 's5a', $2, 10, 'USD', '2026-11-30', 'api', '', 'test', $3)`,
    [caseId, kind, at],
  );

const figuresOf = (name: string, at: Date = now, zone = 'UTC') =>
  readOwnFigures({ db: database.pool, now: at }, { reviewer: `reviewer:${name}`, zone });

const today = async (name: string): Promise<DeskPeriod> => {
  const [first] = (await figuresOf(name)).periods;
  if (first === undefined) throw new Error('no period');
  return first;
};

describe('the figures of a reviewer', () => {
  it('count what stands: a decision that was undone or overtaken is told apart', async () => {
    await decided('ann', ago(hourMs));
    await decided('ann', ago(2 * hourMs), 'reject');
    const undone = await decided('ann', ago(minuteMs));
    await undoDecision(contextOf('ann'), undone, { isLead: false });
    const large = await newCase({ banner: 'bay' });
    await decide(large, 'ann', ago(3 * minuteMs), 'accept');
    await decide(large, 'ben', ago(2 * minuteMs), 'reject');
    const escalated = await newCase();
    await escalateCase(contextOf('ann'), escalated, { reason: 'one' });
    await escalateCase(contextOf('ann'), escalated, { reason: 'two' });
    expect(await today('ann')).toMatchObject({
      ...{ decided: 2, accepted: 1, rejected: 1, confirmed: 0 },
      ...{ undone: 1, overtaken: 1, escalated: 1, late: 0 },
    });
    const reviewer = 'reviewer:ann';
    const context = { db: database.pool, now };
    expect(await countDecidedToday(context, { reviewer, zone: 'UTC' })).toBe(2);
  });

  it('count a decision of four eyes for both, each with the time of their own claim', async () => {
    const caseId = await newCase({ banner: 'bay', openedAt: ago(60 * minuteMs) });
    await claimCase(contextOf('cat', ago(34 * minuteMs)), caseId);
    // A repeated or renewed claim counts from the first claim on.
    await claimCase(contextOf('cat', ago(33 * minuteMs)), caseId);
    await decide(caseId, 'cat', ago(30 * minuteMs), 'reject');
    await claimCase(contextOf('dan', ago(11 * minuteMs)), caseId);
    await decide(caseId, 'dan', ago(10 * minuteMs), 'reject');
    const took = (seconds: number) => ({
      ...{ decisions: 1, medianSeconds: seconds, p90Seconds: seconds },
    });
    expect(await today('cat')).toMatchObject({
      ...{ decided: 1, confirmed: 0, fromClaim: took(240), fromOpening: took(1800) },
    });
    expect(await today('dan')).toMatchObject({
      ...{ decided: 1, confirmed: 1, fromClaim: took(60), fromOpening: took(3000) },
    });
  });

  it('take the median and the slowest tenth, and leave out what nobody claimed', async () => {
    const minutes = [1, 2, 3, 4];
    for (const count of minutes) {
      const caseId = await newCase({ dueAt: ago(20 * minuteMs) });
      await claimCase(contextOf('eve', ago((30 + count) * minuteMs)), caseId);
      await decide(caseId, 'eve', ago(30 * minuteMs), 'accept');
    }
    const late = await newCase({ dueAt: ago(20 * minuteMs) });
    await decide(late, 'eve', ago(10 * minuteMs), 'accept');
    expect(await today('eve')).toMatchObject({
      ...{ decided: 5, late: 1 },
      fromClaim: { decisions: 4, medianSeconds: 150, p90Seconds: 222 },
      fromOpening: { decisions: 5 },
    });
  });

  it('begin a day at midnight of the reader, also on a day of 25 hours', async () => {
    await decided('fay', new Date('2026-11-30T04:59:59Z'));
    await decided('fay', new Date('2026-11-30T05:00:00Z'));
    // Summer time ends in New York: the day began at 04:00 UTC.
    const first = new Date('2026-11-01T04:00:00Z');
    await decided('fay', first);
    await decided('fay', new Date(first.getTime() - 1));
    const decidedIn = async (at: Date, zone: string) =>
      (await figuresOf('fay', at, zone)).periods.map((period) => period.decided);
    expect(await decidedIn(now, 'America/New_York')).toEqual([1, 2, 2]);
    expect(await decidedIn(now, 'UTC')).toEqual([2, 2, 2]);
    expect(await decidedIn(new Date('2026-11-28T17:00:00Z'), 'America/New_York')).toEqual([
      0, 0, 1,
    ]);
  });
});

describe('the agreement with later labels', () => {
  it('is of the label that counts now, also when it was stated after the period', async () => {
    const at = ago(3 * hourMs);
    const [fraud, honest, caught, dispute, changed, before] = [
      await decided('gus', at),
      await decided('gus', at, 'reject'),
      await decided('gus', at, 'reject'),
      await decided('gus', at),
      await decided('gus', at),
      await decided('gus', at),
    ];
    await label(before, 'fraud', ago(4 * hourMs));
    const later = new Date(now.getTime() + 40 * 24 * hourMs);
    await label(fraud, 'chargeback', later);
    await label(honest, 'good', later);
    await label(caught, 'fraud', later);
    await label(dispute, 'dispute', later);
    await label(changed, 'fraud', ago(2 * hourMs));
    await label(changed, 'good', ago(hourMs));
    const { agreement } = await today('gus');
    expect(agreement).toEqual({
      ...{ labelled: 4, agreed: 2, acceptedFraud: 1, rejectedHonest: 1, share: null },
    });
  });

  it('is a share from twenty labelled decisions on', async () => {
    for (let count = 1; count <= 20; count += 1) {
      const caseId = await decided('hal', ago(hourMs));
      await label(caseId, count === 1 ? 'fraud' : 'good', now);
    }
    expect((await today('hal')).agreement).toMatchObject({ labelled: 20, share: 0.95 });
  });
});

describe('the cases of the desk', () => {
  it('are counted by age and deadline, without those whose decision is under way', async () => {
    const before = await readDeskQueue({ db: database.pool, now });
    await newCase({ openedAt: ago(5 * hourMs), dueAt: ago(minuteMs) });
    await decided('ida', ago(minuteMs));
    const { cases, byAge, byDue } = await readDeskQueue({ db: database.pool, now });
    expect(cases - before.cases).toBe(1);
    const grown = (parts: readonly { cases: number }[], old: readonly { cases: number }[]) =>
      parts.map((part, index) => part.cases - (old[index]?.cases ?? 0));
    expect(grown(byAge, before.byAge)).toEqual([0, 0, 1, 0, 0]);
    expect(grown(byDue, before.byDue)).toEqual([1, 0, 0, 0, 0]);
  });

  it('wait for whom they were assigned to, whose time begins when they take them up', async () => {
    const open = await newCase({ dueAt: new Date(now.getTime() + 3 * hourMs) });
    const late = await newCase({ dueAt: ago(minuteMs) });
    const gone = await decided('ida', now);
    const given = ago(2 * hourMs);
    const results = await assignCases(
      { ...contextOf('lea', given), actor: { name: 'lead:lea' } },
      [open, late, gone, open, randomUUID()],
      { to: 'reviewer:joy', reason: 'Joy knows this ring.' },
    );
    expect(results.map(({ result }) => result.kind)).toEqual([
      ...['claimed', 'claimed', 'already_decided', 'unknown'],
    ]);
    const { rows } = await database.pool.query<{ case_id: string; until: Date }>(
      `select case_id, claim_until as until from cases where claimed_by = 'reviewer:joy'`,
    );
    const untilOf = (caseId: string) => rows.find((row) => row.case_id === caseId)?.until;
    expect(untilOf(open)).toEqual(new Date(now.getTime() + 3 * hourMs));
    expect(untilOf(late)).toEqual(ago(minuteMs));
    expect((await figuresOf('joy')).queue.cases).toBe(1);
    await keepClaim(contextOf('joy', ago(3 * minuteMs)), open);
    await decide(open, 'joy', now, 'accept');
    expect((await today('joy')).fromClaim.medianSeconds).toBe(180);
  });

  it('are those of everybody for a lead, with whoever has done nothing yet', async () => {
    await database.pool.query(
      `insert into accounts (account_id, name, display_name, role, password_hash, must_change,
          created_at)
        values (gen_random_uuid(), 'new', 'Aa New', 'reviewer', '', false, $1),
          (gen_random_uuid(), 'ann', 'Ann Lee', 'reviewer', '', false, $1)`,
      [now],
    );
    const team = await readTeamFigures({ db: database.pool, now }, { zone: 'UTC' });
    expect(team.slice(0, 2).map(({ displayName, reviewer }) => [displayName, reviewer])).toEqual([
      ['Aa New', 'reviewer:new'],
      ['Ann Lee', 'reviewer:ann'],
    ]);
    expect(team[0]?.periods[2]).toMatchObject({ decided: 0, fromClaim: { medianSeconds: null } });
    expect(team[1]?.periods[0]).toMatchObject({ decided: 2, undone: 1 });
  });
});

describe('with many decisions', () => {
  it("a reviewer's figures read an index of their own decisions", async () => {
    const { pool } = database;
    const caseId = await newCase();
    await pool.query(
      `insert into case_decisions (decision_id, case_id, round, outcome, reason_code, state,
          decided_by, decided_at)
        select gen_random_uuid(), $1, n, 'accept', 'x', 'applied', 'reviewer:r' || n % 40,
          $2::timestamptz - n * interval '1 minute' from generate_series(1, 20000) n`,
      [caseId, now],
    );
    await pool.query('analyze case_decisions');
    const from = `'2026-11-02T00:00Z'::timestamptz`;
    const values = ['array[28]', `array[${from}]`, from, `'2026-11-30T17:00Z'`, `'reviewer:r7'`];
    const text = decidedText(true).replaceAll(/\$(\d)/g, (_, n) => values[Number(n) - 1] ?? '');
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('case_decisions_maker');
    expect(plan).not.toContain('Seq Scan on case_decisions');
  });
});

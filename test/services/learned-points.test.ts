import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewPointsFit } from '../../contracts/v1/points-fits.js';
import { listAudit } from '../../db/audit.js';
import type { Pool } from '../../db/pool.js';
import { saveScoreProbabilities } from '../../db/score-probabilities.js';
import type { ErroredRule } from '../../domain/votes.js';
import { readBacktest } from '../../services/backtests/read.js';
import { createPointsFit } from '../../services/learned-points/create.js';
import { fraudProbabilityOf, sayProbability } from '../../services/learned-points/probability.js';
import { listPointsFits, readPointsFit } from '../../services/learned-points/read.js';
import { endPointsFit } from '../../services/learned-points/run.js';
import { explainDecision } from '../../services/rule-sets/explain.js';
import { readRuleText } from '../../services/rule-sets/read-text.js';
import { exampleSettings } from '../support/rules.js';
import { actor, decide, textOf, totalRule } from './backtests-fixture.js';
import { openDatabase } from './database.js';
import { bring, line } from './imports-fixture.js';
import {
  computeFit,
  fitRequest,
  proposeFit,
  storeLabelled,
  totalRules,
} from './learned-points-fixture.js';

let pool: Pool;
let close: () => Promise<void>;

const shipped = totalRules();
const dayMs = 86_400_000;
const cut = new Date();

beforeAll(async () => {
  ({ pool, close } = await openDatabase());
  await storeLabelled(pool);
});

afterAll(() => close?.());

const asked = (more: Partial<NewPointsFit> = {}): NewPointsFit => ({ ...fitRequest(cut), ...more });

const askFor = async (more: Partial<NewPointsFit> = {}): Promise<string> => {
  const created = await createPointsFit({ db: pool, actor, shipped, now: new Date() }, asked(more));
  if (created.kind !== 'created') throw new Error(created.message);
  return created.fit.fitId;
};

const settings = exampleSettings();
const compute = (fitId: string) => computeFit(pool, fitId);
const propose = (fitId: string) => proposeFit(pool, fitId);

const fitted = async (more: Partial<NewPointsFit> = {}) => {
  const fitId = await askFor(more);
  await compute(fitId);
  await propose(fitId);
  const fit = await readPointsFit({ db: pool }, fitId);
  if (!fit?.result) throw new Error('the fit has no result');
  return { ...fit, result: fit.result };
};

const draftOf = async (draftId: string | null) => {
  const { rows } = await pool.query<{ text: string; state: string; editors: string[] }>(
    'select text, state, editors from rule_set_drafts where draft_id = $1',
    [draftId],
  );
  return rows[0];
};

describe('a fit of the rules in force', () => {
  it('proposes a draft with its backtest, and puts nothing into force', async () => {
    const { result, draftId, backtestId } = await fitted();
    expect(result.verdict).toBe('better');
    const of = (id: string) => result.points.find(({ ruleId }) => ruleId === id);
    // No order that only A hits is fraud; most that B hits too are.
    const { reviewFrom } = result.bands[0]?.after ?? { reviewFrom: 0 };
    const [a, b] = ['A', 'B'].map((id) => of(id)?.after ?? 0) as [number, number];
    expect(a).toBeLessThan(reviewFrom);
    expect(a + b).toBeGreaterThanOrEqual(reviewFrom);
    expect(b).toBeGreaterThan(20);
    const draft = await draftOf(draftId);
    expect(draft).toMatchObject({ state: 'open', editors: [actor.name] });
    const proposed = readRuleText(draft?.text ?? '');
    if ('problems' in proposed) throw new Error('the draft cannot be read');
    const points = proposed.ruleSet.rules.map(({ cases }) => cases[0]?.points);
    expect(points).toEqual(['A', 'B', 'C'].map((id) => of(id)?.after));
    expect(await readBacktest({ db: pool }, backtestId ?? '')).toMatchObject({
      ...{ state: 'running', source: { draftId, revision: 1 } },
      ...{ from: result.periods.heldOutFrom, to: result.periods.to },
    });
    const { rows } = await pool.query('select 1 from rule_set_publications');
    expect(rows).toEqual([]);
  });

  it('counts every decided order of its period once, also when each step runs twice', async () => {
    const fitId = await askFor();
    await compute(fitId);
    await compute(fitId);
    const backtestId = await propose(fitId);
    expect(await propose(fitId)).toBe(backtestId);
    const fit = await readPointsFit({ db: pool }, fitId);
    const { rows } = await pool.query<{ orders: number }>(
      `select count(*)::integer as orders from order_history
        where received_at >= $1 and received_at < $2`,
      [fit?.result?.periods.from, fit?.result?.periods.to],
    );
    const ofUse = Object.values(fit?.result?.orders ?? {});
    const counted = ofUse.flatMap((endings) => Object.values(endings));
    expect(counted.reduce((sum, one) => sum + one, 0)).toBe(rows[0]?.orders);
    const drafts = await pool.query('select 1 from points_fits where draft_id is not null');
    const made = await pool.query('select 1 from rule_set_drafts');
    expect(made.rowCount).toBe(drafts.rowCount);
  });

  it('gives decisions of these rules a probability, once labels suffice', async () => {
    const { fitId, ruleSetHash, result } = await fitted({ heldOutDays: 60 });
    const scored = { banner: 's5a', ruleSetHash, erroredRules: [] } as const;
    const of = (totalScore: number) => fraudProbabilityOf({ db: pool }, { ...scored, totalScore });
    const [low, high] = [await of(0), await of(65)];
    expect(low).toMatchObject({ fitId, frauds: 0, oneIn: null, fromScore: null });
    const steps = result.heldOut.inForce.probabilities ?? [];
    expect(steps).toContainEqual(expect.objectContaining({ fromScore: high?.fromScore }));
    // Those still in review do not count; the others are fraud.
    expect(high).toMatchObject({ belowScore: null, oneIn: null });
    expect(high?.probability).toBeGreaterThan(0.7);
    const { rows } = await pool.query<{ id: string }>(
      'select transaction_id as id from decisions where total_score = 65 limit 1',
    );
    const context = { db: pool, shipped, settings };
    const explained = await explainDecision(context, rows[0]?.id ?? '');
    expect(explained?.fraudProbability).toEqual(high);
    expect(explained?.summary).toContain('earlier orders with a score of');
    const hash = (
      await pool.query('select proposed_hash as h from points_fits where fit_id = $1', [fitId])
    ).rows;
    expect(
      await fraudProbabilityOf({ db: pool }, { ...scored, ruleSetHash: hash[0]?.h, totalScore: 0 }),
    ).not.toBeNull();
    expect(
      await fraudProbabilityOf({ db: pool }, { ...scored, ruleSetHash: 'other', totalScore: 0 }),
    ).toBeNull();
  });

  it('puts cases opened from then on in order by it, and leaves open cases where they are', async () => {
    const rules = textOf([totalRule('A', 100, 45), totalRule('B', 300, 20)]);
    const own = readRuleText(rules);
    if ('problems' in own) throw new Error('wrong rules');
    const ruleSetHash = own.ruleSet.hash;
    const riskOf = async (transactionId: string) =>
      (
        await pool.query<{ risk: string; probability: string | null }>(
          `select at_risk as risk, risk_probability as probability from cases
            where transaction_id = $1`,
          [transactionId],
        )
      ).rows[0];
    const caseOf = async (orderTotal: number) =>
      (await decide(pool, { orderTotal }, { rules })).transactionId;
    const before = await caseOf(400);
    // 65 points of the 80 from which an order is rejected.
    const byScore = { risk: '325.00', probability: null };
    expect(await riskOf(before)).toEqual(byScore);
    const { fitId } = await fitted();
    const step = (fromScore: number | null, probability: number) => ({
      ...{ fromScore, orders: 200, frauds: 200 * probability, probability, low: 0, high: 1 },
    });
    const stored = { ruleSetHash, fitId, cut };
    const steps = [step(null, 0.01), step(45, 0.025), step(65, 0.4)];
    await saveScoreProbabilities(pool, { ...stored, banner: null, steps });
    for (const [orderTotal, risk] of [
      [150, '3.75'],
      [400, '160.00'],
    ] as const) {
      const { probability, ...found } = (await riskOf(await caseOf(orderTotal))) ?? {};
      expect(found).toEqual({ risk });
      const totalScore = orderTotal === 150 ? 45 : 65;
      const said = await fraudProbabilityOf(
        { db: pool },
        { banner: 's5a', ruleSetHash, totalScore, erroredRules: [] },
      );
      expect(Number(probability)).toBe(said?.probability);
    }
    // A banner's own estimate counts before that of all banners, and those of others do not.
    const ownSteps = [step(null, 0.02), step(66, 0.9)];
    await saveScoreProbabilities(pool, { ...stored, banner: 's5a', steps: ownSteps });
    await saveScoreProbabilities(pool, { ...stored, banner: 'bay', steps: [step(null, 0.5)] });
    expect(await riskOf(await caseOf(400))).toEqual({ risk: '8.00', probability: '0.02000' });
    expect(await riskOf(before)).toEqual(byScore);
  });

  it('gives no probability to a score that lacks a rule which could not be evaluated', async () => {
    const rules = textOf([totalRule('A', 100, 45), totalRule('B', 300, 20), totalRule('C', 1, 1)]);
    const own = readRuleText(rules);
    if ('problems' in own) throw new Error('wrong rules');
    const { fitId } = await fitted();
    const step = {
      fromScore: null,
      orders: 200,
      frauds: 80,
      probability: 0.4,
      low: 0.3,
      high: 0.5,
    };
    const stored = { ruleSetHash: own.ruleSet.hash, fitId, cut, banner: null };
    await saveScoreProbabilities(pool, { ...stored, steps: [step] });
    const read = async (errored: readonly ErroredRule[]) => {
      const { transactionId } = await decide(pool, { orderTotal: 400 }, { rules, errored });
      const { rows } = await pool.query<{ risk: string; probability: string | null }>(
        `select at_risk as risk, risk_probability as probability from cases
          where transaction_id = $1`,
        [transactionId],
      );
      const context = { db: pool, shipped, settings };
      return { ...rows[0], said: await explainDecision(context, transactionId) };
    };
    const whole = await read([]);
    expect(whole).toMatchObject({ risk: '160.00', probability: '0.40000' });
    expect(whole.said?.fraudProbability).not.toBeNull();
    const part = await read([{ id: 'D', name: 'Other', message: 'no history' }]);
    // As without a fit: 66 points of the 80 from which an order is rejected.
    expect(part).toMatchObject({ risk: '330.00', probability: null });
    expect(part.said?.fraudProbability).toBeNull();
    expect(part.said?.summary).toContain('so no probability of fraud can be given');
  });

  it('proposes nothing while too few labels exist, and says so', async () => {
    const { result, draftId } = await fitted({
      ...{ maturityDays: 0, heldOutDays: 7 },
      from: new Date(cut.getTime() - 21 * dayMs - 1000).toISOString(),
    });
    expect(result).toMatchObject({ verdict: 'too_few_labels', warnings: ['too_few_labels'] });
    expect(draftId).toBeNull();
    expect(result.points.every(({ before, after }) => before === after)).toBe(true);
  });

  it('that is cancelled proposes nothing, and leaves an audit row', async () => {
    const fitId = await askFor();
    await compute(fitId);
    const context = { db: pool, actor, now: new Date() };
    const ended = await endPointsFit(context, { fitId, state: 'cancelled', note: 'wrong' });
    expect(ended?.state).toBe('cancelled');
    expect(await propose(fitId)).toBeNull();
    expect(await readPointsFit({ db: pool }, fitId)).toMatchObject({
      ...{ state: 'cancelled', result: null, draftId: null },
    });
    const audit = await listAudit(pool, `points-fit:${fitId}`);
    expect(audit.map(({ action }) => action)).toEqual([
      'points_fit.created',
      'points_fit.cancelled',
    ]);
  });

  it('is refused for a period that leaves too few days, or a cut in the future', async () => {
    const context = { db: pool, actor, shipped, now: new Date() };
    const from = new Date(cut.getTime() - 40 * dayMs).toISOString();
    expect(await createPointsFit(context, asked({ from }))).toMatchObject({
      ...{ kind: 'wrong_period', field: 'from' },
    });
    const future = new Date(Date.now() + dayMs).toISOString();
    expect(await createPointsFit(context, asked({ cut: future }))).toMatchObject({
      ...{ kind: 'wrong_period', field: 'cut' },
    });
  });

  it('uses no label, verdict or withdrawal later than its cut, to the last byte', async () => {
    const at = new Date(cut.getTime() - 5 * dayMs);
    const first = await fitted({ cut: at.toISOString() });
    await pool.query(
      `insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by,
          said_at)
        select gen_random_uuid(), transaction_id, banner, 'fraud', 'api', 'late', 'analyst:test', $1
        from order_history where amount < 100`,
      [at],
    );
    await pool.query(
      `update labels set withdrawn_at = $1, withdrawn_by = 'analyst:test', withdrawal_reason = 'no'
        where source_id = '' and abs(hashtext(transaction_id)) % 2 = 0`,
      [at],
    );
    await pool.query(
      `insert into verdicts (transaction_id, round, outcome, source, reviewer, decided_at)
        select transaction_id, 1, 'reject', 'api', 'reviewer:test', $1 from decisions
        where outcome = 'review'`,
      [at],
    );
    const again = await fitted({ cut: at.toISOString() });
    expect(JSON.stringify(again.result)).toBe(JSON.stringify(first.result));
    expect(await draftOf(again.draftId)).toEqual(await draftOf(first.draftId));
    const later = await fitted({ cut: new Date(at.getTime() + 1000).toISOString() });
    expect(later.result.orders).not.toEqual(first.result.orders);
  });
});

it('says a probability as likeness, range and interval', () => {
  const step = { orders: 120, frauds: 3, probability: 0.025, low: 0.0085, high: 0.0709 };
  const basis = { fitId: randomUUID(), cut: '2026-10-01T00:00:00.000Z' };
  expect(sayProbability({ ...step, ...basis, fromScore: 40, belowScore: 48, oneIn: 40 })).toBe(
    'Of 120 earlier orders with a score from 40 to 47: fraud like 1 in 40 ' +
      '(95 % interval 0.9 % to 7.1 %, labels until 2026-10-01).',
  );
  const narrow = { ...step, ...basis, fromScore: 42, belowScore: 43, oneIn: 40 };
  expect(sayProbability(narrow)).toContain('earlier orders with a score of 42: fraud');
  const most = { ...step, frauds: 96, probability: 0.8, low: 0.72, high: 0.86, oneIn: null };
  expect(sayProbability({ ...most, ...basis, fromScore: 80, belowScore: null })).toBe(
    'Of 120 earlier orders with a score of 80 or more: 80.0 % fraud ' +
      '(95 % interval 72.0 % to 86.0 %, labels until 2026-10-01).',
  );
});

it('pages of fits go from the latest to the first and skip none', async () => {
  const all = await listPointsFits({ db: pool }, { after: undefined, limit: 100 });
  expect(all.nextCursor).toBeNull();
  const { rows } = await pool.query('select 1 from points_fits');
  expect(all.fits).toHaveLength(rows.length);
  expect(await readPointsFit({ db: pool }, randomUUID())).toBeUndefined();
});

it('orders that were imported are learned from by the facts of their own time', async () => {
  const before = await fitted();
  const minutes = 60 * 24 * 100;
  const labels = [{ kind: 'fraud', at: new Date(Date.now() - 80 * dayMs).toISOString() }];
  const lines = Array.from({ length: 20 }, (_, index) =>
    line(minutes + index, { orderTotal: 400 }, { labels }),
  );
  expect(await bring(pool, lines)).toMatchObject({ part: { stored: 20, refused: 0 } });
  const { result } = await fitted();
  expect(result.notEvaluable).toBe(before.result.notEvaluable);
  expect(result.orders.train.fraud - before.result.orders.train.fraud).toBe(20);
  const hitsOf = ({ points }: typeof result) =>
    points.find(({ ruleId }) => ruleId === 'B')?.orders.fraud ?? 0;
  expect(hitsOf(result) - hitsOf(before.result)).toBe(20);
});

it('rejects that people judged at random say how many of all rejects are fraud', async () => {
  const none = await fitted();
  expect(none.result.sampledRejects).toEqual({ orders: 0, judged: 0, fraudShare: null });
  await pool.query(
    `with chosen as (
        select d.transaction_id, row_number() over () as n from decisions d
        join order_history h using (transaction_id)
        where d.outcome = 'reject' and h.received_at between $1 and $2
        and not exists (select from labels l where l.transaction_id = d.transaction_id) limit 50
      ), judged as (
        insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by,
          said_at)
        select gen_random_uuid(), transaction_id, 's5a',
          case when n <= 8 then 'fraud' else 'good' end, 'api', '', 'analyst:test', $1
        from chosen where n <= 40
      )
      update decisions d set outcome = 'review', sampled_reject_share = 0.01
      from chosen where d.transaction_id = chosen.transaction_id`,
    [new Date(none.from), new Date(none.result.periods.to)],
  );
  const { result } = await fitted();
  expect(result.sampledRejects).toMatchObject({
    orders: 50,
    judged: 40,
    fraudShare: { share: 0.2 },
  });
  expect(result.warnings).toContain('rejected_share_off');
  expect(none.result.warnings).not.toContain('rejected_share_off');
  const agreeing = await fitted({ rejectedFraudShare: 0.2 });
  expect(agreeing.result.warnings).not.toContain('rejected_share_off');
});

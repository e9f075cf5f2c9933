import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaseDetail } from '../../contracts/v1/cases.js';
import { decided, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

type Json = Record<string, unknown>;

const metric = 'loyalty_enrollment_points_earned';

/** An order of an account; `tags` after `+` steer the simulators. */
const orderOf = (accountId: string, more: Json = {}, tags = ''): Json => {
  const base: Json = order(more);
  const emailAddress = `${randomUUID()}${tags}@example.com`;
  return { ...base, customer: { ...(base['customer'] as Json), accountId, emailAddress } };
};

/** Posts an order that Yleo sends to review. Returns its case. */
const openCase = async (body: Json): Promise<string> => {
  await decided(stack, body);
  const transactionId = await reaches(stack, body, 'in_review');
  const { rows } = await stack.db.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.case_id ?? '';
};

const readCase = async (caseId: string) =>
  CaseDetail.parse((await stack.get(`/v1/cases/${caseId}`, 'reviewer')).json);

/** The case as soon as it shows evidence. */
const toldOf = (caseId: string) =>
  until('the case shows evidence', async () => {
    const found = await readCase(caseId);
    return found.evidence.length > 0 && found;
  });

/** The points of a rule for an order posted now. */
const pointsOf = async (body: Json, rule: string): Promise<number | undefined> => {
  const { transactionId } = await decided(stack, body);
  const { rows } = await stack.db.query<{ hits: { id: string; points: number }[] }>(
    'select hits from decisions where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.hits.find(({ id }) => id === rule)?.points;
};

describe('an alert of Sparkfly', () => {
  it('shows on the open case of the account that its member is linked to, and scores later orders 25 points', async () => {
    const account = randomUUID();
    const caseId = await openCase(orderOf(account, {}, '+yleo-review'));
    const alert = {
      ...{ fraud_alert_rule_id: 1, fraud_alert_rule_name: 'Points in a day', metric_type: metric },
      ...{ notifications_sent: false, quantity: 1234, created_at: new Date().toISOString() },
      ...{ loyalty_enrollment_id: 4711, store_id: 7, suppressed_count: 0 },
    };
    const pushed = await stack.post('/v1.0/fraud_alert_events', alert, 'sparkfly');
    expect(pushed.status, pushed.text).toBe(201);
    expect(await pointsOf(orderOf(account), 'R48')).toBeUndefined();
    expect((await readCase(caseId)).evidence).toEqual([]);
    const link = { account_id: account, banner: 's5a' };
    const linked = await stack.put('/v1/loyalty_members/4711', link, 'analyst');
    expect(linked.status, linked.text).toBe(200);
    const { evidence, timeline } = await toldOf(caseId);
    const { id } = pushed.json as { id: number };
    expect(evidence).toMatchObject([
      {
        ...{ kind: 'sparkfly_alert', source: 'sparkfly', reference: String(id) },
        ...{ subject: 'account', weak: false },
        details: { eventId: id, ruleId: 1, metric, quantity: 1234 },
      },
    ]);
    const noted = timeline.filter(({ action }) => action === 'evidence.recorded');
    expect(noted).toMatchObject([{ details: { reference: String(id), subjects: ['account'] } }]);
    expect(await pointsOf(orderOf(account), 'R48')).toBe(25);
    expect(await pointsOf(orderOf(randomUUID()), 'R48')).toBeUndefined();
    // The analyst was wrong: the evidence leaves the case.
    await stack.put('/v1/loyalty_members/4711', { account_id: randomUUID() }, 'analyst');
    await until('it is withdrawn', async () => (await readCase(caseId)).evidence.length === 0);
  });
});

describe('a chargeback', () => {
  it('shows on the open case of another order with the same card, and not on that of its own', async () => {
    const { creditCard } = order() as { creditCard: Json };
    const body = (): Json => orderOf(randomUUID(), { creditCard }, '+yleo-review');
    const [charged, other] = [body(), body()];
    const [ownCase, otherCase] = [await openCase(charged), await openCase(other)];
    const { transactionId } = await readCase(ownCase);
    const money = {
      amount: 12.5,
      currency: 'USD',
      date: new Date().toISOString().slice(0, 10),
      reason: '10.4',
    };
    const said = { kind: 'chargeback', transactionId, ...money };
    const stated = await stack.post('/v1/labels', said, 'analyst');
    expect(stated.status, stated.text).toBe(200);
    const { results } = stated.json as { results: { label: { labelId: string } }[] };
    const labelId = results[0]?.label.labelId ?? '';
    const { evidence, timeline } = await toldOf(otherCase);
    expect(evidence).toMatchObject([
      {
        ...{ kind: 'chargeback', source: 'label', reference: labelId, subject: 'card' },
        details: { labelId, transactionId, amount: 12.5, currency: 'USD', reason: '10.4' },
      },
    ]);
    const noted = timeline.filter(({ action }) => action === 'evidence.recorded');
    expect(noted).toMatchObject([{ details: { reference: labelId, subjects: ['card'] } }]);
    const ownDetail = await readCase(ownCase);
    expect(ownDetail.evidence).toEqual([]);
    expect(ownDetail.timeline.map(({ action }) => action)).not.toContain('evidence.recorded');
  });
});

import { createPool } from '../../db/pool.js';

const timeoutMs = 10_000;

/** Where the pictures are taken. */
export interface Place {
  readonly apiUrl: string;
  readonly databaseUrl: string;
  readonly adminKey: string;
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** Asks the API as an administrator; throws for an answer that is not 2xx. */
export const createAsk =
  ({ apiUrl, adminKey }: Place): Ask =>
  async (method, path, body) => {
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };

/** Alert rules, before the orders that they count. */
export const addAlertRules = async (place: Place): Promise<void> => {
  const ask = createAsk(place);
  const daySeconds = 86_400;
  const rule = {
    ...{ metricType: 'declined_orders', timePeriod: daySeconds, notifyCorporateContact: false },
    ...{ notifyEmails: true, notifyStoreContact: false, emails: ['fraud@example.com'] },
    eventSuppressionPeriod: daySeconds,
  };
  await ask('POST', '/v1/alert_rules', {
    ...{ ...rule, name: 'One card, many refusals', subject: 'card', quantity: 3 },
  });
  await ask('POST', '/v1/alert_rules', {
    ...{ ...rule, name: 'One device, many refusals', subject: 'device', quantity: 3 },
  });
};

const addLists = async (ask: Ask): Promise<void> => {
  await ask('POST', '/v1/lists', {
    ...{ name: 'partner-domains', valueKind: 'email_domain', description: 'Mailboxes of partners' },
  });
  await ask('POST', '/v1/lists/block/entries', [
    { kind: 'email_domain', value: 'mail.example', reason: 'Three chargebacks in May' },
    { kind: 'bin', value: '400000', reason: 'Cards of a stolen batch' },
    { kind: 'email', value: 'rosa.night@example.com', reason: 'Takes accounts over' },
  ]);
};

const labelKinds = ['good', 'chargeback', 'good', 'fraud', 'dispute', 'good'] as const;

const addLabels = async (ask: Ask, databaseUrl: string): Promise<void> => {
  const db = createPool({ databaseUrl, connections: 1, timeoutMs });
  const { rows } = await db.query<{ transaction_id: string; amount: string; currency: string }>(
    `select transaction_id, amount, currency from order_history h
     where not exists (select from cases c where c.transaction_id = h.transaction_id)
     order by received_at limit $1`,
    [labelKinds.length],
  );
  await db.end();
  await ask(
    'POST',
    '/v1/labels',
    rows.map(({ transaction_id: transactionId, amount, currency }, index) => ({
      ...{ kind: labelKinds[index], transactionId, sourceId: `F-2026-${index + 1}` },
      ...{ amount: Number(amount), currency, date: new Date().toISOString().slice(0, 10) },
    })),
  );
};

const dayMs = 86_400_000;

/** A rule set on trial in shadow, and one that was tried on the orders of a day. */
const addTrials = async (ask: Ask): Promise<void> => {
  const draft = await ask('POST', '/v1/rule-sets/drafts', { name: 'peak season' });
  const { draftId } = draft;
  const note = 'Fewer reviews in the peak season';
  await ask('POST', '/v1/rule-sets/trials', { draftId, mode: 'shadow', note });
  const now = Date.now();
  await ask('POST', '/v1/backtests', {
    ...{ version: 0, note: 'What the shipped rules would have said' },
    from: new Date(now - dayMs).toISOString(),
    to: new Date(now).toISOString(),
  });
};

/**
 * Gives each decision of the demo its own time within the last day, when its case was opened if it
 * has one: the demo sends in a minute what shops sell in a day.
 */
const spreadOverDay = async (databaseUrl: string): Promise<void> => {
  const db = createPool({ databaseUrl, connections: 1, timeoutMs });
  await db.query(
    `update decisions d set decided_at = coalesce(
       (select c.opened_at from cases c where c.transaction_id = d.transaction_id),
       d.decided_at - 23 * power(abs(hashtext(d.transaction_id)) / 2147483648.0, 1.5)
         * interval '1 hour')`,
  );
  await db.query(
    `update transactions t set received_at = d.decided_at from decisions d
     where d.transaction_id = t.transaction_id and d.decided_at < t.received_at`,
  );
  await db.query(
    `update order_events e set at = d.decided_at from decisions d
     where d.transaction_id = e.transaction_id and e.kind = 'decided'`,
  );
  await db.end();
};

/** The demo's gaps: lists, labels, a trial, a backtest and a policy. */
export const addAnalystsWork = async (place: Place): Promise<void> => {
  const ask = createAsk(place);
  await addLists(ask);
  await addLabels(ask, place.databaseUrl);
  await addTrials(ask);
  await ask('PUT', '/v1/policies/bay', {
    ...{ policy: { automaticReject: 'review' }, note: 'A person looks at each refusal' },
  });
  await spreadOverDay(place.databaseUrl);
};

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { request } from 'undici';
import type { OrderPlan } from './callers/order-plan.js';
import { giveVerdict } from './callers/reviewers.js';
import type { Storm } from './callers/storm.js';
import { grouped } from './grouped.js';
import type { AuditEntry, OrderEntry } from './record.js';

interface OrderRow {
  readonly order_id: string;
  readonly transaction_id: string;
  readonly status: string;
  readonly case_status: string | null;
  readonly case_id: string | null;
  readonly pending: boolean;
  readonly scored: boolean;
  readonly labels: readonly string[];
}

const orderRows = `
  select t.order_id, t.transaction_id, t.status, c.case_id, c.status as case_status,
      exists (select from case_decisions d
        where d.case_id = c.case_id and d.state in ('pending', 'applying')) as pending,
      exists (select from partner_answers p
        where p.transaction_id = t.transaction_id and p.partner = 'sardine') as scored,
      array(select source_id from labels l where l.transaction_id = t.transaction_id) as labels
    from transactions t left join cases c using (transaction_id)`;

const auditRows = `
  select object, action, actor, details->>'outcome' as outcome, details->>'note' as note,
      details->>'before' as before
    from audit order by id`;

interface AuditRow extends AuditEntry {
  readonly object: string;
  readonly note: string | null;
}

/** What Postgres holds, read once nothing moves any more. */
interface Stored {
  readonly orders: ReadonlyMap<string, OrderRow>;
  readonly audit: readonly AuditRow[];
}

const readStored = async (databaseUrl: string): Promise<Stored> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<OrderRow>(orderRows);
    const audit = await client.query<AuditRow>(auditRows);
    return { orders: new Map(rows.map((row) => [row.order_id, row])), audit: audit.rows };
  } finally {
    await client.end();
  }
};

const open = new Set(['in_review', 'oms_rejected']);

/** Gives a verdict to open reviews, to see that each can still be ended; some stay open. */
export const endReviews = async (storm: Storm, plans: readonly OrderPlan[]): Promise<void> => {
  const { orders } = await readStored(storm.stack.databaseUrl);
  const reviews = plans.flatMap((plan, index) => {
    const row = orders.get(plan.orderId);
    const isLeft = plan.review === 'left_open' && index % 2 === 0;
    return row !== undefined && open.has(row.status) && !isLeft ? [{ plan, row }] : [];
  });
  for (const { plan, row } of reviews) {
    const order = { orderId: plan.orderId, transactionId: row.transaction_id };
    await giveVerdict(storm, order, `${plan.orderId}-last`, plan.outcomes[0]);
  }
};

const evidenceOf = async ({ client }: Storm, caseId: string): Promise<number> => {
  const read = (await client.direct('GET', `/v1/cases/${caseId}`, 'reviewer')) as
    | { readonly evidence: readonly { readonly kind: string }[] }
    | undefined;
  return read?.evidence.filter(({ kind }) => kind === 'aifi_suspicion').length ?? 0;
};

const unknownOrder = ({ orderId, isPatient, twinOf }: OrderPlan): OrderEntry => ({
  ...{
    type: 'order',
    orderId,
    isPatient,
    twinOf,
    labels: [],
    known: false,
    transactionId: '',
    status: 'unknown',
  },
  ...{ repeat: null, caseStatus: null, pendingDecision: false, evidence: 0 },
  ...{ scoredBySardine: false, audit: [] },
});

const orderEntry = async (
  storm: Storm,
  plan: OrderPlan,
  row: OrderRow,
  audit: readonly AuditRow[],
): Promise<OrderEntry> => {
  const { orderId, isPatient, body, pushes, twinOf } = plan;
  const repeat = await storm.client.call({
    ...{ act: 'post_order', subject: orderId, path: '/transaction', role: 'oms', body },
  });
  return {
    ...{ type: 'order', orderId, isPatient, twinOf, labels: row.labels },
    ...{ known: true, transactionId: row.transaction_id },
    ...{ status: row.status, repeat: { status: repeat.status, body: repeat.body } },
    ...{ caseStatus: row.case_status, pendingDecision: row.pending },
    evidence: row.case_id === null || pushes === 0 ? 0 : await evidenceOf(storm, row.case_id),
    scoredBySardine: row.scored,
    audit: audit.map(({ action, actor, outcome, before }) => ({ action, actor, outcome, before })),
  };
};

const addOrders = async (storm: Storm, plans: readonly OrderPlan[], stored: Stored) => {
  const audit = grouped(stored.audit, ({ object }) => object);
  for (const plan of plans) {
    const row = stored.orders.get(plan.orderId);
    const rows = audit.get(row?.transaction_id ?? '') ?? [];
    storm.recorder.add(
      row === undefined ? unknownOrder(plan) : await orderEntry(storm, plan, row, rows),
    );
  }
};

interface PartnerCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number | null;
  readonly receivedAt: string;
  readonly body: {
    readonly decision?: { readonly recommendationCode: string; readonly remarks: string };
    readonly transaction?: { readonly id: string };
    readonly feedback?: { readonly id: string; readonly type: string };
  };
}

const callsOf = async ({ stack }: Storm, partner: 'oms' | 'sardine'): Promise<PartnerCall[]> => {
  const { body } = await request(`${stack.simulatorUrls[partner]}/_calls/${partner}`);
  return (await body.json()) as PartnerCall[];
};

const addPartnerCalls = async (storm: Storm, startedAtMs: number): Promise<void> => {
  for (const { path, headers, status, receivedAt, body } of await callsOf(storm, 'oms')) {
    const [, orderId = '', action] = /\/orders\/([^/]+)\/(process|cancel)$/.exec(path) ?? [];
    storm.recorder.add({
      ...{ type: 'oms', atMs: Date.parse(receivedAt) - startedAtMs, status },
      ...{ orderId: decodeURIComponent(orderId), action: action as 'process' },
      idempotencyKey: headers['idempotency-key'] ?? '',
      outcome: body.decision?.recommendationCode ?? '',
      remarks: body.decision?.remarks ?? '',
    });
  }
  for (const { path, status, body } of await callsOf(storm, 'sardine')) {
    if (!path.endsWith('/v1/feedbacks')) continue;
    storm.recorder.add({
      ...{ type: 'feedback', transactionId: body.transaction?.id ?? '', status },
      ...{ feedbackId: body.feedback?.id ?? '' },
      about: body.feedback?.type === 'authorization' ? 'end' : 'chargeback',
    });
  }
};

const addMails = ({ stack, recorder }: Storm): void => {
  for (const name of readdirSync(stack.mailFolder).filter((file) => file.endsWith('.eml'))) {
    const text = readFileSync(join(stack.mailFolder, name), 'utf8');
    const messageId = /^message-id: *(\S+)/im.exec(text)?.[1] ?? '';
    const alertId = /^Alert event (\d+)/m.exec(text)?.[1] ?? '';
    recorder.add({ type: 'mail', messageId, alertId });
  }
};

interface EventPage {
  readonly total_pages: number;
  readonly fraud_alert_events: readonly {
    readonly id: number;
    readonly loyalty_enrollment_id: number;
    readonly suppressed_count: number;
    readonly notifications_sent: boolean;
  }[];
}

const addAlerts = async ({ client, recorder }: Storm): Promise<void> => {
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const path = `/v1.0/fraud_alert_events?per_page=200&page=${page}`;
    const read = (await client.direct('GET', path, 'analyst')) as EventPage | undefined;
    if (read === undefined) throw new Error('the alerts cannot be read');
    pages = read.total_pages;
    for (const event of read.fraud_alert_events) {
      recorder.add({
        ...{ type: 'alert', alertId: String(event.id), notified: event.notifications_sent },
        ...{ member: String(event.loyalty_enrollment_id), suppressed: event.suppressed_count },
      });
    }
  }
};

const addPublications = async ({ client, recorder }: Storm, { audit }: Stored): Promise<void> => {
  const read = (await client.direct('GET', '/v1/rule-sets/publications', 'analyst')) as
    | { readonly publications: readonly { readonly note: string }[] }
    | undefined;
  for (const { note } of read?.publications ?? []) {
    const audited = audit.filter((row) => row.action === 'rule_set.published' && row.note === note);
    recorder.add({ type: 'publication', note, audited: audited.length });
  }
};

const addPolicies = async ({ client, recorder }: Storm): Promise<void> => {
  const banners = new Set<string>();
  for (const entry of recorder.entries) {
    if (entry.type === 'call' && entry.act === 'policy') banners.add(entry.subject);
  }
  for (const banner of banners) {
    const path = `/v1/policies/${banner}`;
    const inForce = (await client.direct('GET', path, 'analyst')) as { readonly note: string };
    const read = (await client.direct('GET', `${path}/versions`, 'analyst')) as {
      readonly versions: readonly { readonly note: string }[];
    };
    const versions = read.versions.map(({ note }) => note);
    recorder.add({ type: 'policy', banner, note: inForce.note, versions });
  }
};

/** Records what Verdict, OMS, the partners and the mail server hold after the storm. */
export const collect = async (
  storm: Storm,
  plans: readonly OrderPlan[],
  startedAtMs: number,
): Promise<void> => {
  const stored = await readStored(storm.stack.databaseUrl);
  await addOrders(storm, plans, stored);
  await addPartnerCalls(storm, startedAtMs);
  addMails(storm);
  await addAlerts(storm);
  await addPublications(storm, stored);
  await addPolicies(storm);
};

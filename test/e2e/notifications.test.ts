import { randomUUID } from 'node:crypto';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FraudAlertEventPage } from '../../contracts/sparkfly/event.js';
import { notifyAlertWorkflowIdOf } from '../../workflows/alert-mail/messages.js';
import { createLeakScan } from '../support/leak-scan.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { headerOf, startSmtpServer, type TestSmtpServer } from '../support/smtp-server.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const domain = 'larkspur.example';
const corporate = `quackenbush.corporate@${domain}`;
const extra = `whitlock.zephyr@${domain}`;
const storeMail = (store: number) => `tamarack${store}@${domain}`;
const stores = Array.from({ length: 12 }, (_, number) => number);

let smtp: TestSmtpServer;
let stack: Stack;
let settings: ReturnType<typeof makeSettingsFile>;

beforeAll(async () => {
  smtp = await startSmtpServer();
  settings = makeSettingsFile({
    contacts: { corporateEmail: corporate },
    stores: stores.map((number) => ({
      ...{ number, banner: 'bay', country: 'CA', email: storeMail(number) },
      timeZone: 'America/Toronto',
    })),
    alerts: { refusedForMs: 8000 },
  });
  const env = { SMTP_URL: smtp.url, MAIL_FROM: `Verdict <verdict@${domain}>` };
  stack = await startStack({ ...env, VERDICT_SETTINGS: settings.path });
});

afterAll(async () => {
  await stack?.stop();
  await smtp?.close();
  settings?.remove();
});

let store = 0;

/** Each test has a store, and with it a rule, of its own. */
beforeEach(() => {
  store += 1;
  smtp.setFault(undefined);
  smtp.taken.length = 0;
});

interface Raised {
  readonly id: number;
  readonly isSent: boolean;
  readonly suppressed: number;
}

const eventHere = async (): Promise<Raised | undefined> => {
  const reply = await stack.get(`/v1.0/fraud_alert_events?store_id=${store}`, 'analyst');
  const [event] = FraudAlertEventPage.parse(reply.json).fraud_alert_events;
  return (
    event && {
      ...{ id: event.id, isSent: event.notifications_sent },
      suppressed: event.suppressed_count,
    }
  );
};

const visit = async (): Promise<void> => {
  const activity = {
    ...{ id: randomUUID(), metric_type: 'loyalty_enrollment_transactions', quantity: 1 },
    ...{ loyalty_enrollment_id: 4711, store_id: store, occurred_at: new Date().toISOString() },
  };
  const reply = await stack.post('/v1.0/loyalty_activities', activity, 'sparkfly');
  expect(reply.status, reply.text).toBe(200);
};

/** Makes a rule for this test's store and reaches its threshold. Returns the alert. */
const raise = async (given: object = {}): Promise<number> => {
  const rule = {
    ...{ name: `Visits of store ${store}`, metric_type: 'loyalty_enrollment_transactions' },
    ...{ quantity: 2, time_period: 3600, event_suppression_period: 3600 },
    ...{ scope_type: 'one_store', store_ids: [store] },
    ...{ notify_corporate_contact: true, notify_store_contact: true, notify_emails: true },
    emails: [extra, corporate.toUpperCase()],
    ...given,
  };
  const created = await stack.post('/v1.0/fraud_alert_rules', rule, 'analyst');
  expect(created.status, created.text).toBe(201);
  await visit();
  expect(await eventHere()).toBeUndefined();
  await visit();
  return (await eventHere())?.id ?? -1;
};

const corporateOnly = { notify_store_contact: false, notify_emails: false };

const isSent = () => until('notifications_sent', async () => (await eventHere())?.isSent);

const takenFor = () => smtp.taken.flatMap(({ to }) => to).toSorted();
const everybody = () => [corporate, storeMail(store), extra].toSorted();

const workflowOf = (eventId: number) =>
  stack.temporal.workflow.getHandle(
    notifyAlertWorkflowIdOf(stack.env['TEMPORAL_TASK_QUEUE'] ?? '', eventId),
  );

/** A promise that the test fulfils. */
const gate = () => {
  let open = (): void => undefined;
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
};

describe('an activity over the threshold', () => {
  it('each recipient gets one mail, and the alert counts as sent only when the server has accepted all', async () => {
    const { wait, open } = gate();
    smtp.setFault({ at: 'dot', wait });
    const before = smtp.connections();
    const id = await raise();
    await until('three mails are at their final dot', async () => smtp.connections() >= before + 3);
    expect(await eventHere()).toEqual({ id, isSent: false, suppressed: 0 });
    open();
    await isSent();
    await workflowOf(id).result();
    expect(takenFor()).toEqual(everybody());
    const raws = smtp.taken.map(({ raw, to }) => ({ raw, to: to[0] ?? '' }));
    for (const { raw, to } of raws) {
      for (const other of everybody()) expect(raw.includes(other)).toBe(other === to);
      expect(headerOf(raw, 'subject')).toBe(`Fraud alert: Visits of store ${store}`);
      expect(raw).toContain('Loyalty member: 4711');
      expect(raw.includes('America/Toronto')).toBe(to === storeMail(store));
    }
    expect(new Set(smtp.taken.map(({ messageId }) => messageId)).size).toBe(3);
  });

  it('again, while it is muted, sends nothing more', async () => {
    const id = await raise(corporateOnly);
    await isSent();
    await visit();
    await visit();
    expect(await eventHere()).toEqual({ id, isSent: true, suppressed: 2 });
    const { rows } = await stack.db.query(
      `select 1 from due_work where consumer = 'alert_mails' and key = $1`,
      [id],
    );
    expect(rows).toEqual([]);
    expect(takenFor()).toEqual([corporate]);
  });
});

describe('a mail server that', () => {
  it.each([
    ['refuses for a while', { at: 'rcpt', reply: 451, text: `<${corporate}> later` }],
    ['lets nobody in for a while', { at: 'greeting', reply: 421 }],
    ['drops a message in its middle', { at: 'body', kind: 'drop' }],
  ] as const)('%s takes the mail once when it is well again', async (_name, fault) => {
    const before = smtp.connections();
    smtp.setFault(fault);
    await raise(corporateOnly);
    await until('it was asked', async () => smtp.connections() > before);
    expect(await eventHere()).toMatchObject({ isSent: false });
    smtp.setFault(undefined);
    await isSent();
    expect(takenFor()).toEqual([corporate]);
  });

  it('takes a message and drops before it says so gets it again under the same Message-ID and Date', async () => {
    smtp.setFault({ at: 'dot', kind: 'takeAndDrop' });
    await raise(corporateOnly);
    await until('it has it', async () => smtp.taken.length === 1);
    expect(await eventHere()).toMatchObject({ isSent: false });
    smtp.setFault(undefined);
    await isSent();
    const [first, second, ...more] = smtp.taken;
    expect([second?.messageId, second?.date, more]).toEqual([first?.messageId, first?.date, []]);
  });

  it('refuses one mailbox for good delays no other, and the refusal is final after its time, with an alarm', async () => {
    smtp.setFault({ at: 'rcpt', to: storeMail(store), reply: 550, text: `<${storeMail(store)}>?` });
    const id = await raise();
    await until('the others have their mail', async () => smtp.taken.length === 2);
    expect(await eventHere()).toMatchObject({ isSent: false });
    await isSent();
    expect(takenFor()).toEqual([corporate, extra].toSorted());
    const alarm = await stack.expectPrinted('"alarm":"notification_refused"');
    expect(JSON.parse(alarm)).toMatchObject({ eventId: String(id), role: 'store' });
  });
});

describe('a terminated workflow', () => {
  it('is restarted when its alert is due again, and sends what still waits and nothing else', async () => {
    smtp.setFault({ at: 'rcpt', to: extra, reply: 451 });
    const id = await raise({ notify_store_contact: false, emails: [extra] });
    await until('one has the mail', async () => {
      const sent = `select 1 from alert_mails where event_id = $1 and state = 'sent'`;
      return (await stack.db.query(sent, [id])).rows.length === 1;
    });
    await workflowOf(id).terminate('by hand');
    smtp.setFault(undefined);
    const dueNow = `update due_work set due_at = now() where consumer = 'alert_mails' and key = $1`;
    await stack.db.query(dueNow, [id]);
    await isSent();
    expect(takenFor()).toEqual([corporate, extra].toSorted());
  });
});

describe('a worker that dies', () => {
  it('after the server took a mail and before it is noted sends it at most once more, as the same message', async () => {
    const { wait, open } = gate();
    smtp.setFault({ at: 'dot', wait });
    const before = smtp.connections();
    const id = await raise(corporateOnly);
    await until('the mail is at its final dot', async () => smtp.connections() > before);
    const holder = await stack.db.connect();
    await holder.query('begin');
    await holder.query('select 1 from alert_events where event_id = $1 for update', [id]);
    open();
    smtp.setFault(undefined);
    await until('the server has it', async () => smtp.taken.length === 1);
    await stack.worker.end('SIGKILL');
    await holder.query('commit');
    holder.release();
    expect(await eventHere()).toMatchObject({ isSent: false });
    await stack.restartWorker();
    await isSent();
    await workflowOf(id).result();
    const ids = smtp.taken.map(({ messageId }) => messageId);
    expect(ids).toEqual([ids[0], ids[0]]);
  });
});

describe('without a mail server', () => {
  it('alerts stay due, the worker reports it once, and they are sent once there is one', async () => {
    const url = stack.env['SMTP_URL'] ?? '';
    delete stack.env['SMTP_URL'];
    await stack.restartWorker();
    const id = await raise(corporateOnly);
    const lines = stack.worker.lines.filter((line) => line.includes('SMTP_URL is not set'));
    expect(lines).toHaveLength(1);
    const due = `select 1 from due_work where consumer = 'alert_mails' and key = $1`;
    expect((await stack.db.query(due, [id])).rows).toHaveLength(1);
    await expect(workflowOf(id).describe()).rejects.toThrow('not found');
    stack.env['SMTP_URL'] = url;
    await stack.restartWorker();
    await isSent();
    expect(takenFor()).toEqual([corporate]);
  });
});

describe('an address', () => {
  it('is in no line of any process and in no history of a workflow', async () => {
    const scan = createLeakScan([domain, 'quackenbush', 'whitlock', 'tamarack', 'QUACKENBUSH']);
    scan.add('log', stack.printed().join('\n'));
    const { rows } = await stack.db.query<{ id: string }>(
      'select event_id as id from alert_events',
    );
    expect(rows.length).toBeGreaterThan(5);
    const { History } = proto.temporal.api.history.v1;
    for (const { id } of rows) {
      const history = await workflowOf(Number(id)).fetchHistory();
      scan.add(`history ${id}`, History.encode(History.fromObject(history)).finish());
    }
    expect(scan.leaks()).toEqual([]);
    expect(scan.scannedBytes()).toBeGreaterThan(10_000);
  });
});

import { z } from 'zod';
import { AlertEventRow, alertEventColumns } from './alert-events.js';
import { alertFamilies } from './alert-rules.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** The role in which a recipient gets an alert's mail. */
export const mailRoles = ['corporate', 'store', 'email'] as const;
export type MailRole = (typeof mailRoles)[number];

/** `waiting` until the mail server has accepted it (`sent`) or it was given up (`refused`). */
export const mailStates = ['waiting', 'sent', 'refused'] as const;
export type MailState = (typeof mailStates)[number];

const MailRow = z.object({
  event_id: z.coerce.number(),
  number: z.int(),
  role: z.enum(mailRoles),
  address: z.instanceof(Buffer),
  state: z.enum(mailStates),
  planned_at: z.date(),
});
export type MailRow = z.output<typeof MailRow>;

const AlertToNotifyRow = AlertEventRow.extend({
  family: z.enum(alertFamilies),
  has_unsent_mails: z.boolean(),
});
export type AlertToNotifyRow = z.output<typeof AlertToNotifyRow>;

/** An alert has unsent mails while `due_work` has a row for it. */
const alertToNotifyColumns = `${alertEventColumns}, family, exists (select from due_work
  where consumer = 'alert_mails' and key = event_id::text) as has_unsent_mails`;

/** An alert, locked until the end of the transaction. Whoever changes its mails locks it first. */
export const lockAlertEvent = async (
  db: Queryable,
  eventId: number,
): Promise<AlertToNotifyRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-alert-event',
      text: `select ${alertToNotifyColumns} from alert_events where event_id = $1 for update`,
      values: [eventId],
    }),
  );
  return parseRow(AlertToNotifyRow, rows);
};

/** An alert in its present state. */
export const findAlertEvent = async (
  db: Queryable,
  eventId: number,
): Promise<AlertToNotifyRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-alert-event',
      text: `select ${alertToNotifyColumns} from alert_events where event_id = $1`,
      values: [eventId],
    }),
  );
  return parseRow(AlertToNotifyRow, rows);
};

/** The number of an alert's mails in any state. */
export const countAlertMails = async (db: Queryable, eventId: number): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'count-alert-mails',
      text: 'select count(*)::int as total from alert_mails where event_id = $1',
      values: [eventId],
    }),
  );
  return parseRow(z.object({ total: z.int() }), rows)?.total ?? 0;
};

/** Stores the mails of an alert. The caller numbers them from 1. */
export const insertAlertMails = async (
  db: Queryable,
  eventId: number,
  mails: readonly Pick<MailRow, 'number' | 'role' | 'address'>[],
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-alert-mails',
      text: `insert into alert_mails (event_id, planned_at, state, number, role, address)
        select $1, $2, 'waiting', g.*
        from unnest($3::int[], $4::text[], $5::bytea[]) as g(number, role, address)`,
      values: [
        ...[eventId, at],
        mails.map(({ number }) => number),
        mails.map(({ role }) => role),
        mails.map(({ address }) => address),
      ],
    }),
  );
};

/** One mail of an alert. */
export const findAlertMail = async (
  db: Queryable,
  eventId: number,
  number: number,
): Promise<MailRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-alert-mail',
      text: `select event_id, number, role, address, state, planned_at from alert_mails
        where event_id = $1 and number = $2`,
      values: [eventId, number],
    }),
  );
  return parseRow(MailRow, rows);
};

/** Sets the state of a waiting mail; false when it was not waiting. */
export const setAlertMailSettled = async (
  db: Queryable,
  mail: {
    readonly eventId: number;
    readonly number: number;
    readonly state: Exclude<MailState, 'waiting'>;
  },
  at: Date,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'set-alert-mail-settled',
      text: `update alert_mails set state = $3, settled_at = $4
        where event_id = $1 and number = $2 and state = 'waiting'`,
      values: [mail.eventId, mail.number, mail.state, at],
    }),
  );
  return rowCount === 1;
};

/** Ends the notification of an alert that has no waiting mail: it is no longer due. */
export const endAlertNotification = async (
  db: Queryable,
  eventId: number,
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'end-alert-telling',
      text: `with ended as (
          update alert_events e set updated_at = greatest(updated_at, $2),
            notifications_sent = notifications_sent or exists (
              select from alert_mails m where m.event_id = e.event_id and m.state = 'sent')
          where event_id = $1 and not exists (
            select from alert_mails m where m.event_id = e.event_id and m.state = 'waiting')
        )
        delete from due_work where consumer = 'alert_mails' and key = $1::bigint::text
          and not exists (
            select from alert_mails m where m.event_id = $1 and m.state = 'waiting')`,
      values: [eventId, at],
    }),
  );
};

const UnsentRow = z.object({ waiting: z.int(), since: z.date().nullable() });

/**
 * The number of alerts with unsent mails, and when the oldest was raised; null when there is none.
 */
export const findUnsentAlerts = async (
  db: Queryable,
): Promise<{ readonly waiting: number; readonly since: Date | null }> => {
  const { rows } = await reached(
    db.query({
      name: 'find-untold-alerts',
      // An alert was raised when its triggering activity arrived; `created_at` is when that
      // happened.
      text: `select count(*)::int as waiting, min(coalesce(
          (select max(a.received_at) from alert_activities a where a.owner = e.owner
            and a.metric = e.metric and a.occurred_at = e.created_at),
          w.since)) as since
        from due_work w join alert_events e on e.event_id = w.key::bigint
        where w.consumer = 'alert_mails'`,
    }),
  );
  const row = parseRow(UnsentRow, rows);
  return row ?? { waiting: 0, since: null };
};

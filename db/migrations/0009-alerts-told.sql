-- Up Migration

-- Both say when an alert is to be looked at; null when there is nothing (more) to do: mails to
-- people, and evidence about the account that its member has.
alter table alert_events add column notify_due_at timestamptz(3);
alter table alert_events add column evidence_due_at timestamptz(3);
create index alert_events_notify on alert_events (notify_due_at, event_id)
  where notify_due_at is not null;
create index alert_events_evidence on alert_events (evidence_due_at, event_id)
  where evidence_due_at is not null;

-- For deleting what is old.
create index alert_events_created on alert_events (created_at);
create index alert_activities_received on alert_activities (received_at);

-- One mail for each recipient of an alert, as its rule and the contacts were when it was planned.
create table alert_mails (
  event_id bigint not null references alert_events on delete cascade,
  number integer not null,
  role text not null check (role in ('corporate', 'store', 'email')),
  -- The address, sealed.
  address bytea not null,
  state text not null check (state in ('waiting', 'sent', 'refused')),
  planned_at timestamptz(3) not null,
  -- When the mail server took it, or when it was given up.
  settled_at timestamptz(3),
  primary key (event_id, number),
  check ((state = 'waiting') = (settled_at is null))
);

-- How far Sparkfly's listing of alerts has been read.
create table sparkfly_polls (
  only_row boolean primary key default true check (only_row),
  -- The latest instant on anything that was read.
  seen_until timestamptz(3),
  -- When all pages were read last.
  walked_at timestamptz(3)
);

insert into sparkfly_polls default values;

-- What happened to orders and alert rules of our own still have to count.
create table alert_feed (
  transaction_id text not null references transactions,
  kind text not null check (kind in ('declined', 'reviewed', 'settlement_late')),
  happened_at timestamptz(3) not null,
  due_at timestamptz(3) not null,
  primary key (transaction_id, kind)
);

create index alert_feed_due on alert_feed (due_at);

-- Orders whose labels changed, until the evidence about their subjects says the same.
create table label_evidence_due (
  transaction_id text primary key references transactions,
  due_at timestamptz(3) not null
);

create index label_evidence_due_at on label_evidence_due (due_at);

alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check
  check (kind in ('aifi_suspicion', 'sparkfly_alert', 'fraud', 'chargeback', 'refund'));

-- A shopper is suspected in a store: weak evidence about the orders of that store.
alter table evidence drop constraint evidence_subject_kind_check;
alter table evidence add constraint evidence_subject_kind_check check (subject_kind in ('card',
  'email', 'account', 'device', 'address', 'card_digits', 'store'));

-- What was said before becomes evidence as well.
insert into label_evidence_due (transaction_id, due_at)
  select distinct transaction_id, now() from labels;
update alert_events set evidence_due_at = now() from loyalty_members m
  where family = 'loyalty' and m.enrollment_id::text = owner;

-- Down Migration

delete from evidence where kind = 'refund' or subject_kind = 'store';
alter table evidence drop constraint evidence_subject_kind_check;
alter table evidence add constraint evidence_subject_kind_check check (subject_kind in ('card',
  'email', 'account', 'device', 'address', 'card_digits'));
alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check
  check (kind in ('aifi_suspicion', 'sparkfly_alert', 'fraud', 'chargeback'));
drop table label_evidence_due, alert_feed, sparkfly_polls, alert_mails;
drop index alert_activities_received, alert_events_created;
alter table alert_events drop column evidence_due_at, drop column notify_due_at;

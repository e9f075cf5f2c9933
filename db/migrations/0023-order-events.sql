-- Up Migration

-- What happened to orders, each written by the statement that changed the order. What is not
-- dispatched yet is turned into `due_work`; dispatched events are kept for some days.
create table order_events (
  id bigint generated always as identity primary key,
  transaction_id text not null references transactions,
  kind text not null check (kind in ('received', 'decided', 'verdict', 'settled', 'oms_refused',
    'withdrawn', 'late_vote', 'labelled')),
  at timestamptz(3) not null,
  -- Ids, codes and numbers, nothing personal.
  details jsonb,
  dispatched_at timestamptz(3)
);

create index order_events_waiting on order_events (id) where dispatched_at is null;
create index order_events_at on order_events using brin (at);

-- What workers have to do, by the consumer that does it. Whoever takes a row moves `due_at` ahead:
-- it comes back by itself unless it is done by then.
create table due_work (
  consumer text not null,
  key text not null,
  due_at timestamptz(3) not null,
  -- When it came to be.
  since timestamptz(3) not null,
  attempts integer not null default 0,
  details jsonb,
  primary key (consumer, key)
);

create index due_work_due on due_work (consumer, due_at, key);

-- A push that waits is one without `drained_at`; when it is due is in `due_work`.
alter table aifi_pushes drop constraint aifi_pushes_check;
alter table aifi_pushes add constraint aifi_pushes_check
  check (due_at is null or drained_at is null) not valid;
alter table aifi_pushes validate constraint aifi_pushes_check;
create index aifi_pushes_waiting on aifi_pushes (push_id) where drained_at is null;

-- Moves what earlier versions have written into the queues of theirs: here, and while such a
-- version still runs beside this one. The alert feed waits a second for what happened at nearly
-- one moment; a workflow of an earlier version tells Sardine by itself within half a minute.
create function take_over_old_queues(at_most integer) returns void language sql as $$
  with shadows as (
    delete from shadow_pending where (transaction_id, version) in (
      select transaction_id, version from shadow_pending
      order by due_at limit at_most for update skip locked
    ) returning transaction_id, version, trial_id, due_at, attempts
  ), feed as (
    delete from alert_feed where (transaction_id, kind) in (
      select transaction_id, kind from alert_feed
      order by due_at limit at_most for update skip locked
    ) returning transaction_id, kind, happened_at, due_at
  ), labels as (
    delete from label_evidence_due where transaction_id in (
      select transaction_id from label_evidence_due
      order by due_at limit at_most for update skip locked
    ) returning transaction_id, due_at
  ), owed as (
    delete from owed_feedback where transaction_id in (
      select transaction_id from owed_feedback
      order by since limit at_most for update skip locked
    ) returning transaction_id, since
  ), pushes as (
    update aifi_pushes p set due_at = null from (
      select push_id, due_at from aifi_pushes where due_at is not null
      order by due_at limit at_most for update skip locked
    ) old where p.push_id = old.push_id
    returning p.push_id, old.due_at
  ), alerts as (
    update alert_events e set notify_due_at = null, evidence_due_at = null from (
      select event_id, notify_due_at, evidence_due_at from alert_events
      where event_id in (
        (select event_id from alert_events where notify_due_at is not null limit at_most)
        union
        (select event_id from alert_events where evidence_due_at is not null limit at_most)
      ) for update skip locked
    ) old where e.event_id = old.event_id
    returning e.event_id, old.notify_due_at, old.evidence_due_at
  )
  insert into due_work (consumer, key, due_at, since, attempts, details)
  select 'shadow', transaction_id || ':' || version, due_at, due_at, attempts, jsonb_build_object(
      'transactionId', transaction_id, 'version', version, 'trialId', trial_id)
    from shadows
  union all
  select 'alert_feed', transaction_id || ':' || kind, due_at + interval '1 second', happened_at, 0,
      jsonb_build_object('transactionId', transaction_id, 'kind', kind)
    from feed
  union all select 'label_evidence', transaction_id, due_at, due_at, 0, null from labels
  union all
  select 'sardine_feedback', transaction_id, since + interval '30 seconds', since, 0, null from owed
  union all select 'aifi', push_id::text, due_at, due_at, 0, null from pushes
  union all
  select 'alert_mails', event_id::text, notify_due_at, notify_due_at, 0, null
    from alerts where notify_due_at is not null
  union all
  select 'alert_evidence', event_id::text, evidence_due_at, evidence_due_at, 0, null
    from alerts where evidence_due_at is not null
  on conflict do nothing
$$;

select take_over_old_queues(2147483647);

-- Down Migration

insert into shadow_pending (transaction_id, version, trial_id, due_at, attempts)
  select details ->> 'transactionId', (details ->> 'version')::integer,
    (details ->> 'trialId')::uuid, due_at, attempts
  from due_work where consumer = 'shadow';
insert into alert_feed (transaction_id, kind, happened_at, due_at)
  select details ->> 'transactionId', details ->> 'kind', since, due_at
  from due_work where consumer = 'alert_feed';
insert into label_evidence_due (transaction_id, due_at)
  select key, due_at from due_work where consumer = 'label_evidence';
insert into owed_feedback (transaction_id, since)
  select key, since from due_work where consumer = 'sardine_feedback';
update aifi_pushes set due_at = w.due_at from due_work w
  where w.consumer = 'aifi' and w.key = push_id::text and drained_at is null;
update alert_events set notify_due_at = w.due_at from due_work w
  where w.consumer = 'alert_mails' and w.key = event_id::text;
update alert_events set evidence_due_at = w.due_at from due_work w
  where w.consumer = 'alert_evidence' and w.key = event_id::text;
drop function take_over_old_queues;
drop index aifi_pushes_waiting;
alter table aifi_pushes drop constraint aifi_pushes_check;
alter table aifi_pushes add constraint aifi_pushes_check
  check ((due_at is null) = (drained_at is not null));
drop table due_work, order_events;

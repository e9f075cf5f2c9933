-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- Points of a banner's checklist that somebody has ticked. A point is its text in the settings.
create table case_checks (
  case_id uuid not null references cases,
  item text not null,
  ticked_by text not null,
  ticked_at timestamptz(3) not null,
  primary key (case_id, item)
);

-- How long the account's own decisions can be undone; null is as everybody's. It never shortens
-- the window of the installation.
alter table accounts
  add column undo_seconds integer check (undo_seconds between 1 and 600);

-- The page of one's mentions shows those that were read, too.
create index mentions_account on mentions (account, mention_id);

-- The new check allows whatever the old one did, so no row has to be read for it here.
alter table order_events drop constraint order_events_kind_check;
alter table order_events add constraint order_events_kind_check
  check (kind in ('received', 'decided', 'verdict', 'settled', 'oms_refused', 'withdrawn',
    'late_vote', 'labelled', 'claimed', 'released', 'escalated', 'held', 'noted', 'tagged',
    'checked', 'decision_pending', 'decision_undone', 'decision_failed')) not valid;

-- Down Migration

delete from order_events where kind = 'checked';
alter table order_events drop constraint order_events_kind_check;
alter table order_events add constraint order_events_kind_check
  check (kind in ('received', 'decided', 'verdict', 'settled', 'oms_refused', 'withdrawn',
    'late_vote', 'labelled', 'claimed', 'released', 'escalated', 'held', 'noted', 'tagged',
    'decision_pending', 'decision_undone', 'decision_failed')) not valid;
drop index mentions_account;
alter table accounts drop column undo_seconds;
drop table case_checks;

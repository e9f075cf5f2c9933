-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- A case tells its amount and what is at risk, so that the queue is one index walk. Null in cases
-- that a worker of an earlier version opens. All other columns are what reviewers do.
alter table cases
  add column amount numeric(14, 4),
  add column currency text,
  -- The expected loss in `currency`: min(1, max(0, score) / the limit of reject) * amount.
  add column at_risk numeric(14, 2),
  -- The ids of the rules that tripped, and the partners that had not answered by the decision.
  add column rules text[],
  add column partners_down text[],
  add column claimed_by text,
  add column claimed_at timestamptz(3),
  -- A claim that nobody keeps ends then by itself.
  add column claim_until timestamptz(3),
  add column escalated_at timestamptz(3),
  add column escalated_by text,
  add column held_until timestamptz(3),
  add column held_by text;

-- What reviewers write about a case. Sealed: it may name people.
create table case_notes (
  note_id uuid primary key,
  case_id uuid not null references cases,
  kind text not null check (kind in ('note', 'take_over', 'reassignment', 'escalation', 'hold')),
  text bytea not null,
  written_by text not null,
  written_at timestamptz(3) not null
);

create index case_notes_case on case_notes (case_id, written_at);
create index case_notes_key on case_notes (sealed_key_id(text));

create table case_tags (
  case_id uuid not null references cases,
  tag text not null,
  added_by text not null,
  added_at timestamptz(3) not null,
  primary key (case_id, tag)
);

create index case_tags_tag on case_tags (tag, case_id);

-- What reviewers decided. The workflow is told after `undo_until`; `applying` means that a worker
-- has begun to tell it, and nobody can undo it any more.
create table case_decisions (
  decision_id uuid primary key,
  case_id uuid not null references cases,
  round integer not null,
  outcome text not null check (outcome in ('accept', 'reject')),
  reason_code text not null,
  -- Sealed.
  remarks bytea,
  state text not null check (state in ('awaiting_second', 'pending', 'applying', 'applied',
    'undone', 'replaced', 'failed')),
  decided_by text not null,
  decided_at timestamptz(3) not null,
  -- Null while it waits for a second person.
  undo_until timestamptz(3),
  confirmed_by text,
  -- When it reached its last state, and for a failure the reason.
  ended_at timestamptz(3),
  ended_by text,
  failure text
);

-- A case has one decision at a time.
create unique index case_decisions_live on case_decisions (case_id)
  where state in ('awaiting_second', 'pending', 'applying');
create index case_decisions_case on case_decisions (case_id, decided_at);
create index case_decisions_key on case_decisions (sealed_key_id(remarks))
  where remarks is not null;

-- Notes that name an account, until their owner has read them.
create table mentions (
  mention_id bigint generated always as identity primary key,
  note_id uuid not null references case_notes,
  account text not null,
  mentioned_at timestamptz(3) not null,
  read_at timestamptz(3),
  unique (note_id, account)
);

create index mentions_unread on mentions (account, mention_id) where read_at is null;

-- Filters of the queue under a name. Nothing personal: it stands in addresses.
create table queue_views (
  view_id uuid primary key,
  owner text not null,
  name text not null,
  -- As in the queue's address, such as `banner=bay&view=overdue`.
  query text not null,
  is_shared boolean not null,
  saved_at timestamptz(3) not null,
  unique (owner, name)
);

-- The new check allows whatever the old one did, so no row has to be read for it here.
alter table order_events drop constraint order_events_kind_check;
alter table order_events add constraint order_events_kind_check
  check (kind in ('received', 'decided', 'verdict', 'settled', 'oms_refused', 'withdrawn',
    'late_vote', 'labelled', 'claimed', 'released', 'escalated', 'held', 'noted', 'tagged',
    'decision_pending', 'decision_undone', 'decision_failed')) not valid;

-- Down Migration

delete from order_events where kind in ('claimed', 'released', 'escalated', 'held', 'noted',
  'tagged', 'decision_pending', 'decision_undone', 'decision_failed');
alter table order_events drop constraint order_events_kind_check;
alter table order_events add constraint order_events_kind_check
  check (kind in ('received', 'decided', 'verdict', 'settled', 'oms_refused', 'withdrawn',
    'late_vote', 'labelled'));
delete from due_work where consumer = 'case_decisions';
drop table queue_views, mentions, case_decisions, case_tags, case_notes;
alter table cases drop column partners_down, drop column rules, drop column held_by, drop column held_until, drop column escalated_by,
  drop column escalated_at, drop column claim_until, drop column claimed_at,
  drop column claimed_by, drop column at_risk, drop column currency, drop column amount;

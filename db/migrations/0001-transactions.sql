-- Up Migration

create table transactions (
  transaction_id text primary key,
  workflow_id text not null unique,
  banner text not null,
  order_id text not null,
  group_id text not null,
  -- Keyed hash of the canonical content: tells a repeat from a conflict.
  content_key_id text not null,
  content_hash bytea not null,
  -- The sanitised transaction, sealed. Personal data is nowhere else in this database.
  body bytea not null,
  status text not null check (status in (
    'deciding', 'in_review', 'settling', 'processed', 'cancelled', 'oms_rejected', 'withdrawn'
  )),
  received_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  unique (banner, order_id, group_id)
);

create index transactions_undecided on transactions (received_at) where status = 'deciding';
create index transactions_settling on transactions (updated_at) where status = 'settling';

create table decisions (
  transaction_id text primary key references transactions,
  outcome text not null check (outcome in ('accept', 'review', 'reject')),
  total_score integer not null,
  cross_reference uuid not null unique,
  -- The answer as first sent, byte for byte.
  answer text not null,
  remarks text not null,
  rules_tripped text not null,
  votes jsonb not null,
  hits jsonb not null,
  errored_rules jsonb not null,
  -- Numbers, flags and hashes that the rules read; never personal text.
  facts jsonb not null,
  partner_answers jsonb not null,
  rule_set_hash text not null,
  priority text not null check (priority in ('normal', 'high')),
  decided_at timestamptz(3) not null
);

-- One row per usable partner answer, so that a re-run after a crash neither pays nor changes.
create table partner_answers (
  transaction_id text not null references transactions,
  partner text not null,
  answer jsonb not null,
  answered_at timestamptz(3) not null,
  primary key (transaction_id, partner)
);

create table cases (
  case_id uuid primary key,
  transaction_id text not null unique references transactions,
  banner text not null,
  status text not null check (status in ('open', 'closed')),
  reason text not null check (reason in ('review', 'oms_rejected')),
  priority text not null check (priority in ('normal', 'high')),
  total_score integer not null,
  -- Grows by one each time OMS refuses a settlement and the case is opened again.
  round integer not null default 0,
  oms_status integer,
  reminders integer not null default 0,
  opened_at timestamptz(3) not null,
  due_at timestamptz(3) not null,
  closed_at timestamptz(3)
);

create index cases_open on cases (due_at, case_id) where status = 'open';
create index cases_opened on cases (opened_at desc, case_id desc);

-- What people (or the deadline) said, one row per round of a case.
create table verdicts (
  transaction_id text not null references transactions,
  round integer not null,
  outcome text not null check (outcome in ('accept', 'reject')),
  source text not null check (source in ('api', 'signal', 'expiry')),
  reviewer text not null,
  -- Sealed: reviewers write what they like, and it may name people.
  remarks bytea,
  decided_at timestamptz(3) not null,
  primary key (transaction_id, round)
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz(3) not null,
  actor text not null,
  action text not null,
  object text not null,
  details jsonb not null
);

create index audit_object on audit (object, id);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only';
end
$$;

create trigger audit_is_append_only before update or delete or truncate on audit
  for each statement execute function refuse_audit_change();

create table api_keys (
  key_hash bytea primary key,
  role text not null,
  name text not null,
  created_at timestamptz(3) not null,
  revoked_at timestamptz(3)
);

-- Customers that Sardine has been told about within the last day.
create table sardine_customers (
  cache_key text primary key,
  expires_at timestamptz(3) not null
);

create index sardine_customers_expiry on sardine_customers (expires_at);

-- Down Migration

drop table sardine_customers, api_keys, audit, verdicts, cases, partner_answers, decisions,
  transactions;
drop function refuse_audit_change();

-- Up Migration

-- Rule sets as analysts write them: each text is numbered once and never changed. Version 0 is the
-- file that a release ships, and has no row.
create table rule_set_versions (
  version integer primary key check (version > 0),
  text text not null,
  hash text not null,
  note text not null,
  author text not null,
  draft_id uuid,
  created_at timestamptz(3) not null
);

-- Which version was in force from when on; the latest row is in force. Rolling back is publishing
-- an old version again.
create table rule_set_publications (
  publication integer primary key check (publication > 0),
  version integer not null check (version >= 0),
  note text not null,
  author text not null,
  published_at timestamptz(3) not null
);

create function refuse_rule_set_change() returns trigger language plpgsql as $$
begin
  raise exception 'a rule set version is never changed';
end
$$;

create trigger rule_set_versions_are_immutable before update or delete or truncate
  on rule_set_versions for each statement execute function refuse_rule_set_change();
create trigger rule_set_publications_are_immutable before update or delete or truncate
  on rule_set_publications for each statement execute function refuse_rule_set_change();

create table rule_set_drafts (
  draft_id uuid primary key,
  name text not null,
  text text not null,
  -- Grows by one with each change; a writer says which one it has read.
  revision integer not null,
  -- The version that it was begun from.
  base_version integer not null,
  state text not null check (state in ('open', 'published', 'discarded')),
  -- Everybody who wrote in it; with four eyes, none of them may publish it.
  editors text[] not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

-- A challenger beside the version in force. `shadow`: evaluated after the answer for all orders.
-- `rollout`: decides for a share of the subjects.
create table rule_set_trials (
  trial_id uuid primary key,
  version integer not null,
  mode text not null check (mode in ('shadow', 'rollout')),
  percent numeric(5, 2) not null check (percent between 0 and 100),
  subject text not null,
  note text not null,
  author text not null,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3),
  ended_by text,
  check ((ended_at is null) = (ended_by is null))
);

create unique index rule_set_trials_one_at_a_time on rule_set_trials ((true)) where ended_at is null;

alter table decisions add column rule_set_version integer;
alter table decisions add column trial_id uuid;
alter table decisions add column trial_arm text check (trial_arm in ('champion', 'challenger'));
create index decisions_trial on decisions (trial_id) where trial_id is not null;

-- Orders that are answered and whose shadow evaluation is due.
create table shadow_pending (
  transaction_id text not null references transactions,
  version integer not null,
  trial_id uuid,
  due_at timestamptz(3) not null,
  attempts integer not null default 0,
  primary key (transaction_id, version)
);

create index shadow_pending_due on shadow_pending (due_at);

-- What a version would have said, by its own rules and points. `fault` in place of the rest when
-- it could not be evaluated.
create table shadow_scores (
  transaction_id text not null references transactions,
  version integer not null,
  trial_id uuid,
  total_score integer,
  -- Of the whole decision, with the partners' votes as they were.
  outcome text check (outcome in ('accept', 'review', 'reject')),
  hits jsonb,
  errored_rules jsonb,
  fault text,
  evaluated_at timestamptz(3) not null,
  primary key (transaction_id, version),
  check ((fault is null) = (outcome is not null))
);

create index shadow_scores_trial on shadow_scores (trial_id) where trial_id is not null;
create index shadow_scores_version on shadow_scores (version, evaluated_at);

create table backtests (
  backtest_id uuid primary key,
  -- The rule set tried, as it was then.
  text text not null,
  hash text not null,
  source jsonb not null,
  request jsonb not null,
  author text not null,
  state text not null check (state in ('running', 'done', 'cancelled', 'failed')),
  progress jsonb not null,
  result jsonb,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3)
);

create index backtests_created on backtests (created_at desc, backtest_id);

-- Partial sums of a backtest, one row a part, so that a part done twice counts once.
create table backtest_parts (
  backtest_id uuid not null references backtests on delete cascade,
  part integer not null,
  result jsonb not null,
  primary key (backtest_id, part)
);

-- Orders that the rule set tried decides otherwise.
create table backtest_changes (
  backtest_id uuid not null references backtests on delete cascade,
  transaction_id text not null references transactions,
  part integer not null,
  was text not null,
  would text not null,
  score_was integer not null,
  score_would integer not null,
  amount numeric(14, 4) not null,
  currency text not null,
  details jsonb not null,
  primary key (backtest_id, transaction_id)
);

-- Facts about subjects that come from elsewhere. A subject is a keyed hash, like in order_history.
create table evidence (
  evidence_id uuid primary key,
  kind text not null check (kind in ('aifi_suspicion', 'sparkfly_alert', 'fraud', 'chargeback')),
  source text not null,
  -- The source's own number of it: told again, it is the same one.
  reference text not null,
  subject_kind text not null check (subject_kind in ('card', 'email', 'account', 'device',
    'address', 'card_digits')),
  key_id text not null,
  token bytea not null,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  withdrawn_at timestamptz(3),
  details jsonb not null,
  unique (source, reference, subject_kind, token)
);

create index evidence_subject on evidence (token, subject_kind, recorded_at);

-- Who sold an order, and the promotion codes that it used (plain hashes: codes are no secrets).
alter table order_history add column sales_rep bytea;
alter table order_history add column promotions bytea[] not null default '{}';
create index order_history_sales_rep on order_history (sales_rep, received_at)
  where sales_rep is not null;
-- Orders come in the order of their time: a few pages cover a million of them.
create index order_history_received on order_history using brin (received_at);

-- The 99th percentile of order totals, per banner in its own currency, of the 30 days before.
create table banner_totals (
  banner text not null,
  day date not null,
  orders integer not null,
  p99 numeric(14, 4) not null,
  primary key (banner, day)
);

-- Down Migration

drop table banner_totals, evidence, backtest_changes, backtest_parts, backtests, shadow_scores,
  shadow_pending, rule_set_trials, rule_set_drafts, rule_set_publications, rule_set_versions;
drop function refuse_rule_set_change;
drop index order_history_received, order_history_sales_rep;
alter table order_history drop column promotions, drop column sales_rep;
drop index decisions_trial;
alter table decisions drop column trial_arm, drop column trial_id, drop column rule_set_version;

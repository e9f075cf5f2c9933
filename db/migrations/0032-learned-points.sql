-- Up Migration

-- Fits of the points of the rules in force to labels. The text is that of the rules when the fit
-- was asked for; what it proposes becomes a draft, never a version by itself.
create table points_fits (
  fit_id uuid primary key,
  text text not null,
  hash text not null,
  base_version integer not null,
  request jsonb not null,
  author text not null,
  state text not null check (state in ('running', 'done', 'cancelled', 'failed')),
  -- Set by the fit itself; shown when the fit is done.
  result jsonb,
  -- The text that it proposes; null while it runs and when there is nothing to propose.
  proposed_text text,
  proposed_hash text,
  draft_id uuid references rule_set_drafts,
  backtest_id uuid references backtests,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  check ((state = 'running') = (finished_at is null))
);

create index points_fits_created on points_fits (created_at desc, fit_id);

-- The orders of a part, counted by pattern; null until they are, so that a part counts once.
create table points_fit_parts (
  fit_id uuid not null references points_fits on delete cascade,
  part integer not null,
  range jsonb not null,
  counts jsonb,
  primary key (fit_id, part)
);

-- How often orders with a score were fraud, by the rule set that gave the score. `scope` is a
-- banner, or empty for all banners together.
create table score_probabilities (
  rule_set_hash text not null,
  scope text not null,
  fit_id uuid not null references points_fits,
  -- Nothing that became known later counts.
  cut timestamptz(3) not null,
  steps jsonb not null,
  primary key (rule_set_hash, scope)
);

-- Down Migration

drop table score_probabilities, points_fit_parts, points_fits;

-- Up Migration

-- Orders are being decided meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- The share of a banner's orders that a rule set is expected to flag, as known when it came into
-- force. Publications of earlier versions have none.
create table flag_expectations (
  publication integer not null references rule_set_publications,
  banner text not null,
  -- `backtest`: of these rules. `own`: when these rules were last in force. `before`: what the
  -- rules in force before them flagged.
  basis text not null check (basis in ('backtest', 'own', 'before')),
  orders integer not null,
  flagged integer not null,
  backtest_id uuid,
  primary key (publication, banner)
);

-- When an alarm about a publication was last raised.
create table flag_alarms (
  publication integer not null references rule_set_publications,
  banner text not null,
  raised_at timestamptz(3) not null,
  primary key (publication, banner)
);

-- The share of would-be rejects that a reviewer saw, of an order that was one of them. Null for all
-- other orders.
alter table decisions add column sampled_reject_share double precision;

-- When a part of a fit was done: a fit of which none is done for long is stuck.
alter table points_fit_parts add column done_at timestamptz(3);

-- Down Migration

alter table points_fit_parts drop column done_at;
alter table decisions drop column sampled_reject_share;
drop table flag_alarms, flag_expectations;

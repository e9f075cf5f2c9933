-- Up Migration

-- Every policy that analysts have published; the highest version of a banner is in force.
create table policies (
  banner text not null,
  version integer not null check (version > 0),
  policy jsonb not null,
  note text not null,
  author text not null,
  published_at timestamptz(3) not null,
  primary key (banner, version)
);

-- A partner without a row is on.
create table partner_levers (
  partner text primary key,
  state text not null check (state in ('on', 'off')),
  reason text not null,
  changed_by text not null,
  changed_at timestamptz(3) not null
);

-- What each running worker last said of each partner: breaker, latency, health. A row that is
-- not renewed is of a worker that has ended.
create table partner_reports (
  worker text not null,
  partner text not null,
  report jsonb not null,
  reported_at timestamptz(3) not null,
  primary key (worker, partner)
);

create index partner_reports_age on partner_reports (reported_at);

alter table verdicts
  drop constraint verdicts_source_check,
  add constraint verdicts_source_check check (source in ('api', 'signal', 'expiry', 'partners'));

-- 0: the policy of the settings file, or a decision from before policies had versions.
alter table decisions add column policy_version integer not null default 0;

-- What OMS said when it refused, sealed: it may name people.
alter table cases add column oms_reason bytea;

-- Down Migration

alter table cases drop column oms_reason;
alter table decisions drop column policy_version;
alter table verdicts
  drop constraint verdicts_source_check,
  add constraint verdicts_source_check check (source in ('api', 'signal', 'expiry'));
drop table partner_reports, partner_levers, policies;

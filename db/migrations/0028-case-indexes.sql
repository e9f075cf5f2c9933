-- Up Migration

-- Decisions wait while an index is built, and for nothing else.
set local lock_timeout = '500ms';

-- The order of the queue. An unknown risk comes before all known ones.
create index cases_queue on cases ((escalated_at is null),
  (-coalesce(at_risk, 'Infinity'::numeric)), due_at, case_id) where status = 'open';

create index cases_score on cases ((-total_score), case_id) where status = 'open';
create index cases_amount on cases ((-coalesce(amount, 'Infinity'::numeric)), case_id)
  where status = 'open';
create index cases_age on cases (opened_at, case_id) where status = 'open';
create index cases_rules on cases using gin (rules, partners_down) with (fastupdate = off)
  where status = 'open';
-- Few of many: what views of the queue count.
create index cases_claimed on cases (claimed_by) where status = 'open' and claimed_by is not null;
create index cases_escalated on cases (escalated_at)
  where status = 'open' and escalated_at is not null;
create index cases_held on cases (held_until) where status = 'open' and held_until is not null;

-- Down Migration

drop index cases_held, cases_escalated, cases_claimed, cases_rules, cases_age, cases_amount,
  cases_score, cases_queue;

-- Up Migration

-- Decisions wait while this runs, and for nothing else.
set local lock_timeout = '500ms';

-- What figures of the desk need of the moment of a decision: a claim ends with it, and OMS may
-- open the case again. Null in decisions of an earlier version.
alter table case_decisions
  -- When this round of the review began, and when it was due.
  add column opened_at timestamptz(3),
  add column due_at timestamptz(3),
  -- Since when its maker held the case; null without a claim.
  add column claimed_at timestamptz(3),
  add column confirmed_at timestamptz(3),
  add column confirm_claimed_at timestamptz(3);

create index case_decisions_decided on case_decisions (decided_at);
create index case_decisions_maker on case_decisions (decided_by, decided_at);
-- Few of many.
create index case_decisions_confirmed on case_decisions (confirmed_at)
  where confirmed_at is not null;
create index case_notes_escalations on case_notes (written_at) where kind = 'escalation';

-- Down Migration

drop index case_notes_escalations, case_decisions_confirmed, case_decisions_maker,
  case_decisions_decided;
alter table case_decisions drop column confirm_claimed_at, drop column confirmed_at,
  drop column claimed_at, drop column due_at, drop column opened_at;

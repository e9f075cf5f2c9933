-- Up Migration

-- The shipped file as it was when a draft was begun from it: a release may ship another one under
-- the same number 0. Null for a draft that was begun from a stored version, which never changes.
alter table rule_set_drafts add column base_text text;

-- What the version's draft was based on; null for those of earlier releases.
alter table rule_set_versions add column base_version integer;

-- Changes that need a second person, where four eyes are.
create table proposals (
  proposal_id uuid primary key,
  kind text not null check (kind in ('policy', 'partner', 'list_entries')),
  -- What would be changed: `policy:bay`, `partner:yleo`, `list:allow`.
  object text not null,
  -- Personal values stand in it as keyed hashes only.
  change jsonb not null,
  status text not null check (status in ('waiting', 'approved', 'discarded')),
  reason text not null,
  author text not null,
  created_at timestamptz(3) not null,
  decided_by text,
  decided_at timestamptz(3),
  check ((status = 'waiting') = (decided_at is null)),
  check ((decided_at is null) = (decided_by is null))
);

create index proposals_page on proposals (created_at desc, proposal_id);
create index proposals_waiting on proposals (object) where status = 'waiting';

-- Down Migration

drop table proposals;
alter table rule_set_versions drop column base_version;
alter table rule_set_drafts drop column base_text;

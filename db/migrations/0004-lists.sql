-- Up Migration

-- Lists that analysts own. `allow` and `block` are there once each and take every kind of subject;
-- a list of values takes one kind.
create table lists (
  name text primary key check (name ~ '^[a-z][a-z0-9_-]{0,39}$'),
  kind text not null check (kind in ('allow', 'block', 'values')),
  value_kind text check (value_kind in ('card', 'email', 'account', 'device', 'ip', 'address',
    'bin', 'email_domain', 'text')),
  description text not null,
  created_by text not null,
  created_at timestamptz(3) not null,
  check ((kind = 'values') = (value_kind is not null)),
  check (kind = 'values' or name = kind)
);

insert into lists (name, kind, description, created_by, created_at) values
  ('allow', 'allow', 'Their local vote is accept.', 'system', now()),
  ('block', 'block', 'They are rejected.', 'system', now());

-- What stands or stood on a list. An entry counts from `created_at` on, until it expires or is
-- removed; it is kept, so that a past instant can be asked about.
create table list_entries (
  entry_id uuid primary key,
  position bigint generated always as identity,
  list_name text not null references lists,
  subject_kind text not null check (subject_kind in ('card', 'email', 'account', 'device', 'ip',
    'address', 'bin', 'email_domain', 'text')),
  -- The key of the hash; null for kinds that are no personal data.
  key_id text,
  -- HMAC-SHA-256 of a personal value, the UTF-8 text of any other.
  token bytea not null,
  -- What people are shown: the value of a kind that is not personal, else a part that tells nobody.
  hint text not null,
  reason text not null check (reason <> ''),
  expires_at timestamptz(3),
  created_by text not null,
  created_at timestamptz(3) not null,
  removed_by text,
  removed_at timestamptz(3),
  check ((key_id is null) = (subject_kind in ('bin', 'email_domain', 'text'))),
  check ((removed_at is null) = (removed_by is null))
);

create index list_entries_token on list_entries (token, subject_kind);
create unique index list_entries_page on list_entries (list_name, position desc);

-- Down Migration

drop table list_entries, lists;

-- Up Migration

-- People who sign in to the console.
create table accounts (
  account_id uuid primary key,
  -- The audit trail has it as role:name.
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9.-]{0,31}$'),
  display_name text not null,
  role text not null check (role in ('reviewer', 'lead', 'analyst', 'operator', 'admin')),
  -- scrypt with its cost and salt; nothing else here follows from the password.
  password_hash text not null,
  -- Somebody else chose the password: its owner has to choose another one first.
  must_change boolean not null,
  -- Keyed hash of the password in a local accounts file. Tells whether the file has changed.
  file_mark text,
  failed_tries integer not null default 0,
  locked_until timestamptz(3),
  created_at timestamptz(3) not null,
  signed_in_at timestamptz(3),
  disabled_at timestamptz(3)
);

create table console_sessions (
  session_id uuid primary key,
  -- SHA-256 of the 256 random bits in the cookie.
  token_hash bytea not null unique,
  account_id uuid not null references accounts,
  started_at timestamptz(3) not null,
  -- Written once a minute at most.
  last_seen_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);

create index console_sessions_account on console_sessions (account_id);
create index console_sessions_expires on console_sessions (expires_at);

-- Links that sign in once.
create table console_entries (
  token_hash bytea primary key,
  account_id uuid not null references accounts,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);

create index console_entries_expires on console_entries (expires_at);

-- Browsers that have signed in before. Their wrong passwords count apart, so that a stranger's
-- cannot keep people out.
create table console_browsers (
  token_hash bytea not null,
  account_id uuid not null references accounts,
  failed_tries integer not null default 0,
  locked_until timestamptz(3),
  expires_at timestamptz(3) not null,
  primary key (token_hash, account_id)
);

create index console_browsers_account on console_browsers (account_id);
create index console_browsers_expires on console_browsers (expires_at);

-- Down Migration

drop table console_browsers, console_entries, console_sessions, accounts;

-- Up Migration

-- What AiFi has pushed, as it came. Written once by the push; a worker turns it into evidence.
create table aifi_pushes (
  push_id uuid primary key,
  -- Hash of what makes two pushes the same: session and time of origin.
  push_key bytea not null unique,
  -- Null when it is no UUID: such a text may be anything.
  session_id uuid,
  occurred_at timestamptz(3) not null,
  received_at timestamptz(3) not null,
  -- The push, sealed: it names a shopper.
  body bytea not null,
  -- What was odd about it, or cut.
  flags text[] not null,
  -- When it is to be drained; null once it is.
  due_at timestamptz(3),
  drained_at timestamptz(3),
  check ((due_at is null) = (drained_at is not null))
);

create index aifi_pushes_due on aifi_pushes (due_at, push_id) where due_at is not null;
create index aifi_pushes_received on aifi_pushes (received_at);
create index evidence_recorded on evidence (recorded_at);

-- Down Migration

drop index evidence_recorded;
drop table aifi_pushes;

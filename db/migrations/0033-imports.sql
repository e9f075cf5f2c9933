-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- Past orders that somebody brought along, with what became of them.
create table imports (
  import_id uuid primary key,
  state text not null check (state in ('open', 'done')),
  format text not null check (format in ('orders', 'rows')),
  -- How the columns of a row become an order; null for orders.
  mapping jsonb,
  note text not null,
  -- A hash of the file and its mapping, by which the command finds its import again.
  fingerprint text,
  author text not null,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3)
);

create index imports_created on imports (created_at desc, import_id desc);
create unique index imports_fingerprint on imports (fingerprint) where fingerprint is not null;

-- What is done of an import: a part and its orders are stored in one database transaction.
create table import_parts (
  import_id uuid not null references imports on delete cascade,
  part integer not null,
  -- Of what the part held: the same number with other content is refused.
  content_hash bytea not null,
  lines integer not null,
  stored integer not null,
  repeated integer not null,
  refused integer not null,
  labels integer not null,
  -- How many lines were refused, by reason.
  reasons jsonb not null,
  -- When the first and the last of the stored orders were received.
  first_at timestamptz(3),
  last_at timestamptz(3),
  -- Orders that were received earlier do not count those of this part.
  counts_from timestamptz(3) not null,
  primary key (import_id, part)
);

-- The first lines of each part that were refused for a reason; never with a value.
create table import_refusals (
  import_id uuid not null references imports on delete cascade,
  line integer not null,
  place smallint not null,
  error text not null,
  message text not null,
  primary key (import_id, line, place)
);

-- Null for orders that Verdict has answered. An imported order lies in the past, but was not there
-- to be counted: orders received before this instant do not count it, whenever they are read.
alter table order_history add column counts_from timestamptz(3);
alter table order_history add column import_id uuid;
-- An imported decision is somebody else's: it says nothing about rules, partners and reviewers.
alter table decisions add column is_imported boolean not null default false;
-- The import that has computed a day's total: the next one may compute it again. Null for totals
-- that live orders have read.
alter table banner_totals add column import_id uuid;

-- Down Migration

-- Imported orders go with the columns that set them apart.
create temporary table imported on commit drop as
  select transaction_id from order_history where import_id is not null;
create index on imported (transaction_id);
delete from evidence where source = 'label'
  and details ->> 'transactionId' in (select transaction_id from imported);
delete from order_events where transaction_id in (select transaction_id from imported);
delete from labels where transaction_id in (select transaction_id from imported);
delete from verdicts where transaction_id in (select transaction_id from imported);
delete from decisions where transaction_id in (select transaction_id from imported);
delete from order_addresses where transaction_id in (select transaction_id from imported);
delete from order_card_digits where transaction_id in (select transaction_id from imported);
delete from order_history where transaction_id in (select transaction_id from imported);
delete from transactions where transaction_id in (select transaction_id from imported);
delete from banner_totals where import_id is not null;
alter table banner_totals drop column import_id;
alter table decisions drop column is_imported;
alter table order_history drop column import_id, drop column counts_from;
drop table import_refusals, import_parts, imports;

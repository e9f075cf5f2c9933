-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- What is usual for a BIN or an IP address: its orders of 28 UTC days, the given day the last. Only
-- subjects with enough orders have a row. An order reads the row of the day before yesterday.
create table usual_traffic (
  kind text not null check (kind in ('bin', 'ip')),
  -- The six digits, or the keyed hash as in order_history.
  subject bytea not null,
  day date not null,
  orders integer not null,
  -- Declined, or without a match of street or postal code.
  unmatched integer not null,
  busiest_hour integer not null,
  busiest_day integer not null,
  primary key (kind, subject, day)
);
create index usual_traffic_day on usual_traffic (day);

-- The days that were counted.
create table usual_traffic_days (day date primary key);

-- Down Migration

drop table usual_traffic_days, usual_traffic;

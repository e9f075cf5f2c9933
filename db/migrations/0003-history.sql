-- Up Migration

-- What later orders may count: one row per transaction, keyed hashes in place of personal values.
-- A hash is the first 16 bytes of an HMAC under `key_id`; `other_keys` holds the same values under
-- the other keys that were live, so that a rotation hides no history.
create table order_history (
  transaction_id text primary key references transactions,
  -- Of two orders that share a subject, the one with the lower position was stored and visible
  -- before the other was received: see lock_subjects.
  position bigint generated always as identity,
  received_at timestamptz(3) not null,
  banner text not null,
  -- Shipment groups of one order are one order.
  order_hash bytea not null,
  key_id text not null,
  card bytea not null,
  email bytea,
  account bytea,
  device bytea,
  ip bytea,
  billing_postal bytea,
  other_keys jsonb not null,
  amount numeric(14, 4) not null,
  authorized_amount numeric(14, 4) not null,
  currency text not null,
  -- The articles and their quantities, whatever order they come in.
  goods_hash bytea not null
);

create index order_history_card on order_history (card, received_at);
create index order_history_email on order_history (email, received_at) where email is not null;
create index order_history_account on order_history (account, received_at) where account is not null;
create index order_history_device on order_history (device, received_at) where device is not null;
create index order_history_ip on order_history (ip, received_at) where ip is not null;

-- First six and last four digits, apart from the hash of the same card number (PCI DSS 3.5.1).
create table order_card_digits (
  transaction_id text primary key references order_history,
  position bigint not null,
  received_at timestamptz(3) not null,
  bin text not null,
  last4 text not null
);

create index order_card_digits_bin on order_card_digits (bin, received_at);
-- What chargeback files carry besides an order number.
create index order_card_digits_last4 on order_card_digits (last4, received_at);

-- The places that an order ships to, with the names there.
create table order_addresses (
  transaction_id text not null references order_history,
  position bigint not null,
  received_at timestamptz(3) not null,
  address bytea not null,
  name bytea,
  primary key (transaction_id, address)
);

create index order_addresses_address on order_addresses (address, received_at);

-- Takes the locks of an order's subjects, in one order for all callers, and then tells the time.
-- The locks end with the database transaction: whoever shares a subject gets a later time and a
-- higher position, and sees this order. So two orders at one moment cannot overlook each other.
create function lock_subjects(locks bigint[]) returns timestamptz language plpgsql as $$
begin
  perform pg_advisory_xact_lock(one) from (select unnest(locks) as one order by 1) sorted;
  return clock_timestamp();
end
$$;

-- Down Migration

drop function lock_subjects;
drop table order_addresses, order_card_digits, order_history;

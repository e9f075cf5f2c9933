-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- The keyed hash of a place's house, however its flat and street are typed. Only at the first of an
-- order's places in a house; null in rows of earlier versions, and for a place without a number.
alter table order_addresses add column house bytea;
create index order_addresses_house on order_addresses (house, received_at)
  where house is not null;

-- Down Migration

drop index order_addresses_house;
alter table order_addresses drop column house;

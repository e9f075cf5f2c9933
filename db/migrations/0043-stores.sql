-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- The store at whose till an order was placed or where it is collected, with its banner; null for
-- what is sent to a customer, and in rows of earlier versions.
alter table order_history add column store text;
create index order_history_store on order_history (store, received_at) where store is not null;

-- Not validated: the constraint before was narrower, so no row needs a check.
alter table usual_traffic drop constraint usual_traffic_kind_check;
alter table usual_traffic add constraint usual_traffic_kind_check
  check (kind in ('bin', 'ip', 'store')) not valid;
-- Orders without an account; null where an earlier version counted.
alter table usual_traffic add column guests integer;

-- Down Migration

delete from usual_traffic where kind = 'store';
alter table usual_traffic drop column guests;
alter table usual_traffic drop constraint usual_traffic_kind_check;
alter table usual_traffic add constraint usual_traffic_kind_check check (kind in ('bin', 'ip'));
drop index order_history_store;
alter table order_history drop column store;

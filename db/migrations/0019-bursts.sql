-- Up Migration

-- What processor and issuer said: in a burst of one BIN most orders are declined. Null in rows of
-- earlier versions, where it was not noted. The code is the contract's, a whole number of any size.
alter table order_history add column response_code bigint;
alter table order_history add column avs_code text;
-- What share of a banner's latest orders one sales person has.
create index order_history_banner on order_history (banner, received_at);

-- Down Migration

drop index order_history_banner;
alter table order_history drop column avs_code, drop column response_code;

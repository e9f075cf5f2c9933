-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- The keyed hash of the domain of the mailbox, where it is a firm's own and no public mail service.
-- Null in rows of earlier versions, where it was not noted.
alter table order_history add column email_domain bytea;
create index order_history_email_domain on order_history (email_domain, received_at)
  where email_domain is not null;
-- A mail service that nobody listed has a great many orders, of which the latest are read. The
-- planner would read and sort all of them if it knew how many a domain has on average.
alter table order_history alter column email_domain set (n_distinct = -1);

-- Down Migration

drop index order_history_email_domain;
alter table order_history drop column email_domain;

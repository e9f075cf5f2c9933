-- Up Migration

-- The trail is read page by page in the order of time. New entries come at the end of the index.
create index audit_at on audit (at, id);

-- Down Migration

drop index audit_at;

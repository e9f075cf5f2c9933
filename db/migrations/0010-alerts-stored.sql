-- Up Migration

-- When we took an alert in, which may be long after it was raised: how long it is kept counts from
-- the later of the two.
alter table alert_events add column stored_at timestamptz(3) not null default now();
alter table alert_events alter column stored_at drop default;
create index alert_events_stored on alert_events (stored_at);
drop index alert_events_created;

-- Down Migration

create index alert_events_created on alert_events (created_at);
drop index alert_events_stored;
alter table alert_events drop column stored_at;

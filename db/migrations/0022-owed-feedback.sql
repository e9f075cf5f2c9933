-- Up Migration

-- Settled orders whose outcome Sardine is still to be told: a row goes when it has been.
create table owed_feedback (
  transaction_id text primary key references transactions,
  since timestamptz(3) not null
);

create index owed_feedback_since on owed_feedback (since, transaction_id);

-- Down Migration

drop table owed_feedback;

-- Up Migration

-- What the decisions of a day were like. The latest days are counted again until they are over.
create table drift_days (
  day date not null,
  banner text not null,
  -- Decisions that were counted: all of them, or a sample.
  orders integer not null,
  -- By kind and name, orders by part: numbers of orders, never a value of one.
  series jsonb not null,
  counted_at timestamptz(3) not null,
  -- Null until the day was over when it was counted.
  closed_at timestamptz(3),
  primary key (banner, day)
);

-- Down Migration

drop table drift_days;

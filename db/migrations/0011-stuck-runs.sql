-- Up Migration

-- Runs of orders' workflows whose tasks kept failing, and when each was ended for a new one.
create table stuck_runs (
  run_id text primary key,
  transaction_id text not null references transactions,
  cause text not null,
  failing_since timestamptz(3) not null,
  seen_at timestamptz(3) not null,
  freed_at timestamptz(3)
);

create index stuck_runs_of_transaction on stuck_runs (transaction_id);
create index stuck_runs_seen on stuck_runs (seen_at desc, run_id desc);

-- How far all workers together have come in looking at the orders that are under way.
create table sweeps (
  name text primary key,
  began_at timestamptz(3) not null,
  -- The place of the last order looked at; null when the round is through.
  after_at timestamptz(3),
  after_id text
);

insert into sweeps (name, began_at)
values ('undecided', 'epoch'), ('settling', 'epoch'), ('reviews', 'epoch');

-- Down Migration

drop table sweeps, stuck_runs;

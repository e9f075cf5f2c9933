-- Up Migration

-- What became of an order: one row per statement. A later statement supersedes an earlier one, a
-- withdrawn one no longer counts, and none is changed or removed.
create table labels (
  label_id uuid primary key,
  -- The order in which statements were made; writers go one after the other, so it has no gaps
  -- that are filled later.
  position bigint generated always as identity unique,
  transaction_id text not null references transactions,
  banner text not null,
  kind text not null check (kind in ('fraud', 'chargeback', 'refunded_as_fraud', 'good')),
  amount numeric(14, 4),
  currency text,
  -- The card network's reason of a chargeback; card numbers are masked.
  reason text,
  effective_on date,
  source text not null check (source in ('api', 'csv')),
  -- The caller's own number of the statement; empty when it gave none.
  source_id text not null,
  said_by text not null,
  said_at timestamptz(3) not null,
  withdrawn_at timestamptz(3),
  withdrawn_by text,
  withdrawal_reason text,
  -- When Sardine was told of a chargeback.
  told_at timestamptz(3),
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  check ((withdrawn_at is null) = (withdrawal_reason is null)),
  check (kind <> 'chargeback' or (amount is not null and currency is not null
    and effective_on is not null))
);

-- The same statement again is no new statement.
create unique index labels_statement on labels
  (transaction_id, kind, amount, currency, effective_on, source_id) nulls not distinct;
create index labels_current on labels (transaction_id, position desc) where withdrawn_at is null;
create index labels_said on labels (said_at desc, position desc);
create index labels_untold on labels (said_at)
  where kind = 'chargeback' and told_at is null and withdrawn_at is null;

create function refuse_label_change() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'withdrawn_at' - 'withdrawn_by' - 'withdrawal_reason' - 'told_at')
      is distinct from
      (to_jsonb(old) - 'withdrawn_at' - 'withdrawn_by' - 'withdrawal_reason' - 'told_at')
    or (old.withdrawn_at is not null and (new.withdrawn_at, new.withdrawn_by,
      new.withdrawal_reason) is distinct from (old.withdrawn_at, old.withdrawn_by,
      old.withdrawal_reason))
    or (old.told_at is not null and new.told_at is distinct from old.told_at)
  then
    raise exception 'a statement is corrected by a later one and never changed';
  end if;
  return new;
end
$$;

create trigger labels_are_never_changed before update on labels
  for each row execute function refuse_label_change();

-- What decisions were worth is asked for by their time.
create index decisions_decided on decisions (decided_at);

-- Down Migration

drop index decisions_decided;
drop table labels;
drop function refuse_label_change;

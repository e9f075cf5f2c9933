-- Up Migration

-- Fills the cases that were opened before 0025; apart from it, because that one locks the table.
-- 80 is the limit of reject in the shipped rules and settings.
update cases c set amount = h.amount, currency = h.currency,
  at_risk = round(least(1, greatest(0, c.total_score) / 80.0) * h.amount, 2)
from order_history h
where h.transaction_id = c.transaction_id and c.status = 'open' and c.amount is null;

alter table order_events validate constraint order_events_kind_check;

-- Down Migration

select;

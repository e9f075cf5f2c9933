-- Up Migration

-- Fills the cases that were opened before 0025; apart from it, because that one locks the table.
-- 80 is the limit of reject in the shipped rules and settings.
update cases c set amount = h.amount, currency = h.currency,
  at_risk = round(least(1, greatest(0, c.total_score) / 80.0) * h.amount, 2),
  rules = array(select hit ->> 'id' from jsonb_array_elements(d.hits) as hit),
  partners_down = array(select given ->> 'partner'
    from jsonb_array_elements(d.partner_answers) as given where given ->> 'kind' = 'unavailable')
from decisions d left join order_history h using (transaction_id)
where d.transaction_id = c.transaction_id and c.status = 'open' and c.rules is null;

alter table order_events validate constraint order_events_kind_check;

-- Down Migration

select;

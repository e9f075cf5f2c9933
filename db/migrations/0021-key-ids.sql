-- Up Migration

-- The id of the key that sealed a text, as bytes: it stands in clear before what is sealed (version,
-- length of the id, id). Null for what is no such text. Only the first bytes are read, also of a
-- body that is stored out of line.
create function sealed_key_id(sealed bytea) returns bytea
  language sql immutable strict parallel safe
  return case
    when length(sealed) >= 2 and get_byte(substr(sealed, 1, 2), 0) = 1
    then substr(sealed, 3, get_byte(substr(sealed, 1, 2), 1))
  end;

-- Which keys are still needed is asked at each start. A key id repeats in millions of rows, which
-- such an index keeps as one value with a list of places.
create index transactions_key on transactions (sealed_key_id(body));
create index cases_key on cases (sealed_key_id(oms_reason)) where oms_reason is not null;
create index verdicts_key on verdicts (sealed_key_id(remarks)) where remarks is not null;
create index loyalty_members_key on loyalty_members (sealed_key_id(account));
create index alert_mails_waiting on alert_mails (sealed_key_id(address)) where state = 'waiting';
create index order_history_key on order_history (key_id, received_at);
create index evidence_key on evidence (key_id, recorded_at) where withdrawn_at is null;
create index list_entries_key on list_entries (key_id)
  where key_id is not null and removed_at is null;

-- Down Migration

drop index list_entries_key, evidence_key, order_history_key, alert_mails_waiting,
  loyalty_members_key, verdicts_key, cases_key, transactions_key;
drop function sealed_key_id;

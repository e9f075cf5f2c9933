-- Up Migration

-- A dispute is a chargeback that is no fraud. What was stored before stays what it is.
alter table labels drop constraint labels_kind_check;
alter table labels add constraint labels_kind_check
  check (kind in ('fraud', 'chargeback', 'dispute', 'refunded_as_fraud', 'good')) not valid;
alter table labels validate constraint labels_kind_check;
alter table labels add constraint labels_dispute_check check (kind <> 'dispute'
  or (amount is not null and currency is not null and effective_on is not null)) not valid;
alter table labels validate constraint labels_dispute_check;

drop index labels_untold;
create index labels_untold on labels (said_at)
  where kind in ('chargeback', 'dispute') and told_at is null and withdrawn_at is null;

alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check check (kind in ('aifi_suspicion',
  'sparkfly_alert', 'fraud', 'chargeback', 'dispute', 'refund')) not valid;
alter table evidence validate constraint evidence_kind_check;

-- `evidence.disputes180d` is the name of another fact from here on. Versions are never changed:
-- those of before, which have 1, are read with the name that their fact has now.
alter table rule_set_versions add column fact_names smallint not null default 1;
alter table rule_set_versions alter column fact_names set default 2;

-- Drafts are changed. One that somebody is writing has a further revision, so that what was read
-- before is not written over it.
update rule_set_drafts set revision = revision + 1, text = regexp_replace(text,
    '(evidence\s*\.\s*)disputes180d\y', '\1frauds180d', 'g')
  where text ~ 'evidence\s*\.\s*disputes180d\y';
update rule_set_drafts set base_text = regexp_replace(base_text,
    '(evidence\s*\.\s*)disputes180d\y', '\1frauds180d', 'g')
  where base_text ~ 'evidence\s*\.\s*disputes180d\y';

-- An alert that was dated ahead stands in the list where it was stored.
create index alert_events_listed on alert_events (family,
  (case when created_at - stored_at > interval '5 minutes' then stored_at else created_at end) desc,
  event_id desc);

-- Down Migration

drop index alert_events_listed;
update rule_set_drafts set text = regexp_replace(text,
    '(evidence\s*\.\s*)frauds180d\y', '\1disputes180d', 'g'),
  base_text = regexp_replace(base_text,
    '(evidence\s*\.\s*)frauds180d\y', '\1disputes180d', 'g');
alter table rule_set_versions drop column fact_names;
delete from evidence where kind = 'dispute';
alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check
  check (kind in ('aifi_suspicion', 'sparkfly_alert', 'fraud', 'chargeback', 'refund'));
drop index labels_untold;
delete from labels where kind = 'dispute';
create index labels_untold on labels (said_at)
  where kind = 'chargeback' and told_at is null and withdrawn_at is null;
alter table labels drop constraint labels_dispute_check;
alter table labels drop constraint labels_kind_check;
alter table labels add constraint labels_kind_check
  check (kind in ('fraud', 'chargeback', 'refunded_as_fraud', 'good'));

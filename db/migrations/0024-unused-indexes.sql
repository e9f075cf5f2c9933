-- Up Migration

-- Orders are being stored meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- No statement looks for these values, and other keys are unique by them: the transaction id is a
-- hash of the workflow id, the cross-reference one of the transaction id. Each move of an order to
-- another status wrote into the first of these indexes again.
alter table transactions drop constraint transactions_workflow_id_key;
alter table decisions drop constraint decisions_cross_reference_key;
-- Lists of cases are in the order of their due time.
drop index cases_opened;

-- Down Migration

create index cases_opened on cases (opened_at desc, case_id desc);
alter table decisions add constraint decisions_cross_reference_key unique (cross_reference);
alter table transactions add constraint transactions_workflow_id_key unique (workflow_id);

-- Up Migration

-- Orders are being decided meanwhile: rather fail, and be tried again, than hold them up.
set local lock_timeout = '500ms';

-- The estimated probability of fraud by which a case's money at risk was computed; null where the
-- score was used for it. Cases that are open already keep what they have.
alter table cases add column risk_probability numeric(6, 5);

-- Down Migration

alter table cases drop column risk_probability;

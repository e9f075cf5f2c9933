-- Up Migration

-- Orders wait while the index is built, and for nothing else.
set local lock_timeout = '500ms';

-- The latest orders of exactly the same goods: how many guests buy one article.
create index order_history_goods on order_history (goods_hash, received_at);

-- Down Migration

drop index order_history_goods;

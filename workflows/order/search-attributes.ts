import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const bannerKey = defineSearchAttributeKey('Banner', SearchAttributeType.KEYWORD);
export const orderIdKey = defineSearchAttributeKey('OrderId', SearchAttributeType.KEYWORD);
export const transactionIdKey = defineSearchAttributeKey(
  'TransactionId',
  SearchAttributeType.KEYWORD,
);
export const fraudStatusKey = defineSearchAttributeKey('FraudStatus', SearchAttributeType.KEYWORD);
export const outcomeKey = defineSearchAttributeKey('Outcome', SearchAttributeType.KEYWORD);
export const scoreKey = defineSearchAttributeKey('Score', SearchAttributeType.INT);
export const reviewDueAtKey = defineSearchAttributeKey('ReviewDueAt', SearchAttributeType.DATETIME);

/** The attributes by which operators filter orders in Temporal's UI, besides the workflow id. */
export const searchAttributeKeys = [
  bannerKey,
  orderIdKey,
  transactionIdKey,
  fraudStatusKey,
  outcomeKey,
  scoreKey,
  reviewDueAtKey,
];

import { z } from 'zod';
import { primitive } from '../faults.js';
import { refuse } from '../refusal.js';
import { choice, choiceSchema, filledText, integer, text, uuid } from './primitives.js';
import { Transaction } from './transaction.js';

export const outcomes = ['accept', 'review', 'reject'] as const;
export type Outcome = (typeof outcomes)[number];
export type Verdict = Exclude<Outcome, 'review'>;

/** The HBC `Decision`, as answered to OMS. `totalScore` equals the sum in `rulesTripped`. */
export const Decision = z
  .object({
    transactionId: z.string(),
    recommendationCode: z.enum(outcomes),
    crossReference: z.uuid().optional(),
    rulesTripped: z.string().optional(),
    totalScore: z.int(),
    remarks: z.string().optional(),
  })
  .meta({ id: 'Decision', description: 'The answer: accept, review or reject, and why.' });
export type Decision = z.output<typeof Decision>;

const verdict = primitive(choiceSchema(['accept', 'reject']), (value) => {
  const code = choice(outcomes).safeParse(value);
  if (!code.success) {
    return typeof value === 'string'
      ? refuse('invalid_enum', 'must be one of: accept, reject')
      : refuse('invalid_type', 'must be a string');
  }
  return code.data === 'review' ? refuse('invalid_value', 'must be accept or reject') : code.data;
});

/**
 * The body of `POST /decision`: a reviewer's verdict. Score and reference are accepted and ignored.
 */
export const VerdictRequest = z
  .object({
    transactionId: filledText('id'),
    recommendationCode: verdict,
    crossReference: uuid.optional(),
    rulesTripped: text('rulesTripped').optional(),
    totalScore: integer().optional(),
    remarks: text('remarks').optional(),
  })
  .meta({ id: 'VerdictRequest', description: 'A Decision whose code is accept or reject.' });
export type VerdictRequest = z.output<typeof VerdictRequest>;

export const statuses = [
  'deciding',
  'in_review',
  'settling',
  'processed',
  'cancelled',
  'oms_rejected',
  'withdrawn',
] as const;

/** The status of an order; also the search attribute `FraudStatus`. */
export type TransactionStatus = (typeof statuses)[number];

/**
 * What ended a review: a person (API or signal), the deadline, or the last missing partner vote.
 */
export const verdictSources = ['api', 'signal', 'expiry', 'partners'] as const;
export type VerdictSource = (typeof verdictSources)[number];

/**
 * The HBC `DBRecord`: the stored transaction (card sanitised) and its current decision. Verdict
 * adds `answered` (the decision as first answered) and `status`.
 */
export const DBRecord = z
  .object({
    transactionId: z.string(),
    lastModifiedDate: z.iso.date().optional(),
    createdDate: z.iso.date().optional(),
    transaction: Transaction,
    /** Absent only until the transaction is decided. */
    decision: Decision.optional(),
    answered: Decision.optional(),
    status: z.enum(statuses),
  })
  .meta({ id: 'DBRecord' });

import { DBRecord, Decision, VerdictRequest } from '../../contracts/hbc/decision.js';
import { Transaction } from '../../contracts/hbc/transaction.js';
import { Withdrawal, WithdrawalRequest } from '../../contracts/v1/withdrawal.js';
import {
  giveVerdict,
  type SubmitVerdict,
  type VerdictResult,
} from '../../services/cases/verdicts.js';
import {
  type SubmitWithdrawal,
  withdraw,
  type WithdrawalResult,
} from '../../services/cases/withdrawals.js';
import { readRecord } from '../../services/transactions/records.js';
import { answerPosted } from '../answer-posted.js';
import type { ApiContext } from '../context.js';
import { leftMs } from '../deadline.js';
import { badRequest, tryAgain } from '../faults.js';
import { exampleOrder } from '../openapi/example-order.js';
import { get, post, tagged, transactionPart } from '../operation.js';
import { recoverMissing } from '../../temporal/recover-missing.js';

const recover = (api: ApiContext, transactionId: string): Promise<void> =>
  recoverMissing({ ...api, controls: api.controls.current }, transactionId);

const refuseUnlessAccepted = (result: VerdictResult): void => {
  switch (result.kind) {
    case 'taken':
      return;
    case 'unknown_transaction': {
      const message = '$.transactionId is not known';
      throw badRequest([{ error: 'unknown_transaction', message }]);
    }
    case 'conflict': {
      const message = '$.recommendationCode differs from what was decided before';
      throw badRequest([{ error: 'decision_conflict', message }]);
    }
    case 'withdrawn': {
      const message = '$.transactionId is of an order that was withdrawn: it takes no verdict';
      throw badRequest([{ error: 'decision_conflict', message }]);
    }
    case 'try_again':
    case 'workflow_missing':
      throw tryAgain('the case cannot take a verdict now; send the same request again');
    default:
      return result satisfies never;
  }
};

const refuseUnlessWithdrawn = (result: WithdrawalResult): void => {
  switch (result.kind) {
    case 'withdrawn':
      return;
    case 'unknown_transaction':
      throw transactionPart.missing();
    case 'not_in_review': {
      const message = '$ the transaction is not in review: it can no longer be withdrawn';
      throw badRequest([{ error: 'not_in_review', message }]);
    }
    case 'try_again':
    case 'workflow_missing':
      throw tryAgain('the case cannot be withdrawn now; send the same request again');
    default:
      return result satisfies never;
  }
};

const tag = {
  name: 'Screening',
  description:
    'What OMS does with an order: submit it for a decision, read it, give a verdict, withdraw it.',
};

export const screeningOperations = tagged(tag, [
  post('/transaction', {
    summary: 'Screen an order and shipment group: accept, review or reject.',
    description:
      'A repeat of the same order gets the same answer, byte for byte, and has no other effect.',
    roles: ['oms'],
    // `answerPosted` parses it, so that the API can refuse a flood before it parses whole bodies.
    ownBody: Transaction,
    examples: { order: exampleOrder },
    answer: Decision,
    returns: 'The decision; for a repeated order, the first one.',
    headers: {
      'X-Transaction-Status': {
        description: '`decided` or `in_review`: the current status of the order.',
        example: 'in_review',
      },
      'Idempotent-Replayed': {
        description: '`true` for a repeat; the body is equal byte for byte.',
        example: 'true',
      },
    },
    faults: {
      400: 'Bad input, or `transaction_conflict`.',
      503:
        'No decision in time, or more orders than can be decided: send the same request again ' +
        'after `Retry-After`.',
    },
    hasDeadline: true,
    handle: async (context, { c }) => {
      const { text, inReview, replayed } = await answerPosted(context.api, c);
      c.header('X-Transaction-Status', inReview ? 'in_review' : 'decided');
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.body(text, 200, { 'Content-Type': 'application/json' });
    },
  }),
  get('/transaction/{transactionId}', {
    summary: 'Read a stored transaction with its current decision and status.',
    roles: ['oms', 'reviewer', 'analyst'],
    params: { transactionId: transactionPart },
    answer: DBRecord,
    returns: 'The stored transaction, without the card number and the CVV.',
    handle: async (context, { params, c }) => {
      const record = await readRecord(context, params.transactionId);
      if (record === undefined) throw transactionPart.missing();
      // The stored order is as it was posted; parsing it again would add nothing.
      return c.json(record);
    },
  }),
  post('/decision', {
    summary: 'Accept or reject a transaction that is in review.',
    description:
      'The answer is 200 once the workflow has taken the verdict. A repeat is 200 as well.',
    roles: ['oms', 'reviewer'],
    body: VerdictRequest,
    examples: {
      accept: {
        transactionId: 'tx_example',
        recommendationCode: 'accept',
        remarks: 'the shopper confirmed the order by phone',
      },
    },
    returns: 'The workflow has taken the verdict; the body is empty.',
    faults: { 400: 'Bad input, `unknown_transaction`, or `decision_conflict`.' },
    hasDeadline: true,
    handle: async (context, { body, c }) => {
      const submitVerdict: SubmitVerdict = (id, message) =>
        context.screening.submitVerdict(id, message, leftMs(c.get('answerBy')));
      const result = await giveVerdict(context, submitVerdict, body);
      if (result.kind === 'workflow_missing') await recover(context.api, body.transactionId);
      refuseUnlessAccepted(result);
    },
  }),
  post('/v1/transactions/{transactionId}/withdrawal', {
    summary: 'Withdraw an order in review that the shopper or OMS has cancelled.',
    description:
      'The answer is 200 once the workflow has taken the withdrawal. A repeat is 200 as well.',
    roles: ['oms'],
    params: { transactionId: transactionPart },
    // The API ignores the body.
    ownBody: WithdrawalRequest,
    isBodyOptional: true,
    examples: { empty: {} },
    answer: Withdrawal,
    returns: 'The order is withdrawn.',
    faults: { 400: 'Bad input, or `not_in_review`.' },
    hasDeadline: true,
    handle: async (context, { params: { transactionId }, c }) => {
      const submitWithdrawal: SubmitWithdrawal = (id, message) =>
        context.screening.submitWithdrawal(id, message, leftMs(c.get('answerBy')));
      const result = await withdraw(context, submitWithdrawal, transactionId);
      if (result.kind === 'workflow_missing') await recover(context.api, transactionId);
      refuseUnlessWithdrawn(result);
      return { transactionId, status: 'withdrawn' as const };
    },
  }),
]);

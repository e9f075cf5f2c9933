import { Hono } from 'hono';
import { isStorable } from '../../contracts/faults.js';
import type { Withdrawal } from '../../contracts/v1/withdrawal.js';
import {
  type SubmitWithdrawal,
  withdraw,
  type WithdrawalResult,
} from '../../services/cases/withdrawals.js';
import { acting } from '../../services/context.js';
import { type Authenticate, authorise } from '../authorise.js';
import { leftMs } from '../deadline.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault, tryAgain } from '../faults.js';
import { takeUpMissing } from '../take-up-missing.js';

const refuseUnlessWithdrawn = (result: WithdrawalResult): void => {
  switch (result.kind) {
    case 'withdrawn':
      return;
    case 'unknown_transaction':
      throw fault(404, 'unknown_transaction', 'no such transaction');
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

/**
 * `POST /v1/transactions/{transactionId}/withdrawal`: the shopper or OMS has cancelled the order
 * while it is in review. 200 only after the workflow has taken it; a repeat is 200 as well.
 */
export const withdrawalRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>().post(
    '/v1/transactions/:transactionId/withdrawal',
    authorise(authenticate, ['oms']),
    async (c) => {
      const transactionId = c.req.param('transactionId');
      if (!isStorable(transactionId)) refuseUnlessWithdrawn({ kind: 'unknown_transaction' });
      const submitWithdrawal: SubmitWithdrawal = (id, message) =>
        deps.screening.submitWithdrawal(id, message, leftMs(c.get('answerBy')));
      const context = acting(deps, c.get('holder'));
      const result = await withdraw(context, submitWithdrawal, transactionId);
      if (result.kind === 'workflow_missing') await takeUpMissing(deps, transactionId);
      refuseUnlessWithdrawn(result);
      return c.json({ transactionId, status: 'withdrawn' } satisfies Withdrawal);
    },
  );

import { DBRecord, Decision, VerdictRequest } from '../../contracts/hbc/decision.js';
import { Transaction } from '../../contracts/hbc/transaction.js';
import { CaseDetail, CasePage, TransactionPage } from '../../contracts/v1/cases.js';
import { CaseQuery, TransactionQuery } from '../../contracts/v1/queries.js';
import { Withdrawal, WithdrawalRequest } from '../../contracts/v1/withdrawal.js';
import type { Operation } from './operation.js';

/** What is done with one order: screening, look-ups, cases. */
export const orderOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/transaction',
    tag: 'Screening',
    summary: 'Decide about an order and shipment group at once: accept, review or reject.',
    roles: ['oms'],
    body: Transaction,
    answer: Decision,
    headers: {
      'X-Transaction-Status': '`decided` or `in_review`: where the order stands now.',
      'Idempotent-Replayed': '`true` when the order was there before; the body is byte-equal.',
    },
    faults: {
      400: 'Bad input, or `transaction_conflict`.',
      503:
        'No decision in time, or more orders than can be decided: send the same request again ' +
        'after `Retry-After`.',
    },
  },
  {
    method: 'get',
    path: '/transaction/{transactionId}',
    tag: 'Screening',
    summary: 'Read a stored transaction with its current decision and status.',
    roles: ['oms', 'reviewer', 'analyst'],
    answer: DBRecord,
    faults: { 404: 'Unknown transaction.' },
  },
  {
    method: 'post',
    path: '/decision',
    tag: 'Screening',
    summary: 'Accept or reject a transaction that is in review.',
    roles: ['oms', 'reviewer'],
    body: VerdictRequest,
    faults: { 400: 'Bad input, `unknown_transaction`, or `decision_conflict`.' },
  },
  {
    method: 'post',
    path: '/v1/transactions/{transactionId}/withdrawal',
    tag: 'Screening',
    summary: 'Withdraw an order that is in review: the shopper or OMS has cancelled it.',
    roles: ['oms'],
    body: WithdrawalRequest,
    isBodyOptional: true,
    answer: Withdrawal,
    faults: { 400: 'Bad input, or `not_in_review`.', 404: 'Unknown transaction.' },
  },
  {
    method: 'get',
    path: '/v1/transactions',
    tag: 'Look-ups',
    summary: 'Find the transactions of an order by banner, order and group.',
    roles: ['oms', 'reviewer', 'analyst', 'operator'],
    query: TransactionQuery,
    answer: TransactionPage,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'get',
    path: '/v1/cases',
    tag: 'Cases',
    summary: 'List cases, soonest due first.',
    roles: ['reviewer', 'analyst', 'operator'],
    query: CaseQuery,
    answer: CasePage,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'get',
    path: '/v1/cases/{caseId}',
    tag: 'Cases',
    summary: 'Read a case with everything needed to decide it.',
    roles: ['reviewer', 'analyst'],
    answer: CaseDetail,
    faults: { 404: 'No such case.' },
  },
];

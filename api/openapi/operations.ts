import type { z } from 'zod';
import { DBRecord, Decision, VerdictRequest } from '../../contracts/hbc/decision.js';
import { Transaction } from '../../contracts/hbc/transaction.js';
import { CaseDetail, CasePage, TransactionPage } from '../../contracts/v1/cases.js';
import { CodecPayloads } from '../../contracts/v1/codec.js';
import { CaseQuery, TransactionQuery } from '../../contracts/v1/queries.js';
import type { Role } from '../../contracts/v1/roles.js';

/** One operation of the HTTP surface, as the OpenAPI document shows it. */
export interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Roles besides `admin`; empty when no key is needed. */
  readonly roles: readonly Role[];
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Schema of the 200 answer; absent for an empty body, text for a plain one. */
  readonly answer?: z.ZodType | 'text';
  /** Headers of the 200 answer that carry meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses besides 200 that are particular to this operation. */
  readonly faults: Readonly<Record<number, string>>;
}

/** Every operation there is; a test holds it against the routes. */
export const operations: readonly Operation[] = [
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
    faults: { 400: 'Bad input, or `transaction_conflict`.' },
  },
  {
    method: 'get',
    path: '/transaction/{transactionId}',
    tag: 'Screening',
    summary: 'Read a stored transaction with its current decision and status.',
    roles: ['oms', 'reviewer'],
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
    method: 'get',
    path: '/v1/transactions',
    tag: 'Look-ups',
    summary: 'Find the transactions of an order by banner, order and group.',
    roles: ['oms', 'reviewer', 'operator'],
    query: TransactionQuery,
    answer: TransactionPage,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'get',
    path: '/v1/cases',
    tag: 'Cases',
    summary: 'List cases, soonest due first.',
    roles: ['reviewer', 'operator'],
    query: CaseQuery,
    answer: CasePage,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'get',
    path: '/v1/cases/{caseId}',
    tag: 'Cases',
    summary: 'Read a case with everything needed to decide it.',
    roles: ['reviewer'],
    answer: CaseDetail,
    faults: { 404: 'No such case.' },
  },
  {
    method: 'post',
    path: '/codec/decode',
    tag: 'Operations',
    summary: "Decrypt payloads for Temporal's UI and CLI (codec server protocol).",
    roles: ['operator'],
    body: CodecPayloads,
    answer: CodecPayloads,
    faults: { 400: 'Not payloads, or none of our keys opens them.' },
  },
  {
    method: 'post',
    path: '/codec/encode',
    tag: 'Operations',
    summary: "Encrypt payloads for Temporal's UI and CLI (codec server protocol).",
    roles: ['operator'],
    body: CodecPayloads,
    answer: CodecPayloads,
    faults: { 400: 'Not payloads.' },
  },
  {
    method: 'get',
    path: '/metrics',
    tag: 'Operations',
    summary: 'Metrics in the Prometheus text format.',
    roles: ['operator'],
    answer: 'text',
    faults: {},
  },
  {
    method: 'get',
    path: '/healthz',
    tag: 'Operations',
    summary: 'The process lives.',
    roles: [],
    answer: 'text',
    faults: {},
  },
  {
    method: 'get',
    path: '/readyz',
    tag: 'Operations',
    summary: 'The process can serve: Postgres and Temporal answer.',
    roles: [],
    answer: 'text',
    faults: { 503: 'Postgres or Temporal is away; the message says which.' },
  },
  {
    method: 'get',
    path: '/openapi.json',
    tag: 'Operations',
    summary: 'This document.',
    roles: [],
    answer: 'text',
    faults: {},
  },
  {
    method: 'get',
    path: '/docs',
    tag: 'Operations',
    summary: 'This document, to read and to try out.',
    roles: [],
    answer: 'text',
    faults: {},
  },
];

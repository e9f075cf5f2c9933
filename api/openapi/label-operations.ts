import { z } from 'zod';
import { LabelPerformance } from '../../contracts/v1/label-performance.js';
import {
  LabelExportQuery,
  LabelQuery,
  MatchQuery,
  PerformanceQuery,
  WithdrawalQuery,
} from '../../contracts/v1/label-queries.js';
import {
  ImportReport,
  Label,
  LabelBody,
  LabelHistory,
  LabelPage,
  LabelResults,
} from '../../contracts/v1/labels.js';
import type { Operation } from './operation.js';

const readers = ['analyst', 'reviewer', 'operator'] as const;

/** What became of orders, and what rules are worth by it. */
export const labelOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/labels',
    tag: 'Labels',
    summary: 'State what became of one or many orders; all or nothing.',
    roles: ['analyst'],
    query: MatchQuery,
    body: LabelBody,
    answer: LabelResults,
    faults: { 400: 'Bad input, or `unknown_transaction`; the message names the statement.' },
  },
  {
    method: 'get',
    path: '/v1/labels',
    tag: 'Labels',
    summary: 'List statements, the latest first.',
    roles: readers,
    query: LabelQuery,
    answer: LabelPage,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'post',
    path: '/v1/labels/import',
    tag: 'Labels',
    summary: 'Take in a CSV file of statements; wrong lines do not keep the others out.',
    roles: ['analyst'],
    query: MatchQuery,
    body: z.string(),
    bodyType: 'text/csv',
    answer: ImportReport,
    faults: { 400: 'The header is wrong, or the file has too many lines.' },
  },
  {
    method: 'get',
    path: '/v1/labels.csv',
    tag: 'Labels',
    summary: 'Export statements as CSV, the latest first.',
    roles: readers,
    query: LabelExportQuery,
    answer: 'text',
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'get',
    path: '/v1/labels/performance',
    tag: 'Labels',
    summary: 'Measure rules and outcomes by what became of the orders.',
    roles: readers,
    query: PerformanceQuery,
    answer: LabelPerformance,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'delete',
    path: '/v1/labels/{labelId}',
    tag: 'Labels',
    summary: 'Withdraw a statement: it is kept and no longer counts.',
    roles: ['analyst'],
    query: WithdrawalQuery,
    answer: Label,
    faults: { 400: 'No reason given.', 404: 'No such label.' },
  },
  {
    method: 'get',
    path: '/v1/transactions/{transactionId}/labels',
    tag: 'Labels',
    summary: 'List every statement about a transaction, newest first, and the one that counts.',
    roles: readers,
    answer: LabelHistory,
    faults: { 404: 'Unknown transaction.' },
  },
];

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
import type { Role } from '../../contracts/v1/roles.js';
import { exportLabels, type Import, importLabels } from '../../services/labels/csv.js';
import { measurePerformance } from '../../services/labels/performance.js';
import { listLabels, readLabelCursor, readLabelHistory } from '../../services/labels/read.js';
import { stateLabels, withdrawLabel } from '../../services/labels/statements.js';
import { csvBody, sendCsv } from '../csv.js';
import { badRequest, fault } from '../faults.js';
import { found, get, idPart, post, remove, tagged, transactionPart } from '../operation.js';
import { placeOf } from '../parsed.js';

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const reportOf = (outcome: Import) => {
  if (outcome.kind === 'imported') return outcome.report;
  throw badRequest([{ error: 'invalid_value', message: `$ ${outcome.fault}` }]);
};

/** Labels: what became of orders, who stated it and when, and how rules perform by them. */
export const labelOperations = tagged('Labels', [
  post('/v1/labels', {
    summary: 'State what became of one or many orders; all or nothing.',
    roles: writers,
    query: MatchQuery,
    body: LabelBody,
    examples: {
      fraud: { kind: 'fraud', transactionId: 'tx_example', sourceId: 'F-2026-7' },
      many: [
        {
          kind: 'refunded_as_fraud',
          transactionId: 'tx_example',
          amount: 129.95,
          currency: 'USD',
          sourceId: 'RF-2026-118',
        },
      ],
    },
    answer: LabelResults,
    returns: 'What came of each statement, in the order given.',
    faults: { 400: 'Bad input, or `unknown_transaction`; the message names the statement.' },
    handle: async (context, { query: { matchDays }, body }) => {
      const statements = Array.isArray(body) ? body : [body];
      const given = { statements, matchDays, source: 'api', isAllOrNothing: true } as const;
      const stated = await stateLabels(context, given);
      if (stated.kind === 'stated') return { results: stated.results };
      throw badRequest(
        stated.faults.map(({ index, field, error, message }) => ({
          error,
          message: `$${Array.isArray(body) ? `[${index}]` : ''}.${field} ${message}`,
        })),
      );
    },
  }),
  get('/v1/labels', {
    summary: 'List statements, the latest first.',
    roles: readers,
    query: LabelQuery,
    answer: LabelPage,
    returns: 'A page of statements, the latest first.',
    handle: (context, { query: { cursor, limit, ...filter } }) =>
      listLabels(context, { filter, after: placeOf(cursor, readLabelCursor), limit }),
  }),
  post('/v1/labels/import', {
    summary: 'Take in a CSV file of statements; wrong lines do not keep the others out.',
    roles: writers,
    query: MatchQuery,
    body: csvBody('A header line, then a line for each statement; `docs/labels.md` names them.'),
    bodyType: 'text/csv',
    examples: { file: 'kind,banner,order_id\nfraud,bay,100042\n' },
    answer: ImportReport,
    returns: 'What came of each line.',
    faults: { 400: 'The header is wrong, or the file has too many lines.' },
    handle: async (context, { query: { matchDays }, body }) =>
      reportOf(await importLabels(context, { text: body, matchDays })),
  }),
  get('/v1/labels.csv', {
    summary: 'Export statements as CSV, the latest first.',
    roles: readers,
    query: LabelExportQuery,
    answer: {
      mediaType: 'text/csv',
      description: 'A header line, then a line for each statement.',
    },
    returns: 'The file.',
    handle: (context, { query, c }) => sendCsv(c, 'labels.csv', exportLabels(context, query)),
  }),
  get('/v1/labels/performance', {
    summary: 'Measure rules and outcomes by what became of the orders.',
    roles: readers,
    query: PerformanceQuery,
    answer: LabelPerformance,
    returns: 'Figures of each rule, outcome, month or rule set, and of all orders.',
    handle: (context, { query }) =>
      context.labelReports.answer(query, () => measurePerformance(context, query)),
  }),
  remove('/v1/labels/{labelId}', {
    summary: 'Withdraw a statement: it is kept and no longer counts.',
    roles: writers,
    params: { labelId: idPart("The statement's id.", 'no such label') },
    query: WithdrawalQuery,
    answer: Label,
    returns: 'The statement as it is kept.',
    faults: { 400: 'No reason given.' },
    handle: async (context, { params: { labelId }, query: { reason } }) =>
      found(await withdrawLabel(context, { labelId, reason }), () =>
        fault(404, 'not_found', 'no such label'),
      ),
  }),
  get('/v1/transactions/{transactionId}/labels', {
    summary: 'List every statement about a transaction, newest first, and the one that counts.',
    roles: readers,
    params: { transactionId: transactionPart },
    answer: LabelHistory,
    returns: 'The statements, newest first.',
    handle: async (context, { params }) =>
      found(await readLabelHistory(context, params.transactionId), transactionPart.missing),
  }),
]);

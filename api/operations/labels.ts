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

const exportFile =
  'kind,transaction_id,banner,order_id,group_id,amount,currency,date,reason,fraud,source_id,' +
  'label_id,source,said_by,said_at,is_current,withdrawn_at,withdrawn_by,withdrawal_reason\r\n' +
  'chargeback,tx_5f0c9a52e1b74d3a8c6e2d4f7a9b1c3e,s5a,100042,1,129.95,USD,2026-11-20,10.4,true,' +
  'CB-2026-31,3f0c9a52-e1b7-4d3a-8c6e-2d4f7a9b1c3e,api,analyst:ann,2026-11-28T10:15:00.000Z,' +
  'true,,,\r\n';

const tag = {
  name: 'Labels',
  description: 'What became of orders, who stated it and when, and how rules perform by them.',
};

export const labelOperations = tagged(tag, [
  post('/v1/labels', {
    summary: 'Label one or many orders with how they turned out; all or nothing.',
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
    returns: 'The result for each label, in the order of the request.',
    faults: { 400: 'Bad input, or `unknown_transaction`; the message names the label.' },
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
    summary: 'List labels, latest first.',
    roles: readers,
    query: LabelQuery,
    answer: LabelPage,
    returns: 'A page of labels, latest first.',
    handle: (context, { query: { cursor, limit, ...filter } }) =>
      listLabels(context, { filter, after: placeOf(cursor, readLabelCursor), limit }),
  }),
  post('/v1/labels/import', {
    summary: 'Import a CSV file of labels; wrong lines do not stop the others.',
    roles: writers,
    query: MatchQuery,
    body: csvBody('A header line, then a line for each label; `docs/labels.md` names them.'),
    bodyType: 'text/csv',
    examples: { file: 'kind,banner,order_id\nfraud,bay,100042\n' },
    answer: ImportReport,
    returns: 'The result of each line.',
    faults: { 400: 'The header is wrong, or the file has too many lines.' },
    handle: async (context, { query: { matchDays }, body }) =>
      reportOf(await importLabels(context, { text: body, matchDays })),
  }),
  get('/v1/labels.csv', {
    summary: 'Export labels as CSV, latest first.',
    roles: readers,
    query: LabelExportQuery,
    answer: {
      mediaType: 'text/csv',
      description: 'A header line, then a line for each label.',
      example: exportFile,
    },
    returns: 'The file.',
    handle: (context, { query, c }) => sendCsv(c, 'labels.csv', exportLabels(context, query)),
  }),
  get('/v1/labels/performance', {
    summary: 'Measure rules and outcomes by how the orders turned out.',
    roles: readers,
    query: PerformanceQuery,
    answer: LabelPerformance,
    returns: 'Figures of each rule, outcome, month or rule set, and of all orders.',
    handle: (context, { query }) =>
      context.labelReports.answer(query, () => measurePerformance(context, query)),
  }),
  remove('/v1/labels/{labelId}', {
    summary: 'Withdraw a label: it stays stored and no longer counts.',
    roles: writers,
    params: { labelId: idPart("The label's id.", 'no such label') },
    query: WithdrawalQuery,
    answer: Label,
    returns: 'The label as stored.',
    faults: { 400: 'No reason given.' },
    handle: async (context, { params: { labelId }, query: { reason } }) =>
      found(await withdrawLabel(context, { labelId, reason }), () =>
        fault(404, 'not_found', 'no such label'),
      ),
  }),
  get('/v1/transactions/{transactionId}/labels', {
    summary: 'List every label of a transaction, newest first, and the one that counts.',
    roles: readers,
    params: { transactionId: transactionPart },
    answer: LabelHistory,
    returns: 'The labels, newest first.',
    handle: async (context, { params }) =>
      found(await readLabelHistory(context, params.transactionId), transactionPart.missing),
  }),
]);

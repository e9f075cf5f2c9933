import { CaseDetail, CasePage, TransactionPage } from '../../contracts/v1/cases.js';
import { CaseQuery, TransactionQuery } from '../../contracts/v1/queries.js';
import { listCases, readCase, readCaseCursor } from '../../services/cases/read.js';
import { findByOrder } from '../../services/transactions/records.js';
import { fault } from '../faults.js';
import { found, get, idPart, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';

const tag = {
  name: 'Cases',
  description: 'Orders by number, and the queue of reviews.',
};

export const caseOperations = tagged(tag, [
  get('/v1/transactions', {
    summary: 'Find the transactions of an order by banner, order and group.',
    roles: ['oms', 'reviewer', 'analyst', 'operator'],
    query: TransactionQuery,
    answer: TransactionPage,
    returns: 'The transactions; none for an unknown order.',
    handle: async (context, { query }) => ({ transactions: await findByOrder(context, query) }),
  }),
  get('/v1/cases', {
    summary: 'List cases, earliest deadline first.',
    roles: ['reviewer', 'analyst', 'operator'],
    query: CaseQuery,
    answer: CasePage,
    returns: 'A page of cases, earliest deadline first.',
    handle: (context, { query: { cursor, limit, ...filter } }) =>
      listCases(context, { filter, after: placeOf(cursor, readCaseCursor), limit }),
  }),
  get('/v1/cases/{caseId}', {
    summary: 'Read a case with everything needed to decide it.',
    roles: ['reviewer', 'analyst'],
    params: { caseId: idPart("The case's id.", 'no such case') },
    answer: CaseDetail,
    returns: 'The case.',
    handle: async (context, { params: { caseId } }) =>
      found(await readCase(context, caseId), () => fault(404, 'not_found', 'no such case')),
  }),
]);

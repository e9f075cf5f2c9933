import { CaseDetail, CasePage, TransactionPage } from '../../contracts/v1/cases.js';
import { CaseQuery, TransactionQuery } from '../../contracts/v1/queries.js';
import { listCases } from '../../services/cases/queue.js';
import { readQueueCursor } from '../../services/cases/queue-place.js';
import { readCase } from '../../services/cases/read.js';
import { findByOrder } from '../../services/transactions/records.js';
import { badRequest, fault } from '../faults.js';
import { found, get, idPart, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';

const tag = {
  name: 'Cases',
  description: 'Orders by number, and the queue of reviews.',
};

const closedByPriority = () => {
  const message = '$.sort must not be priority for closed cases';
  return badRequest([{ error: 'invalid_value', message }]);
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
    summary: 'List cases, by default earliest deadline first.',
    description:
      '`sort=priority` lists open cases as the queue does: overdue ones first, then escalated ' +
      'ones, then by what is at risk, then by deadline; held ones come last. A page keeps to ' +
      'the instant of the first one.',
    roles: ['reviewer', 'analyst', 'operator'],
    query: CaseQuery,
    answer: CasePage,
    returns: 'A page of cases in that order.',
    handle: (context, { query: { cursor, banner, ...query } }) => {
      const { sort, status } = query;
      if (sort === 'priority' && status === 'closed') throw closedByPriority();
      return listCases(context, {
        ...query,
        banners: banner && [banner],
        after: placeOf(cursor, readQueueCursor(sort)),
      });
    },
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

import { AuditPage, AuditQuery } from '../../contracts/v1/audit.js';
import { StuckOrders } from '../../contracts/v1/operations.js';
import { Health, Readiness, readyParts } from '../../contracts/v1/readiness.js';
import { listAuditPage, readAuditCursor } from '../../services/audit.js';
import { stuckOrders } from '../../services/stuck-orders.js';
import { tryAgain } from '../faults.js';
import { get, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';

/** Operations for those who run Verdict: audit, stuck orders, metrics, health. */
export const operationsOperations = tagged('Operations', [
  get('/v1/audit', {
    summary: 'List what was done, by whom and when, the latest first.',
    roles: ['analyst', 'operator'],
    query: AuditQuery,
    answer: AuditPage,
    returns: 'A page of entries; it may have fewer than asked for, or none, and a `nextCursor`.',
    handle: (context, { query: { cursor, limit, ...filter } }) =>
      listAuditPage(context, { filter, after: placeOf(cursor, readAuditCursor), limit }),
  }),
  get('/v1/operations/stuck', {
    summary: 'The orders that do not get on: stuck workflows, late decisions and settlements.',
    roles: ['operator'],
    answer: StuckOrders,
    returns: 'The orders that do not get on.',
    handle: (context) => stuckOrders(context),
  }),
  get('/metrics', {
    summary: 'Metrics in the Prometheus text format.',
    roles: ['operator'],
    takesAnyQuery: true,
    answer: {
      mediaType: 'text/plain',
      description: 'A line for each number, as Prometheus reads it.',
      example: 'verdict_partner_on{partner="yleo"} 1\n',
    },
    returns: 'The numbers of this process, and the levers and breakers of the partners.',
    handle: async ({ metrics: { registry }, partnerMetrics }, { c }) => {
      c.header('Content-Type', registry.contentType);
      return c.body((await registry.metrics()) + (await partnerMetrics()));
    },
  }),
  get('/healthz', {
    summary: 'The process lives.',
    roles: [],
    takesAnyQuery: true,
    answer: Health,
    returns: 'It does.',
    handle: () => ({ status: 'ok' }) as const,
  }),
  get('/readyz', {
    summary: 'An order could be decided now: all that it needs is there.',
    roles: [],
    takesAnyQuery: true,
    answer: Readiness,
    returns: 'All parts are ready.',
    faults: { 503: 'No order could be decided; an element for each part that is not ready.' },
    handle: async ({ findNotReady }) => {
      const faults = await findNotReady();
      if (faults.length > 0) throw tryAgain(faults.map(({ part, reason }) => `${part}: ${reason}`));
      const parts = readyParts.map((part) => ({ part, ready: true as const }));
      return { status: 'ok' as const, parts };
    },
  }),
]);

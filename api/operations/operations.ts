import { AuditPage, AuditQuery } from '../../contracts/v1/audit.js';
import { StuckOrders } from '../../contracts/v1/operations.js';
import { Overview } from '../../contracts/v1/overview.js';
import { Health, Readiness, readyParts } from '../../contracts/v1/readiness.js';
import { listAuditPage, readAuditCursor } from '../../services/audit.js';
import { readOverview } from '../../services/overview/overview.js';
import { stuckOrders } from '../../services/stuck-orders.js';
import { tryAgain } from '../faults.js';
import { get, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';

const tag = {
  name: 'Operations',
  description: 'For those who run Verdict: audit, stuck orders, metrics, health.',
};

export const operationsOperations = tagged(tag, [
  get('/v1/audit', {
    summary: 'List the audit trail: what was done, by whom and when, latest first.',
    roles: ['analyst', 'operator'],
    query: AuditQuery,
    answer: AuditPage,
    returns:
      'A page of entries; it may hold fewer than the limit, or none, and still a `nextCursor`.',
    handle: (context, { query: { cursor, limit, ...filter } }) =>
      listAuditPage(context, { filter, after: placeOf(cursor, readAuditCursor), limit }),
  }),
  get('/v1/operations/stuck', {
    summary: 'List orders without progress: stuck workflows, late decisions and settlements.',
    roles: ['operator'],
    answer: StuckOrders,
    returns: 'The orders without progress.',
    handle: (context) => stuckOrders(context),
  }),
  get('/v1/overview', {
    summary: 'Count what the last 24 hours brought and what waits now.',
    roles: ['lead', 'analyst', 'operator'],
    answer: Overview,
    returns: 'The counts, all of the same moment.',
    handle: (context) => readOverview(context),
  }),
  get('/metrics', {
    summary: 'Metrics in the Prometheus text format.',
    roles: ['operator'],
    takesAnyQuery: true,
    answer: {
      mediaType: 'text/plain',
      description: 'One line per value, in the Prometheus format.',
      example: 'verdict_partner_on{partner="yleo"} 1\n',
    },
    returns: 'The metrics of this process, and the levers and breakers of the partners.',
    handle: async ({ metrics: { registry }, partnerMetrics }, { c }) => {
      c.header('Content-Type', registry.contentType);
      return c.body((await registry.metrics()) + (await partnerMetrics()));
    },
  }),
  get('/healthz', {
    summary: 'Liveness: the process runs.',
    roles: [],
    takesAnyQuery: true,
    answer: Health,
    returns: 'The process runs.',
    handle: () => ({ status: 'ok' }) as const,
  }),
  get('/readyz', {
    summary: 'Readiness: all parts that Verdict needs to decide an order are available.',
    roles: [],
    takesAnyQuery: true,
    answer: Readiness,
    returns: 'All parts are ready.',
    faults: { 503: 'Verdict cannot decide orders; one element per part that is not ready.' },
    handle: async ({ findNotReady }) => {
      const faults = await findNotReady();
      if (faults.length > 0) throw tryAgain(faults.map(({ part, reason }) => `${part}: ${reason}`));
      const parts = readyParts.map((part) => ({ part, ready: true as const }));
      return { status: 'ok' as const, parts };
    },
  }),
]);

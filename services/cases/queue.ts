import type { CaseSummary } from '../../contracts/v1/cases.js';
import type { QueueSort, QueueView } from '../../contracts/v1/queries.js';
import { insertAudit } from '../../db/audit.js';
import { countQueue, countQueueViews } from '../../db/case-counts.js';
import { listQueueIds, type QueueFilter } from '../../db/case-queue.js';
import { type CaseRow, listCasesByIds } from '../../db/cases.js';
import { listQueueOrders, type QueueOrderRow } from '../../db/queue-orders.js';
import type { RuleHit } from '../../domain/votes.js';
import type { Context, Vault } from '../context.js';
import { openBody } from '../transactions/records.js';
import { type Continuation, printQueueCursor } from './queue-place.js';
import { loadLiveDecisions, summariseCase } from './summary.js';

/** A page of a list of cases, and where it ends. */
interface RowPage {
  readonly rows: readonly CaseRow[];
  readonly nextCursor: string | null;
}

/** One more than fits is read, so that the last page is known as such. */
const readPage = async (
  { db }: Context,
  filter: QueueFilter,
  query: {
    readonly sort: QueueSort;
    readonly after: Continuation | undefined;
    readonly limit: number;
  },
): Promise<RowPage> => {
  const { sort, after, limit } = query;
  const asOf = after?.asOf ?? filter.now;
  const found = await listQueueIds(
    db,
    { ...filter, now: asOf },
    { sort, after: after?.place, limit: limit + 1 },
  );
  const rows = await listCasesByIds(
    db,
    found.slice(0, limit).map(({ caseId }) => caseId),
  );
  const last = rows.at(-1);
  const segment = found[rows.length - 1]?.segment ?? 0;
  const hasMore = found.length > limit && last !== undefined;
  return { rows, nextCursor: hasMore ? printQueueCursor(sort, { asOf, segment, last }) : null };
};

/** The parts of a filter that a caller gives. */
type CaseFilter = Omit<QueueFilter, 'now'>;

const filterOfView = (view: QueueView, actorName: string): CaseFilter => {
  switch (view) {
    case 'all':
      return {};
    case 'mine':
      return { assignee: actorName };
    case 'free':
      return { assignee: null, isHeld: false };
    case 'overdue':
      return { isOverdue: true };
    case 'escalated':
      return { isEscalated: true };
    case 'second':
      return { awaitsSecond: true };
    case 'held':
      return { isHeld: true };
    default:
      return view satisfies never;
  }
};

export interface QueueQuery extends Omit<CaseFilter, 'assignee'> {
  readonly view?: QueueView | undefined;
  /** `me`, `nobody`, or the name of somebody. */
  readonly assignee?: string | undefined;
  readonly sort?: QueueSort | undefined;
  readonly after?: Continuation | undefined;
  readonly limit?: number | undefined;
}

const assigneeOf = (assignee: string | undefined, actorName: string): CaseFilter => {
  if (assignee === undefined) return {};
  if (assignee === 'nobody') return { assignee: null };
  return { assignee: assignee === 'me' ? actorName : assignee };
};

/** The filter of a query as the database has it. */
const filterOf = (
  { view = 'all', assignee, sort: _sort, after: _after, limit: _limit, ...filter }: QueueQuery,
  { actor, now }: Context<'actor' | 'now'>,
): QueueFilter => ({
  ...filter,
  ...filterOfView(view, actor.name),
  ...assigneeOf(assignee, actor.name),
  now,
});

/** One page of cases, by default soonest due first. A page never skips or repeats a case. */
export const listCases = async (
  context: Context<'actor' | 'now'>,
  query: QueueQuery,
): Promise<{ cases: CaseSummary[]; nextCursor: string | null }> => {
  const { db, now } = context;
  const { sort = 'due', after, limit = 50 } = query;
  // A view shows the desk's work, and so open cases only.
  const status = query.view === undefined ? query.status : 'open';
  const filter = filterOf({ ...query, status }, context);
  const { rows, nextCursor } = await readPage(context, filter, { sort, after, limit });
  const live = await loadLiveDecisions(db, rows);
  return { cases: rows.map((row) => summariseCase(row, live, now)), nextCursor };
};

/** A row of the console's queue. The shopper's name is personal. */
export interface QueueRow extends CaseSummary {
  /** Undefined when the order's body cannot be opened. */
  readonly shopper: string | undefined;
  /** The names of the heaviest rules, at most three. */
  readonly reasons: readonly string[];
  /** Partners that have not answered yet. */
  readonly partnersDown: readonly string[];
  /** The order has a gift card among its goods. */
  readonly giftCard: boolean;
  /** A rule has counted other orders of the same subject. */
  readonly linked: boolean;
}

const reasonsMax = 3;

const heaviest = (hits: readonly RuleHit[]): string[] =>
  hits
    .toSorted(
      (one, other) =>
        Number(other.hard !== undefined) - Number(one.hard !== undefined) ||
        other.points - one.points,
    )
    .slice(0, reasonsMax)
    .map(({ name }) => name);

/** Undefined for a body whose key is missing: it must not take the whole page with it. */
const shopperOf = (
  vault: Vault,
  { transaction_id: id, body }: QueueOrderRow,
): string | undefined => {
  try {
    const { firstName, lastName } = openBody(vault, id, body).customer;
    return `${firstName} ${lastName}`.trim();
  } catch {
    return undefined;
  }
};

const isLinked = ({ counted = [] }: RuleHit): boolean => counted.some(({ orders }) => orders > 0);

/** Rows of the queue for cases, in their order. */
export const toQueueRows = async (
  { db, vault, now }: Context<'vault' | 'now'>,
  rows: readonly CaseRow[],
): Promise<QueueRow[]> => {
  const live = await loadLiveDecisions(db, rows);
  const orders = await listQueueOrders(
    db,
    rows.map(({ transaction_id: id }) => id),
  );
  const orderOf = new Map(orders.map((order) => [order.transaction_id, order]));
  return rows.flatMap((row) => {
    const order = orderOf.get(row.transaction_id);
    if (order === undefined) return [];
    return [
      {
        ...summariseCase(row, live, now),
        shopper: shopperOf(vault, order),
        reasons: heaviest(order.hits),
        partnersDown: order.partners_down,
        giftCard: order.gift_card,
        linked: order.hits.some(isLinked),
      },
    ];
  });
};

/** Audits that the rows of a page were read, with their cases (PCI DSS 10.2.1.1). */
export const auditPage = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  action: 'queue.read' | 'queue.searched',
  rows: readonly Pick<QueueRow, 'caseId'>[],
): Promise<void> => {
  if (rows.length === 0) return;
  const details = { caseIds: rows.map(({ caseId }) => caseId) };
  await insertAudit(db, { actor: actor.name, action, object: 'queue', details, at: now });
};

/** A query as the desk means it: cases whose decision is under way are off it. */
export const deskFilterOf = (query: QueueQuery, context: Context<'actor' | 'now'>): QueueFilter =>
  filterOf({ status: 'open', awaitsSecond: false, ...query }, context);

/** The number of cases that match a query of the queue, over all pages. */
export const countCases = (context: Context<'actor' | 'now'>, query: QueueQuery): Promise<number> =>
  countQueue(context.db, deskFilterOf(query, context));

/**
 * One page of the queue, by default by priority: overdue cases first, then escalated ones, then by
 * what is at risk, then by when they are due; held ones come last. Audited with its cases. A total
 * that the caller knows is not counted again.
 */
export const listQueue = async (
  context: Context<'vault' | 'actor' | 'now'>,
  query: QueueQuery = {},
  known: { readonly total?: Promise<number> | undefined } = {},
): Promise<{ rows: QueueRow[]; total: number; nextCursor: string | null }> => {
  const filter = deskFilterOf(query, context);
  const { sort = 'priority', after, limit = 50 } = query;
  const [page, total] = await Promise.all([
    readPage(context, filter, { sort, after, limit }),
    known.total ?? countQueue(context.db, filter),
  ]);
  const rows = await toQueueRows(context, page.rows);
  await auditPage(context, 'queue.read', rows);
  return { rows, total, nextCursor: page.nextCursor };
};

/** How many open cases each view has. */
export const countViews = ({
  db,
  actor,
  now,
}: Context<'actor' | 'now'>): Promise<Record<QueueView, number>> =>
  countQueueViews(db, { now, actorName: actor.name });

import { z } from 'zod';
import type { QueueSort } from '../contracts/v1/queries.js';
import { liveStates } from './case-decisions.js';
import { type CaseWorkRow, listCaseWork } from './case-work.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Which cases a list has; what is absent filters nothing. */
export interface QueueFilter {
  /** The instant at which claims, holds and deadlines are judged. */
  readonly now: Date;
  readonly status?: 'open' | 'closed' | undefined;
  readonly banners?: readonly string[] | undefined;
  readonly priority?: 'normal' | 'high' | undefined;
  readonly reason?: 'review' | 'oms_rejected' | undefined;
  readonly dueBefore?: Date | undefined;
  /** The id of a rule that tripped. */
  readonly rule?: string | undefined;
  readonly amountMin?: number | undefined;
  readonly amountMax?: number | undefined;
  readonly openedBefore?: Date | undefined;
  /** Who holds the case; null for nobody. */
  readonly assignee?: string | null | undefined;
  /** A partner that has not answered yet. */
  readonly partnerDown?: string | undefined;
  /** The kind of a label of the order. */
  readonly label?: string | undefined;
  readonly tag?: string | undefined;
  readonly isOverdue?: boolean | undefined;
  readonly isEscalated?: boolean | undefined;
  readonly isHeld?: boolean | undefined;
  /** True: only cases that wait for a second person. False: none whose decision is under way. */
  readonly awaitsSecond?: boolean | undefined;
  /** Leaves out cases that wait for another person than this one. */
  readonly notDecidedBy?: string | undefined;
}

/** Collects conditions and their values. */
const createConditions = () => {
  const values: unknown[] = [];
  const parts: string[] = [];
  return {
    values,
    bind: (value: unknown, type: string): string => `$${values.push(value)}::${type}`,
    add: (text: string): void => void parts.push(text),
    text: (): string => (parts.length === 0 ? 'true' : parts.join(' and ')),
  };
};
type Conditions = ReturnType<typeof createConditions>;

const decisionOf = (states: string): string => `exists (select from case_decisions d
  where d.case_id = c.case_id and d.round = c.round and d.state in ${states})`;

const addPlain = ({ add, bind }: Conditions, filter: QueueFilter): void => {
  const { status, banners, priority, reason, dueBefore, openedBefore } = filter;
  // A literal, so that Postgres uses the indexes of open cases.
  if (status !== undefined) add(status === 'open' ? `c.status = 'open'` : `c.status = 'closed'`);
  if (banners !== undefined) add(`c.banner = any(${bind(banners, 'text[]')})`);
  if (priority !== undefined) add(`c.priority = ${bind(priority, 'text')}`);
  if (reason !== undefined) add(`c.reason = ${bind(reason, 'text')}`);
  if (dueBefore !== undefined) add(`c.due_at < ${bind(dueBefore, 'timestamptz')}`);
  if (openedBefore !== undefined) add(`c.opened_at < ${bind(openedBefore, 'timestamptz')}`);
  const { amountMin, amountMax } = filter;
  if (amountMin !== undefined) add(`c.amount >= ${bind(amountMin, 'numeric')}`);
  if (amountMax !== undefined) add(`c.amount <= ${bind(amountMax, 'numeric')}`);
};

const addLinked = ({ add, bind }: Conditions, filter: QueueFilter): void => {
  const { rule, partnerDown, label, tag } = filter;
  if (rule !== undefined) add(`c.rules @> array[${bind(rule, 'text')}]`);
  if (partnerDown !== undefined) {
    const partner = bind(partnerDown, 'text');
    add(`c.partners_down @> array[${partner}] and not exists (select from partner_answers a
      where a.transaction_id = c.transaction_id and a.partner = ${partner})`);
  }
  if (label !== undefined) {
    add(`exists (select from labels l where l.transaction_id = c.transaction_id
      and l.withdrawn_at is null and l.kind = ${bind(label, 'text')})`);
  }
  if (tag !== undefined) {
    add(`exists (select from case_tags g where g.case_id = c.case_id
      and g.tag = ${bind(tag, 'text')})`);
  }
};

/** Claims and holds end by themselves, so they are compared with the present instant. */
const addWork = ({ add, bind }: Conditions, filter: QueueFilter): void => {
  const { now, assignee, isOverdue, isEscalated, isHeld, awaitsSecond, notDecidedBy } = filter;
  const at = () => bind(now, 'timestamptz');
  if (assignee === null) add(`(c.claimed_by is null or c.claim_until <= ${at()})`);
  else if (assignee !== undefined) {
    add(`c.claimed_by = ${bind(assignee, 'text')} and c.claim_until > ${at()}`);
  }
  if (isOverdue !== undefined) add(`c.due_at ${isOverdue ? '<' : '>='} ${at()}`);
  if (isEscalated !== undefined) add(`c.escalated_at is ${isEscalated ? 'not ' : ''}null`);
  if (isHeld === true) add(`c.held_until is not null and c.held_until > ${at()}`);
  if (isHeld === false) add(`(c.held_until is null or c.held_until <= ${at()})`);
  if (awaitsSecond === true) add(decisionOf(`('awaiting_second')`));
  if (awaitsSecond === false) add(`not ${decisionOf(`('pending', 'applying')`)}`);
  if (notDecidedBy !== undefined) {
    add(`not exists (select from case_decisions d where d.case_id = c.case_id
      and d.round = c.round and d.state in ${liveStates}
      and (d.state <> 'awaiting_second' or d.decided_by = ${bind(notDecidedBy, 'text')}))`);
  }
};

/** The conditions of a filter on the cases `c`. */
export const conditionsOf = (filter: QueueFilter): Conditions => {
  const conditions = createConditions();
  addPlain(conditions, filter);
  addLinked(conditions, filter);
  addWork(conditions, filter);
  return conditions;
};

/** Every order ascends; a figure that sorts the other way is negated. An unknown one is first. */
const negated = (column: string): string => `(-coalesce(c.${column}, 'Infinity'::numeric))`;

const orders = {
  priority: [
    ['(c.escalated_at is null)', 'boolean'],
    [negated('at_risk'), 'numeric'],
    ['c.due_at', 'timestamptz'],
    ['c.case_id', 'uuid'],
  ],
  due: [
    ['c.due_at', 'timestamptz'],
    ['c.case_id', 'uuid'],
  ],
  score: [
    ['(-c.total_score)', 'integer'],
    ['c.case_id', 'uuid'],
  ],
  amount: [
    [negated('amount'), 'numeric'],
    ['c.case_id', 'uuid'],
  ],
  age: [
    ['c.opened_at', 'timestamptz'],
    ['c.case_id', 'uuid'],
  ],
} as const satisfies Readonly<Record<QueueSort, readonly (readonly [string, string])[]>>;

/** By priority, overdue cases come first and held ones last. */
const segments = [
  { isHeld: false, isOverdue: true },
  { isHeld: false, isOverdue: false },
  { isHeld: true },
] as const;

/** The position after a case: its part of the queue, and its values in the order of the list. */
export interface QueuePlace {
  readonly segment: number;
  readonly keys: readonly unknown[];
}

const IdRow = z.object({ case_id: z.string() });

/** As many as are sorted without an index. */
const fewMax = 500;

/**
 * The cases that match a filter, in their order, if they are few; otherwise undefined. Postgres
 * assumes that rare matches are spread evenly over the queue, and would walk the whole index to
 * find them.
 */
const listFew = async (
  db: Queryable,
  conditions: Conditions,
  columns: string,
): Promise<string[] | undefined> => {
  const { rows } = await reached(
    db.query(
      `with few as materialized (
          select c.* from cases c where ${conditions.text()} limit ${fewMax + 1}
        ) select c.case_id from few c order by ${columns}`,
      conditions.values,
    ),
  );
  return rows.length > fewMax ? undefined : parseRows(IdRow, rows).map(({ case_id: id }) => id);
};

/** Whether a filter may leave few of the cases that an index in the order of the list has. */
const mayLeaveFew = (filter: QueueFilter): boolean =>
  [filter.rule, filter.partnerDown, filter.label, filter.tag].some((text) => text !== undefined) ||
  [filter.amountMin, filter.amountMax, filter.openedBefore].some((value) => value !== undefined) ||
  filter.isOverdue === true ||
  filter.isHeld === true ||
  filter.isEscalated === true ||
  typeof filter.assignee === 'string' ||
  filter.awaitsSecond === true;

/** One part of a list in its order, after the given values. */
const listPart = async (
  db: Queryable,
  filter: QueueFilter,
  { sort, keys, limit }: { sort: QueueSort; keys: readonly unknown[] | undefined; limit: number },
): Promise<string[]> => {
  const conditions = conditionsOf(filter);
  const order = orders[sort];
  const columns = order.map(([column]) => column).join(', ');
  if (keys !== undefined) {
    const values = order.map(([, type], index) => conditions.bind(keys[index], type));
    conditions.add(`(${columns}) > (${values.join(', ')})`);
  }
  const few = mayLeaveFew(filter) ? await listFew(db, conditions, columns) : undefined;
  if (few !== undefined) return few.slice(0, limit);
  const { rows } = await reached(
    db.query(
      `select c.case_id from cases c where ${conditions.text()} order by ${columns} limit ${limit}`,
      conditions.values,
    ),
  );
  return parseRows(IdRow, rows).map(({ case_id: id }) => id);
};

/** A case of a list, and the part of the queue that it is in. */
export interface QueueId {
  readonly caseId: string;
  readonly segment: number;
}

/** The ids of the cases after a position, in their order. By priority, only open cases. */
export const listQueueIds = async (
  db: Queryable,
  filter: QueueFilter,
  query: {
    readonly sort: QueueSort;
    readonly after: QueuePlace | undefined;
    readonly limit: number;
  },
): Promise<QueueId[]> => {
  const { sort, after, limit } = query;
  if (sort !== 'priority') {
    const ids = await listPart(db, filter, { sort, keys: after?.keys, limit });
    return ids.map((caseId) => ({ caseId, segment: 0 }));
  }
  const found: QueueId[] = [];
  for (const [segment, part] of segments.entries()) {
    const narrowed = narrow({ ...filter, status: 'open' }, part);
    if (narrowed === undefined || segment < (after?.segment ?? 0)) continue;
    const keys = segment === after?.segment ? after.keys : undefined;
    const ids = await listPart(db, narrowed, { sort, keys, limit: limit - found.length });
    found.push(...ids.map((caseId) => ({ caseId, segment })));
    if (found.length >= limit) break;
  }
  return found;
};

/** The filter within one part of the queue; undefined when they exclude each other. */
const narrow = (
  filter: QueueFilter,
  part: { readonly isHeld?: boolean; readonly isOverdue?: boolean },
): QueueFilter | undefined => {
  const excludes = (name: 'isHeld' | 'isOverdue') =>
    filter[name] !== undefined && part[name] !== undefined && filter[name] !== part[name];
  return excludes('isHeld') || excludes('isOverdue') ? undefined : { ...filter, ...part };
};

/**
 * Finds the first case that nobody holds, or that the assignee of the filter holds, and that is not
 * put off, and locks it with its order. Cases that others are locking are left out. Undefined when
 * there is none.
 */
export const findNextCase = async (
  db: Queryable,
  filter: QueueFilter,
): Promise<CaseWorkRow | undefined> => {
  for (const part of segments.slice(0, 2)) {
    const free = narrow({ ...filter, status: 'open', assignee: filter.assignee ?? null }, part);
    if (free === undefined) continue;
    const conditions = conditionsOf(free);
    const columns = orders.priority.map(([column]) => column).join(', ');
    const few = mayLeaveFew(free) ? await listFew(db, conditions, columns) : undefined;
    if (few?.length === 0) continue;
    if (few !== undefined) conditions.add(`c.case_id = any(${conditions.bind(few, 'uuid[]')})`);
    const { rows } = await reached(
      db.query(
        `select c.case_id from cases c join transactions t using (transaction_id)
          where ${conditions.text()} order by ${columns} limit 1 for update of t, c skip locked`,
        conditions.values,
      ),
    );
    const [first] = parseRows(IdRow, rows);
    if (first !== undefined) return (await listCaseWork(db, [first.case_id]))[0];
  }
  return undefined;
};

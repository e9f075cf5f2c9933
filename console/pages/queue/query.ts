import { z } from 'zod';
import { banners } from '../../../contracts/hbc/transaction.js';
import { labelKinds } from '../../../contracts/v1/labels.js';
import { type QueueSort, queueSorts, queueViews } from '../../../contracts/v1/queries.js';
import { votingPartners } from '../../../contracts/voting-partners.js';
import { deskFilterOf, type QueueQuery } from '../../../services/cases/queue.js';
import type { CaseFilter } from '../../../services/cases/queue-news.js';
import { readQueueCursor } from '../../../services/cases/queue-place.js';

/** Rows of one page; half of them are above the fold. */
export const rowsOnPage = 50;

const textMax = 80;
const amountMax = 1_000_000_000;
const ageHoursMax = 9999;

/** A value that is missing, empty or not understood filters nothing. */
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const text = lenient(z.string().trim().min(1).max(textMax));
const amount = lenient(z.coerce.number().positive().max(amountMax));

const Parameters = z.object({
  banner: z.array(z.string()).transform((given) => banners.filter((one) => given.includes(one))),
  status: lenient(z.literal('closed')),
  reason: lenient(z.enum(['review', 'oms_rejected'])),
  rule: text,
  min: amount,
  max: amount,
  age: lenient(z.coerce.number().positive().max(ageHoursMax)),
  who: text,
  down: lenient(z.enum(votingPartners)),
  label: lenient(z.enum(labelKinds)),
  tag: text,
  view: lenient(z.enum(queueViews)),
  sort: lenient(z.enum(queueSorts)),
  cursor: text,
});

/** The filters of the queue, by the names that they have in its address. */
export type Filters = Omit<z.output<typeof Parameters>, 'cursor'>;
export type FilterName = Exclude<keyof Filters, 'sort' | 'view'>;

/** In the order of their line. */
const filterNames = [
  ...(['banner', 'status', 'reason', 'rule', 'min', 'max', 'age', 'who', 'tag', 'label'] as const),
  'down',
] as const satisfies readonly FilterName[];

/** Reads the filters and the place in the list from an address. */
export const readFilters = (
  search: URLSearchParams,
): { readonly filters: Filters; readonly cursor: string | undefined } => {
  const given = Object.fromEntries([...search].filter(([, value]) => value !== ''));
  const { cursor, ...filters } = Parameters.parse({ ...given, banner: search.getAll('banner') });
  return { filters, cursor };
};

/** The address of the queue with these filters, always the same for the same ones. */
export const queueAddress = (filters: Partial<Filters>, cursor?: string): string => {
  const { banner = [], view, sort } = filters;
  const search = new URLSearchParams();
  if (view !== undefined && view !== 'all') search.set('view', view);
  for (const one of banner) search.append('banner', one);
  for (const name of filterNames) {
    const value = filters[name];
    if (name !== 'banner' && value !== undefined) search.set(name, String(value));
  }
  if (sort !== undefined && sort !== 'priority') search.set('sort', sort);
  if (cursor !== undefined) search.set('cursor', cursor);
  const printed = search.toString();
  return printed === '' ? '/console/queue' : `/console/queue?${printed}`;
};

/** The filters that are set, in the order of their line. */
export const setFilters = (filters: Filters): readonly FilterName[] =>
  filterNames.filter((name) =>
    name === 'banner' ? filters.banner.length > 0 : filters[name] !== undefined,
  );

/** Whether nothing but the view chooses the cases. */
export const isPlain = (filters: Filters): boolean => setFilters(filters).length === 0;

/** The address without some filters. */
export const without = (filters: Filters, ...names: readonly FilterName[]): string =>
  queueAddress({ ...filters, ...Object.fromEntries(names.map((name) => [name, undefined])) });

const hourMs = 3_600_000;

/** Closed cases have no priority: the oldest comes first, as anywhere. */
const sortOf = ({ sort, status }: Filters): QueueSort =>
  status === 'closed' && (sort ?? 'priority') === 'priority' ? 'age' : (sort ?? 'priority');

/** The filters of the cases themselves, without the view and the holder. */
export const toCaseFilter = (filters: Filters, now: Date): CaseFilter => {
  const { banner, reason, rule, min, max, age, down, label, tag } = filters;
  return {
    ...(banner.length > 0 && { banners: banner }),
    ...{ reason, rule, amountMin: min, amountMax: max, label, tag, partnerDown: down },
    openedBefore: age === undefined ? undefined : new Date(now.getTime() - age * hourMs),
  };
};

/** What the service is asked for. A cursor that cannot be read leads to the first page. */
export const toQueueQuery = (
  filters: Filters,
  { cursor, now }: { readonly cursor?: string | undefined; readonly now: Date },
): QueueQuery => {
  const { status, who, view } = filters;
  const sort = sortOf(filters);
  return {
    ...toCaseFilter(filters, now),
    ...(status && { status, awaitsSecond: undefined }),
    ...{ view, sort, assignee: who, limit: rowsOnPage },
    after: cursor === undefined ? undefined : readQueueCursor(sort)(cursor),
  };
};

/**
 * Which cases may be the next one: those of the filters and of the view, but none on hold. With
 * `isOfHolder` those whose holder the filters name, otherwise free ones.
 */
export const toNextFilter = (
  filters: Filters,
  call: Parameters<typeof deskFilterOf>[1],
  { isOfHolder }: { readonly isOfHolder: boolean },
): CaseFilter => {
  const filter = deskFilterOf(toQueueQuery(filters, call), call);
  const { now: _now, isHeld: _held, assignee, ...rest } = filter;
  return { ...rest, assignee: isOfHolder ? assignee : null };
};

import type { Context } from 'hono';
import type { ConsoleEnv } from '../../deps.js';
import { type Filters, queueAddress, readFilters } from '../queue/query.js';

/** The name, in the address of a case, of the filters of the queue that it was opened from. */
const parameter = 'queue';

/** What an address of a case says besides the case. */
interface CaseAddress {
  /** The queue that the case was opened from; its neighbours are those of this one. */
  readonly filters?: Filters | undefined;
  /** The case that was decided before it, whose decision can still be undone. */
  readonly after?: string | undefined;
}

/** The page of a case. */
export const caseAddress = (caseId: string, { filters, after }: CaseAddress = {}): string => {
  const search = new URLSearchParams();
  const [, queue] = queueAddress(filters ?? {}).split('?');
  if (queue !== undefined) search.set(parameter, queue);
  if (after !== undefined) search.set('after', after);
  const printed = search.toString();
  return printed === '' ? `/console/cases/${caseId}` : `/console/cases/${caseId}?${printed}`;
};

/** The address of the page that a form or a part belongs to: browsers say it, with htmx or not. */
const pageOf = (c: Context<ConsoleEnv>): string =>
  c.req.header('hx-current-url') ?? c.req.header('referer') ?? '';

const searchIn = (address: string): URLSearchParams =>
  URL.canParse(address) ? new URL(address).searchParams : new URLSearchParams();

/** The filters of the queue that a case was opened from: those of its address or of its page. */
export const queueOfCase = (c: Context<ConsoleEnv>): Filters => {
  const own = searchIn(c.req.method === 'GET' ? c.req.url : pageOf(c));
  return readFilters(new URLSearchParams(own.get(parameter) ?? '')).filters;
};

/** The filters of the queue's page that asks for some of its rows. */
export const filtersOfPage = (c: Context<ConsoleEnv>): Filters =>
  readFilters(searchIn(pageOf(c))).filters;

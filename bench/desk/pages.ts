import { type Percentiles, percentilesOf } from '../percentiles.js';
import type { Plan } from './plan.js';
import type { Answer, DeskSession } from './session.js';

/** The console's answers by page, each from the request to its last byte. */
export interface PageTimes {
  readonly name: string;
  readonly times: Percentiles;
  /** Of the page, before compression. */
  readonly kilobytes: number;
}

/** What is asked for, one request after the other. */
interface PageLoad {
  readonly name: string;
  readonly ask: (index: number) => Promise<Answer>;
}

const warmUps = 5;

const measureOne = async (
  { name, ask }: PageLoad,
  count: number,
  signal: AbortSignal,
): Promise<PageTimes> => {
  const answers: Answer[] = [];
  for (let index = 0; index < warmUps + count; index += 1) {
    signal.throwIfAborted();
    const answer = await ask(index);
    if (answer.status !== 200) throw new Error(`${name}: the answer was ${answer.status}`);
    if (index >= warmUps) answers.push(answer);
  }
  const bytes = Buffer.byteLength(answers[0]?.text ?? '');
  return {
    name,
    times: percentilesOf(answers.map(({ ms }) => ms)),
    kilobytes: Math.round(bytes / 1024),
  };
};

/** What the seeded desk has that pages are asked for. */
export interface Seeded {
  /** Cases of customers with few orders, in any order. */
  readonly caseIds: readonly string[];
  /** The case of the customer with very many orders. */
  readonly heavyCaseId: string;
  /** The rule that tripped for the most cases. */
  readonly commonRule: string;
  readonly last4: string;
}

const views = ['mine', 'free', 'overdue', 'escalated', 'second', 'held'] as const;

const queueLoads = ({ get }: DeskSession, seeded: Seeded): PageLoad[] => {
  const queue = (search: string) => () => get(`/console/queue${search}`);
  return [
    { name: 'queue by priority', ask: queue('') },
    ...views.map((view) => ({ name: `queue, view ${view}`, ask: queue(`?view=${view}`) })),
    { name: 'queue, by amount', ask: queue('?sort=amount') },
    { name: 'queue, the commonest rule', ask: queue(`?rule=${seeded.commonRule}`) },
    { name: 'queue, a rule of no case', ask: queue('?rule=R999') },
  ];
};

const at = (values: readonly string[], index: number): string =>
  values[index % values.length] ?? '';

const otherLoads = ({ get, post }: DeskSession, seeded: Seeded): PageLoad[] => {
  const find = (text: string) => post('/console/queue/find', { find: text });
  const since = encodeURIComponent(new Date().toISOString());
  return [
    { name: 'counts of the views', ask: () => get(`/console/queue/news?since=${since}`) },
    { name: 'my day', ask: () => get('/console/me') },
    { name: 'search by e-mail', ask: () => find('nobody@example.com') },
    { name: 'search by last four digits', ask: () => find(seeded.last4) },
    { name: 'case', ask: (index) => get(`/console/cases/${at(seeded.caseIds, index)}`) },
    {
      name: 'case of a customer with very many orders',
      ask: () => get(`/console/cases/${seeded.heavyCaseId}`),
    },
    {
      name: 'linked orders of a case',
      ask: (index) => get(`/console/cases/${at(seeded.caseIds, index)}/linked`),
    },
  ];
};

const leadLoads = ({ get }: DeskSession): PageLoad[] => [
  { name: 'team', ask: () => get('/console/team') },
  { name: 'overview', ask: () => get('/console/overview') },
];

/** Asks for each page, one request after the other. Throws when an answer is not 200. */
export const measurePages = async (
  { session, lead }: { readonly session: DeskSession; readonly lead: DeskSession },
  seeded: Seeded,
  { pages }: Pick<Plan, 'pages'>,
  signal: AbortSignal,
): Promise<PageTimes[]> => {
  const times: PageTimes[] = [];
  const loads = [
    ...queueLoads(session, seeded),
    ...otherLoads(session, seeded),
    ...leadLoads(lead),
  ];
  for (const load of loads) {
    times.push(await measureOne(load, pages, signal));
  }
  return times;
};

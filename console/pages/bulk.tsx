import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { ReasonCode, Settings } from '../../contracts/settings.js';
import { tagText } from '../../contracts/v1/case-work.js';
import { reasonText } from '../../contracts/v1/free-text.js';
import { decideCases, previewBulk } from '../../services/cases/bulk.js';
import { assignCases } from '../../services/cases/bulk-assignment.js';
import type { QueueRow } from '../../services/cases/queue.js';
import { readQueueRows } from '../../services/cases/queue-news.js';
import { reasonsFor, reviewRulesOf } from '../../services/cases/review-rules.js';
import { addTag } from '../../services/cases/tags.js';
import { listDeskMembers } from '../../services/desk-figures/figures.js';
import { allow, isAllowed, NotAllowed } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { loadNames } from '../parts/people.js';
import { loadSideState } from '../side-state.js';
import { BulkAssign, BulkAssigned } from './queue/bulk-assignment.js';
import { BulkPreview, BulkReport, BulkTag, remarksMax } from './queue/bulk-decision.js';
import { queueAddress, readFilters, rowsOnPage } from './queue/query.js';

const secondMs = 1000;

const mayAssign = (c: Context<ConsoleEnv>): boolean =>
  isAllowed(c.get('session').account, ['lead']);

const Chosen = z.object({
  act: z.enum(['accept', 'reject', 'assign', 'tag']).catch('tag'),
  case: z.union([z.uuid().transform((one) => [one]), z.array(z.uuid()).max(rowsOnPage)]),
  reasonCode: z.string().catch(''),
  remarks: z.string().trim().max(remarksMax).catch(''),
  tag: z.string().trim().catch(''),
  to: z.string().catch(''),
  reason: z.string().trim().catch(''),
  /** The address of the queue that the cases were chosen in, as this server would print it. */
  from: z
    .string()
    .catch('')
    .transform((text) =>
      queueAddress(readFilters(new URLSearchParams(text.split('?')[1])).filters),
    ),
});

const wholeQueue = queueAddress({});

type Chosen = z.output<typeof Chosen>;

/** What a form of chosen cases says; undefined when it says nothing that can be done. */
const readChosen = async (c: Context): Promise<Chosen | undefined> => {
  const { data } = Chosen.safeParse(await c.req.parseBody({ all: true }));
  return data === undefined || data.case.length === 0 ? undefined : data;
};

/** Reasons that every banner among the cases has. */
const commonReasons = (
  settings: Settings,
  rows: readonly QueueRow[],
  outcome: 'accept' | 'reject',
): readonly ReasonCode[] => {
  const banners = [...new Set(rows.map(({ banner }) => banner))];
  const [first = [], ...others] = banners.map((banner) =>
    reasonsFor(reviewRulesOf(settings, banner), outcome),
  );
  return first.filter(({ code }) =>
    others.every((reasons) => reasons.some((reason) => reason.code === code)),
  );
};

type Page = Parameters<typeof renderPage>[1];

/** What the side shows is loaded last: it counts what a decision has changed. */
const show = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  main: Page['main'],
): Promise<Response> => {
  const state = await loadSideState(deps, c);
  return renderPage(c, { title: 'Chosen cases', section: 'queue', state, main });
};

const rowsAndNames = (call: ReturnType<typeof callOf>, caseIds: readonly string[]) =>
  Promise.all([readQueueRows(call, caseIds), loadNames(call)]);

/** Asks to whom the chosen cases go; again when something was missing. */
const askAssignee = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  { case: caseIds, from }: Pick<Chosen, 'case' | 'from'>,
  again: Pick<Parameters<typeof BulkAssign>[0], 'given' | 'fault'> = {},
): Promise<Response> => {
  if (!mayAssign(c)) throw new NotAllowed();
  const call = callOf(deps, c);
  const [[rows, nameOf], people] = await Promise.all([
    rowsAndNames(call, caseIds),
    listDeskMembers(call),
  ]);
  const csrf = c.get('session').csrfToken;
  return show(deps, c, <BulkAssign {...{ rows, caseIds, people, nameOf, csrf, from, ...again }} />);
};

/** Gives the chosen cases to somebody and shows what became of each. */
const assign = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const chosen = await readChosen(c);
  if (chosen === undefined) return c.redirect('/console/queue', 303);
  const { to, reason, from, case: caseIds } = chosen;
  const call = callOf(deps, c);
  const isKnown = (await listDeskMembers(call)).includes(to);
  if (!isKnown || !reasonText.safeParse(reason).success) {
    const fault = isKnown ? 'Say why, with at least three letters.' : 'Choose who gets the cases.';
    return askAssignee(deps, c, chosen, { given: { to, reason }, fault });
  }
  const results = await assignCases(call, caseIds, { to, reason });
  const [rows, nameOf] = await rowsAndNames(call, caseIds);
  return show(deps, c, <BulkAssigned {...{ rows, results, to, nameOf, from }} />);
};

/** Shows what deciding the chosen cases would do, or asks for their tag or their assignee. */
const preview = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const chosen = await readChosen(c);
  if (chosen === undefined) return c.redirect('/console/queue', 303);
  const csrf = c.get('session').csrfToken;
  const { act, from } = chosen;
  if (act === 'tag')
    return show(deps, c, <BulkTag csrf={csrf} caseIds={chosen.case} from={from} />);
  if (act === 'assign') return askAssignee(deps, c, chosen);
  const call = callOf(deps, c);
  const [rows, nameOf] = await rowsAndNames(call, chosen.case);
  const reasons = commonReasons(deps.settings, rows, act);
  const reasonCode = reasons[0]?.code ?? '';
  const bulk = await previewBulk(call, chosen.case, { recommendationCode: act, reasonCode });
  return show(
    deps,
    c,
    <BulkPreview outcome={act} {...{ rows, bulk, csrf, reasons, nameOf, from }} />,
  );
};

/** Decides the chosen cases and shows what became of each. */
const decide = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const chosen = await readChosen(c);
  const act = chosen?.act;
  if (chosen === undefined || (act !== 'accept' && act !== 'reject')) {
    return c.redirect('/console/queue', 303);
  }
  const { reasonCode, remarks, from } = chosen;
  const call = callOf(deps, c);
  const bulk = await decideCases(call, chosen.case, {
    ...{ recommendationCode: act, reasonCode },
    ...(remarks !== '' && { remarks }),
  });
  const [rows, nameOf] = await rowsAndNames(call, chosen.case);
  const undoSeconds = Math.ceil(call.undoWindowMs / secondMs);
  return show(deps, c, <BulkReport outcome={act} {...{ rows, bulk, undoSeconds, nameOf, from }} />);
};

/** Adds a tag to the chosen cases and shows their view; of the whole queue, those that have it. */
const tag = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const chosen = await readChosen(c);
  if (chosen === undefined) return c.redirect('/console/queue', 303);
  const read = tagText.safeParse(chosen.tag);
  if (!read.success) {
    const fault = 'A tag is a short code of small letters, digits and hyphens, such as gift-ring.';
    const csrf = c.get('session').csrfToken;
    const { from, case: caseIds } = chosen;
    return show(deps, c, <BulkTag {...{ csrf, caseIds, fault, from }} />);
  }
  for (const caseId of chosen.case) await addTag(callOf(deps, c), caseId, read.data);
  const tagged = queueAddress({ tag: read.data });
  return c.redirect(chosen.from === wholeQueue ? tagged : chosen.from, 303);
};

/** What acts on several cases of the queue at once. Each step works without script. */
export const bulkPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const works = allow('reviewer');
  return new Hono<ConsoleEnv>()
    .post('/queue/bulk', works, (c) => preview(deps, c))
    .post('/queue/bulk/assignment', allow('lead'), (c) => assign(deps, c))
    .post('/queue/bulk/decision', works, (c) => decide(deps, c))
    .post('/queue/bulk/tag', works, (c) => tag(deps, c));
};

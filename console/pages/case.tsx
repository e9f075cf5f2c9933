import { type Context, Hono } from 'hono';
import { isUuid } from '../../contracts/uuid.js';
import { workflowIdOf } from '../../contracts/hbc/transaction.js';
import { countMentions } from '../../services/cases/mentions.js';
import { readChecklist } from '../../services/cases/checklist.js';
import { claimNext, keepClaim, leaveCase, peekNext } from '../../services/cases/claims.js';
import { readCaseRecord } from '../../services/case-view/record.js';
import { findLastDecision } from '../../services/case-view/last-decision.js';
import { readLinks, stepsMax } from '../../services/case-view/links.js';
import { readNeighbours } from '../../services/case-view/neighbours.js';
import { type OrderFacts, prepareCaseView, readCaseView } from '../../services/case-view/view.js';
import { allow, isAllowed, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage, renderPart } from '../layout.js';
import { loadNames } from '../parts/people.js';
import { preferencesOf } from '../preferences.js';
import { createPreparedCases, type PreparedCases } from '../prepared-cases.js';
import { queueName } from '../side-state.js';
import { type Acted, type ActName, actNames, runAct } from './case/acts.js';
import { CheckCount, CheckPoints } from './case/checklist.js';
import { deskOf } from './case/desk.js';
import { caseAddress, queueOfCase } from './case/from-queue.js';
import { LinkedPanel } from './case/linked.js';
import { CasePage, type CaseProps, type Told } from './case/page.js';
import { type ContextOf, createContextOf } from './case/view-context.js';
import { queueAddress, toNextFilter, toQueueQuery } from './queue/query.js';

type Request = Context<ConsoleEnv>;

/** The case of an address; a text that is no id names none. */
const caseIdOf = (c: Request): string => {
  const caseId = c.req.param('caseId') ?? '';
  if (!isUuid(caseId)) throw new NotFound();
  return caseId.toLowerCase();
};

const isPart = (c: Request): boolean => c.req.header('hx-request') !== undefined;

/** The order's run in Temporal's UI. */
const runAddressOf = (
  { workflowsUrl }: ConsoleDeps,
  order: Parameters<typeof workflowIdOf>[0],
): string | undefined =>
  workflowsUrl && `${workflowsUrl}/${encodeURIComponent(workflowIdOf(order))}`;

const createView =
  (deps: ConsoleDeps, contextOf: ContextOf) =>
  async (
    c: Request,
    caseId: string,
    given: {
      readonly told?: Told | undefined;
      readonly after?: string | undefined;
      readonly prepared?: OrderFacts | undefined;
    },
  ): Promise<CaseProps> => {
    const call = callOf(deps, c);
    const { settings } = deps;
    const filters = queueOfCase(c);
    const [view, neighbours, last, nameOf, mentions] = await Promise.all([
      readCaseView(contextOf(call), caseId, given.prepared),
      readNeighbours(call, caseId, toQueueQuery(filters, call)),
      given.after === undefined ? undefined : findLastDecision(call, given.after),
      loadNames(call),
      countMentions(call),
    ]);
    if (view === undefined) throw new NotFound();
    const { previous, next, total, isMore, position } = neighbours;
    const { account, csrfToken: csrf } = c.get('session');
    return {
      view,
      desk: deskOf(view.detail, settings, { me: call.actor.name, nameOf }),
      place: {
        ...{ queueAddress: queueAddress(filters), queueName: queueName(filters), position },
        total: `${total}${isMore ? '+' : ''}`,
        previous: previous && caseAddress(previous, { filters }),
        next: next && next !== caseId ? caseAddress(next, { filters }) : undefined,
        here: caseAddress(caseId, { filters }),
      },
      now: call.now,
      zone: preferencesOf(c).zone,
      bannerName: settings.banners[view.detail.banner].name,
      runAddress: runAddressOf(deps, view.detail),
      last,
      csrf,
      windowMs: call.undoWindowMs,
      mayAct: isAllowed(account, ['reviewer']),
      isLead: isAllowed(account, ['lead']),
      mentions,
      told: given.told,
    };
  };

/** A tab's title holds no name: it stays in the browser's history. */
const titleOf = ({ view }: CaseProps): string => `Order ${view.detail.orderId}`;

const show = async (c: Request, props: CaseProps, status: 200 | 409 = 200): Promise<Response> => {
  c.header('Cache-Control', 'no-store');
  const main = <CasePage {...props} />;
  // htmx swaps nothing for a status of a fault; the page says what was refused.
  if (isPart(c)) {
    return renderPart(
      c,
      <>
        <title>{titleOf(props)} · Verdict</title>
        {main}
      </>,
    );
  }
  const state = { mentions: props.mentions };
  const page = { title: titleOf(props), section: 'queue', side: 'rail', state, main } as const;
  return renderPage(c, page, status);
};

/** The open checklist of a case, after one of its points has changed. */
const showChecks = async (deps: ConsoleDeps, c: Request, caseId: string): Promise<Response> => {
  const call = callOf(deps, c);
  const [list, nameOf] = await Promise.all([readChecklist(call, caseId), loadNames(call)]);
  if (list === undefined) throw new NotFound();
  const { csrfToken: csrf } = c.get('session');
  const who = { caseId, csrf, nameOf, me: call.actor.name, zone: preferencesOf(c).zone };
  return renderPart(
    c,
    <>
      <CheckPoints {...list} {...who} isFixed={false} />
      <CheckCount {...list} isSwap />
    </>,
  );
};

/** Sends the browser to another page, also from a request of htmx. */
const goTo = (c: Request, address: string): Response => {
  if (!isPart(c)) return c.redirect(address, 303);
  c.header('HX-Redirect', address);
  return c.body(null, 200);
};

/**
 * Reads ahead what the page of the next case shows of its order, while somebody chooses the reason
 * of a decision. The next case is neither claimed nor opened by it.
 */
const prepareNext =
  (deps: ConsoleDeps, contextOf: ContextOf, prepared: PreparedCases) => async (c: Request) => {
    const call = callOf(deps, c);
    const filter = toNextFilter(queueOfCase(c), call, { isOfHolder: true });
    const next = await peekNext(call, filter, { except: caseIdOf(c) });
    if (next !== undefined) {
      const { sessionId } = c.get('session');
      await prepared.prepare(sessionId, next, () => prepareCaseView(contextOf(call), next));
    }
    return c.body(null, 204);
  };

const actions = (
  deps: ConsoleDeps,
  view: ReturnType<typeof createView>,
  prepared: PreparedCases,
) => {
  /**
   * The next case of the queue, claimed. Without one, the decided case, which can still be undone;
   * otherwise the queue.
   */
  const openNext = async (c: Request, after?: string): Promise<Response> => {
    const call = { ...callOf(deps, c), claimTtlMs: deps.claimTtlMs };
    const filters = queueOfCase(c);
    const next = await claimNext(
      call,
      toNextFilter(filters, call, { isOfHolder: after !== undefined }),
    );
    if (next === undefined) {
      return goTo(c, after === undefined ? queueAddress(filters) : caseAddress(after, { filters }));
    }
    const { caseId } = next.claim;
    const address = caseAddress(caseId, { filters, after });
    if (!isPart(c)) return c.redirect(address, 303);
    c.header('HX-Push-Url', address);
    const facts = await prepared.take(c.get('session').sessionId, caseId);
    return show(c, await view(c, caseId, { after, prepared: facts }));
  };
  const answer = async (c: Request, caseId: string, acted: Acted): Promise<Response> => {
    switch (acted.kind) {
      case 'decided':
        return openNext(c, caseId);
      case 'refused': {
        const told = { isRefusal: true, words: acted.words };
        return show(c, await view(c, caseId, { told }), 409);
      }
      case 'done': {
        const address = caseAddress(caseId, { filters: queueOfCase(c) });
        if (!isPart(c)) return c.redirect(address, 303);
        const told =
          acted.words === undefined ? undefined : { isRefusal: false, words: acted.words };
        c.header('HX-Push-Url', address);
        return show(c, await view(c, caseId, { told }));
      }
      default:
        return acted satisfies never;
    }
  };
  const act = (name: ActName) => async (c: Request) => {
    const caseId = caseIdOf(c);
    const acted = await runAct(deps, c, name, caseId);
    if (name === 'checklist' && isPart(c)) {
      if (acted.kind === 'done') return showChecks(deps, c, caseId);
      c.header('HX-Retarget', '#main');
    }
    return answer(c, caseId, acted);
  };
  const app = new Hono<ConsoleEnv>();
  for (const name of actNames) app.post(`/cases/:caseId/${name}`, allow('reviewer'), act(name));
  app.post('/cases/next', allow('reviewer'), (c) => openNext(c));
  return app;
};

/** Everything below `/console/cases`: the page of a case, its parts, and what people do to it. */
export const casePages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const contextOf = createContextOf(deps);
  const view = createView(deps, contextOf);
  const prepared = createPreparedCases();
  const app = actions(deps, view, prepared);
  const prepare = prepareNext(deps, contextOf, prepared);
  app.post('/cases/:caseId/prepare', allow('reviewer'), prepare);
  app.post('/cases/:caseId/heartbeat', allow('reviewer'), async (c) => {
    const caseId = caseIdOf(c);
    const kept = await keepClaim({ ...callOf(deps, c), claimTtlMs: deps.claimTtlMs }, caseId);
    return c.body(null, kept.kind === 'lost' ? 409 : 204);
  });
  app.post('/cases/:caseId/leave', allow('reviewer'), async (c) => {
    await leaveCase({ ...callOf(deps, c), claimTtlMs: deps.claimTtlMs }, caseIdOf(c));
    return c.body(null, 204);
  });
  app.get('/cases/:caseId/linked', allow('reviewer', 'analyst'), async (c) => {
    const caseId = caseIdOf(c);
    const steps = Math.min(stepsMax, Math.max(1, Number(c.req.query('steps')) || 1));
    const call = callOf(deps, c);
    const links = await readLinks(call, caseId, steps);
    if (links === undefined) throw new NotFound();
    c.header('Cache-Control', 'no-store');
    const { csrfToken: csrf } = c.get('session');
    const { zone } = preferencesOf(c);
    return renderPart(c, <LinkedPanel {...{ caseId, links, steps, csrf, zone }} now={call.now} />);
  });
  app.get('/cases/:caseId/raw', allow('reviewer', 'analyst'), async (c) => {
    const call = callOf(deps, c);
    const record = await readCaseRecord(call, caseIdOf(c));
    if (record === undefined) throw new NotFound();
    c.header('Cache-Control', 'no-store');
    return c.body(JSON.stringify(record, null, 2), 200, { 'Content-Type': 'application/json' });
  });
  app.get('/cases/:caseId', allow('reviewer', 'analyst'), async (c) => {
    const after = c.req.query('after');
    const isId = after !== undefined && isUuid(after);
    return show(c, await view(c, caseIdOf(c), { after: isId ? after.toLowerCase() : undefined }));
  });
  return app;
};

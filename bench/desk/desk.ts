import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { createPool, type Pool } from '../../db/pool.js';
import type { TestBrowser } from '../../test/support/browser.js';
import { makeTempDir } from '../../test/support/temp-dir.js';
import type { BenchContext } from '../context.js';
import { type LocalStack, startLocalStack } from '../local-stack.js';
import { offerOrders } from '../offer-orders.js';
import { createCaller } from '../overload/caller.js';
import { type BrowserTimes, casesFor, findBrowser, measureBrowser, openDesk } from './browser.js';
import { type DecisionTimes, measureDecisions } from './decisions.js';
import { createDeskKeys } from './keys.js';
import { measurePages, type PageTimes } from './pages.js';
import type { Plan } from './plan.js';
import { createRealOrders, putFirst, type RealOrder } from './real-orders.js';
import { seedDesk } from './seed-desk.js';
import { type DeskSession, signIn } from './session.js';

/** An account and its password. */
export interface Person {
  readonly name: string;
  readonly password: string;
}

export interface DeskResult {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly openCases: number;
  readonly pages: readonly PageTimes[];
  /** Key presses, alone and beside a stream of orders; null where no browser can be had. */
  readonly presses: { readonly alone: BrowserTimes; readonly beside: BrowserTimes } | null;
  readonly decisions: readonly DecisionTimes[];
}

/** An installation with what its measurements share. */
interface Open {
  readonly stack: LocalStack;
  readonly db: Pool;
  readonly agent: Agent;
  readonly session: DeskSession;
  /** Of a team lead, who may open more pages. */
  readonly lead: DeskSession;
  readonly reviewer: Person;
}

const databaseTimeoutMs = 600_000;

const personOf = (varDir: string, name: 'reviewer' | 'lead'): Person => {
  const accounts = JSON.parse(readFileSync(join(varDir, 'accounts.json'), 'utf8')) as {
    readonly [account in typeof name]: string;
  };
  return { name, password: accounts[name] };
};

/** Starts the installation of a folder with an undo window, and signs in. */
const withDesk = async <T>(
  varDir: string,
  settings: Readonly<Record<string, string>>,
  { env, signal }: BenchContext,
  work: (open: Open) => Promise<T>,
): Promise<T> => {
  const stack = await startLocalStack(env, signal, varDir, settings);
  const { databaseUrl, apiUrl } = stack;
  const db = createPool({ databaseUrl, connections: 4, timeoutMs: databaseTimeoutMs });
  const agent = new Agent();
  try {
    const reviewer = personOf(varDir, 'reviewer');
    const session = await signIn(apiUrl, reviewer, agent);
    const lead = await signIn(apiUrl, personOf(varDir, 'lead'), agent);
    return await work({ stack, db, agent, session, lead, reviewer });
  } finally {
    await agent.destroy();
    await db.end();
    await stack.stop();
  }
};

const ordersOf = ({ stack, db, agent }: Open, run: string, count: number): Promise<RealOrder[]> =>
  createRealOrders(stack, db, agent, run).everyday(count);

/** Not counted: the installation has just started. */
const warmUpDecisions = 5;

const decide = async (
  open: Open,
  plan: Plan,
  undoWindow: string,
  { signal, say }: BenchContext,
): Promise<DecisionTimes> => {
  const warm = await ordersOf(open, `warm-${undoWindow}`, warmUpDecisions);
  const orders = await ordersOf(open, `told-${undoWindow}`, plan.decisions);
  say(`${plan.decisions} decisions with UNDO_WINDOW=${undoWindow}`);
  const { stack, db, agent: dispatcher, session } = open;
  const measure = (some: readonly RealOrder[]) =>
    measureDecisions({ stack, db, dispatcher, session, signal }, some, {
      ...{ undoWindow, decisionEveryMs: plan.decisionEveryMs },
    });
  await measure(warm);
  return measure(orders);
};

const press = async (
  open: Open,
  browser: TestBrowser,
  plan: Plan,
  { signal, say }: BenchContext,
): Promise<{ alone: BrowserTimes; beside: BrowserTimes }> => {
  const { stack, db, agent, reviewer } = open;
  const page = await openDesk(browser, stack.apiUrl, reviewer);
  const round = async (run: string): Promise<BrowserTimes> => {
    const orders = await ordersOf(open, run, casesFor(plan));
    await putFirst(db, orders);
    const ids = orders.map(({ caseId }) => caseId);
    return measureBrowser(page, ids, plan, signal);
  };
  say('key presses in a browser');
  const alone = await round('alone');
  say(`key presses beside ${plan.streamPerSecond} orders a second`);
  const stop = new AbortController();
  const stream = offerOrders(createCaller(stack, agent), {
    ...{ perSecond: plan.streamPerSecond, seconds: 3600 },
    signal: AbortSignal.any([signal, stop.signal]),
  }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const beside = await round('beside').finally(() => stop.abort());
  await stream;
  return { alone, beside };
};

/** The undo window of the key presses is the usual one. */
const usualWindow = '10s';
const windows = ['2s', '0s'] as const;

/**
 * Starts Verdict like `npm start` over many open cases, and measures what a reviewer waits for.
 * Throws when a page has a fault, or OMS does not hear of a decision.
 */
export const desk = async (plan: Plan, context: BenchContext): Promise<DeskResult> => {
  const folder = makeTempDir();
  const keys = createDeskKeys();
  const { say, signal } = context;
  const settingsOf = (undoWindow: string) => ({ ...keys.env, UNDO_WINDOW: undoWindow });
  const browser = await findBrowser(context);
  try {
    say('starting Verdict');
    const first = await withDesk(folder.path, settingsOf(usualWindow), context, async (open) => {
      const seeded = await seedDesk({ ...open, ...keys, say }, plan);
      say('asking for each page');
      const pages = await measurePages(open, seeded, plan, signal);
      const presses = browser === undefined ? null : await press(open, browser, plan, context);
      const { startedInMs } = open.stack;
      return { startedInMs, openCases: plan.openCases, pages, presses };
    });
    const decisions: DecisionTimes[] = [];
    for (const window of windows) {
      const told = await withDesk(folder.path, settingsOf(window), context, (open) =>
        decide(open, plan, window, context),
      );
      decisions.push(told);
    }
    return { plan, ...first, decisions };
  } finally {
    await browser?.close();
    folder.remove();
  }
};

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { parseTransaction, workflowIdOf } from '../../contracts/hbc/transaction.js';
import { createPool } from '../../db/pool.js';
import { connectNow } from '../../runtime/temporal.js';
import type { BenchContext } from '../context.js';
import type { LocalStack } from '../local-stack.js';
import { offerOrders } from '../offer-orders.js';
import { pollUntil } from '../outage/desk.js';
import type { Caller } from '../overload/caller.js';
import type { Plan } from './plan.js';

/** What one accepted order leaves in Temporal and asks of Postgres. */
export interface OrderSteps {
  /** Events of its history, and workflow tasks among them; the median of a few orders. */
  readonly events: number;
  readonly workflowTasks: number;
  /** Statements beyond those of an installation at rest, with `begin` and `commit`. */
  readonly statements: number;
  readonly statementsASecondAtRest: number;
}

const sampledOrders = 9;
/** An order ends within a second unless OMS has to be asked again. */
const endMs = 30_000;
/** Postgres rereads its settings, and its log reaches the file, well within this. */
const logLagMs = 1500;

const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const workflowIdOfBody = (body: string): string => {
  const parsed = parseTransaction(JSON.parse(body));
  if (!parsed.ok) throw new Error('a made-up order was refused');
  return workflowIdOf(parsed.value);
};

/** Undefined until the workflow has ended: its last event says how. */
const endedHistory = async (order: WorkflowHandle) => {
  const { events } = await order.fetchHistory();
  return events?.at(-1)?.workflowExecutionCompletedEventAttributes ? events : undefined;
};

const countEvents = async (stack: LocalStack, caller: Caller, signal: AbortSignal) => {
  const connection = await connectNow({ address: stack.temporalAddress });
  const client = new Client({ connection });
  const events: number[] = [];
  const tasks: number[] = [];
  try {
    for (let index = 0; index < sampledOrders; index += 1) {
      const body = caller.makeOrder();
      await caller.postUntilAnswered(body);
      const order = client.workflow.getHandle(workflowIdOfBody(body));
      const history = await pollUntil(() => endedHistory(order), { giveUpMs: endMs, signal });
      if (history === undefined) throw new Error('an accepted order did not end');
      events.push(history.length);
      tasks.push(history.filter((event) => event.workflowTaskCompletedEventAttributes).length);
    }
  } finally {
    await connection.close();
  }
  return { events: medianOf(events), workflowTasks: medianOf(tasks) };
};

const logged = /LOG: {2}(statement|execute [^:]*):/g;

/** The log of Postgres says each statement that it runs while `work` does, and shortly after. */
const countLogged = async (
  { databaseLog }: LocalStack,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<number> => {
  const before = readFileSync(databaseLog, 'utf8').length;
  await work();
  await pause(logLagMs, undefined, { signal });
  return readFileSync(databaseLog, 'utf8').slice(before).match(logged)?.length ?? 0;
};

const countStatements = async (
  stack: LocalStack,
  caller: Caller,
  { perSecond, seconds }: Plan['statements'],
  signal: AbortSignal,
) => {
  const { databaseUrl } = stack;
  const pool = createPool({ databaseUrl, connections: 1, timeoutMs: 10_000 });
  const logStatements = async (which: 'all' | 'none') => {
    await pool.query(`alter system set log_statement = '${which}'`);
    await pool.query('select pg_reload_conf()');
  };
  try {
    await logStatements('all');
    await pause(logLagMs, undefined, { signal });
    const rest = await countLogged(stack, signal, () =>
      pause(seconds * 1000, undefined, { signal }),
    );
    const busy = await countLogged(stack, signal, () =>
      offerOrders(caller, { perSecond, seconds, signal }),
    );
    return {
      statements: Math.round(((busy - rest) / (perSecond * seconds)) * 10) / 10,
      statementsASecondAtRest: Math.round((rest / (seconds + logLagMs / 1000)) * 10) / 10,
    };
  } finally {
    await logStatements('none');
    await pool.end();
  }
};

/** Counts events and statements of accepted orders. Leaves Postgres's settings as they were. */
export const measureOrderSteps = async (
  stack: LocalStack,
  caller: Caller,
  plan: Plan['statements'],
  { signal, say }: BenchContext,
): Promise<OrderSteps> => {
  say('counting events and statements of an order');
  const events = await countEvents(stack, caller, signal);
  return { ...events, ...(await countStatements(stack, caller, plan, signal)) };
};

import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from '../overload/caller.js';
import { pollUntil } from '../outage/desk.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import type { Installation } from './installation.js';

/** Verdicts on reviews that had waited for long. */
export interface VerdictTimes {
  /** From the request to the stored answer of OMS. */
  readonly told: Percentiles;
  /** From the request to its answer. */
  readonly answered: Percentiles;
}

interface Given {
  readonly transactionId: string;
  readonly sentAtMs: number;
  readonly answeredMs: number;
}

const retryMs = 1_000;

const giveOne = async (caller: Caller, transactionId: string, signal: AbortSignal) => {
  const [sentAtMs, fromMs] = [Date.now(), performance.now()];
  const body = JSON.stringify({ transactionId, recommendationCode: 'accept' });
  for (;;) {
    const { status } = await caller.post('/decision', body);
    if (status === 200) return { transactionId, sentAtMs, answeredMs: performance.now() - fromMs };
    if (status !== 503) throw new Error(`a verdict was answered ${status}`);
    await pause(retryMs, undefined, { signal });
  }
};

/** Reviews that wait since before the stream, in no order. */
const listWaiting = async ({ db }: Installation, count: number): Promise<string[]> => {
  const { rows } = await db.query<{ transaction_id: string }>(
    `select transaction_id from transactions where order_id like 'open-%' and status = 'in_review'
      order by md5(transaction_id) limit $1`,
    [count],
  );
  return rows.map((row) => row.transaction_id);
};

const settledWithinMs = 60_000;

/** When each order was settled, in milliseconds since 1970; undefined until all are. */
const readSettled = async (
  { db }: Installation,
  given: readonly Given[],
): Promise<Map<string, number> | undefined> => {
  const { rows } = await db.query<{ transaction_id: string; at: Date }>(
    `select transaction_id, at from order_events
      where kind = 'settled' and transaction_id = any($1::text[])`,
    [given.map(({ transactionId }) => transactionId)],
  );
  if (rows.length < given.length) return undefined;
  return new Map(rows.map((row) => [row.transaction_id, row.at.getTime()]));
};

/**
 * Accepts waiting reviews at a fixed pace for `seconds`. Throws when one is refused, or does not
 * reach OMS within a minute of the last one.
 */
export const giveVerdicts = async (
  installation: Installation,
  caller: Caller,
  { seconds, everySeconds }: { readonly seconds: number; readonly everySeconds: number },
  signal: AbortSignal,
): Promise<VerdictTimes> => {
  const ids = await listWaiting(installation, Math.ceil(seconds / everySeconds));
  const giving: Promise<Given>[] = [];
  const startMs = performance.now();
  for (const [index, id] of ids.entries()) {
    const dueMs = startMs + index * everySeconds * 1000;
    await pause(Math.max(0, dueMs - performance.now()), undefined, { signal });
    giving.push(giveOne(caller, id, signal));
    giving.at(-1)?.catch(() => undefined);
  }
  const given = await Promise.all(giving);
  const look = () => readSettled(installation, given);
  const settled = await pollUntil(look, { giveUpMs: settledWithinMs, signal });
  if (settled === undefined) throw new Error('OMS was not told of every verdict');
  return {
    told: percentilesOf(
      given.map(({ transactionId, sentAtMs }) =>
        Math.max(0, (settled.get(transactionId) ?? 0) - sentAtMs),
      ),
    ),
    answered: percentilesOf(given.map(({ answeredMs }) => answeredMs)),
  };
};

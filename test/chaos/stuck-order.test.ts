import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Child, startChild } from '../support/child.js';
import { giveVerdict, lookUp, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { beginStalls } from '../replay/stall.js';

type Json = Record<string, unknown>;

let stack: Stack;
let earlier: Child | undefined;

beforeAll(async () => {
  stack = await startStack();
});

afterEach(() => earlier?.end('SIGKILL'));

afterAll(() => stack?.stop());

const startEarlierVersion = async (): Promise<Child> => {
  earlier = startChild('test/support/earlier-version/main.ts', stack.env);
  await earlier.printed('"polling"');
  return earlier;
};

const verdictIsTaken = (transactionId: string) =>
  until('the verdict is taken', async () => {
    const { status } = await giveVerdict(stack, transactionId, 'accept');
    expect([200, 503]).toContain(status);
    return status === 200;
  });

const actions = async (body: Json) => (await omsCallsOf(stack, body)).map(({ action }) => action);

const eventsOf = async (body: Json) => {
  const { events } = await stack.temporal.workflow.getHandle(workflowIdOf(body)).fetchHistory();
  return events ?? [];
};

/** The history then holds the failure of the partners' checks, and nothing that follows from it. */
const isHeldUpBeyondAHeartbeat = (body: Json) =>
  until('the workflow task has sent a heartbeat', async () =>
    (await eventsOf(body)).some((event) => event.markerRecordedEventAttributes),
  );

/** The row shows it some moments before the history does. */
const isDecided = (body: Json) =>
  until('the history holds the decision', async () =>
    (await eventsOf(body)).some((event) => event.upsertWorkflowSearchAttributesEventAttributes),
  );

/** What operators see of an order. */
const shown = async (transactionId: string) => {
  const { json } = await stack.get('/v1/operations/stuck', 'operator');
  const { runs } = json as { runs: { transactionId: string; freedAt: string | null }[] };
  return runs.filter((run) => run.transactionId === transactionId);
};

const reviewed = (count: number) => Array.from({ length: count }, () => order({}, '+sardine-high'));

describe('orders whose answer was delayed under an earlier version', () => {
  it('accept their verdict after the upgrade, and OMS is called once', async () => {
    await stack.worker.end('SIGKILL');
    const old = await startEarlierVersion();
    const { over } = await beginStalls(stack.env['DATABASE_URL'] ?? '', [
      { table: 'list_entries', forMs: 6000 },
    ]);
    const bodies = reviewed(3);
    await Promise.all(bodies.map((body) => stack.post('/transaction', body)));
    await over;
    const ids = await Promise.all(bodies.map((body) => reaches(stack, body, 'in_review')));
    await old.end('SIGKILL');
    await stack.restartWorker();
    await Promise.all(ids.map(verdictIsTaken));
    for (const body of bodies) {
      await reaches(stack, body, 'processed');
      expect(await actions(body)).toEqual(['process']);
    }
  });

  it('are terminated and restarted where a worker was lost in between, and no verdict is lost', async () => {
    await stack.worker.end('SIGKILL');
    let old = await startEarlierVersion();
    const { over } = await beginStalls(stack.env['DATABASE_URL'] ?? '', [
      { table: 'list_entries', forMs: 14_000 },
    ]);
    const bodies = reviewed(2);
    await Promise.all(bodies.map((body) => stack.post('/transaction', body)));
    await Promise.all(bodies.map(isHeldUpBeyondAHeartbeat));
    await old.end('SIGKILL');
    old = await startEarlierVersion();
    await over;
    await Promise.all(bodies.map(isDecided));
    const ids = await Promise.all(bodies.map((body) => reaches(stack, body, 'in_review')));
    // One verdict arrives by signal while no worker runs, the other once the new version runs.
    await old.end('SIGKILL');
    const [bySignal = {}, byRequest = {}] = bodies;
    await stack.temporal.workflow
      .getHandle(workflowIdOf(bySignal))
      .signal('decision', { recommendationCode: 'accept', reviewer: 'carol' });
    await stack.restartWorker();
    await verdictIsTaken(ids[1] ?? '');
    await reaches(stack, byRequest, 'processed');
    expect(await shown(ids[1] ?? '')).toMatchObject([
      { status: 'processed', freedAt: expect.any(String) as string },
    ]);
    await stack.expectPrinted('"workflow_stuck"');

    await reaches(stack, bySignal, 'processed');
    const { json } = await stack.get(
      `/transaction/${(await lookUp(stack, bySignal))?.transactionId}`,
    );
    expect(json).toMatchObject({ decision: { recommendationCode: 'accept' } });
    const { rows } = await stack.db.query(
      'select source, reviewer from verdicts where transaction_id = $1',
      [ids[0]],
    );
    expect(rows).toEqual([{ source: 'signal', reviewer: 'carol' }]);
    for (const body of bodies) expect(await actions(body)).toEqual(['process']);
  });
});

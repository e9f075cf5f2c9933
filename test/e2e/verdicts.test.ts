import { WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  decided,
  expectTryAgain,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterEach(async () => {
  await stack.setFault('oms', undefined);
  await stack.setFault('yleo', undefined);
});

afterAll(() => stack?.stop());

const inReview = async () => {
  const body = order({}, '+yleo-review');
  const { transactionId, crossReference } = await decided(stack, body);
  const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
  return { body, transactionId, caseId: String(crossReference), handle };
};

const expectConflict = (reply: { status: number; json: unknown }) => {
  expect(reply.status).toBe(400);
  expect(reply.json).toMatchObject([{ error: 'decision_conflict' }]);
};

describe('POST /decision by the status of the transaction', () => {
  it('an unknown transaction is named so', async () => {
    const reply = await giveVerdict(stack, 'tx_unknown', 'accept');
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject([{ error: 'unknown_transaction' }]);
  });

  it('a transaction that is being decided accepts no verdict yet', async () => {
    await stack.setFault('yleo', { connection: 'hang' });
    const body = order();
    const answer = decided(stack, body);
    const { transactionId } = await until('the row is stored', () => lookUp(stack, body));
    expectTryAgain(await giveVerdict(stack, transactionId, 'accept'));
    expect((await answer).recommendationCode).toBe('review');
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
  });

  it('in review it is accepted once, repeated without harm, and not reversed', async () => {
    const { body, transactionId } = await inReview();
    const first = await giveVerdict(stack, transactionId, 'reject');
    expect([first.status, first.text]).toEqual([200, '']);
    await reaches(stack, body, 'cancelled');
    expect((await giveVerdict(stack, transactionId, 'reject')).status).toBe(200);
    expectConflict(await giveVerdict(stack, transactionId, 'accept'));
    expect((await omsCallsOf(stack, body)).map((call) => call.action)).toEqual(['cancel']);
  });

  it.each([
    ['', 'accept', 'reject', 'processed'],
    ['+yleo-declined', 'reject', 'accept', 'cancelled'],
  ] as const)(
    'an automatic decision (%s %s) agrees with itself only, settling and settled',
    async (tags, same, opposite, status) => {
      await stack.setFault('oms', { latencyMs: 1500 });
      const body = order({}, tags);
      const { transactionId } = await decided(stack, body);
      await reaches(stack, body, 'settling');
      expect((await giveVerdict(stack, transactionId, same)).status).toBe(200);
      expectConflict(await giveVerdict(stack, transactionId, opposite));
      await reaches(stack, body, status);
      expect((await giveVerdict(stack, transactionId, same)).status).toBe(200);
      expectConflict(await giveVerdict(stack, transactionId, opposite));
      expect(await omsCallsOf(stack, body)).toHaveLength(1);
    },
  );
});

describe('people who decide at the same time', () => {
  it('of ten with opposite verdicts one side is accepted, and OMS is called once', async () => {
    const { body, transactionId } = await inReview();
    const codes = Array.from({ length: 5 }, () => ['accept', 'reject'] as const).flat();
    const replies = await Promise.all(codes.map((code) => giveVerdict(stack, transactionId, code)));
    const won = new Set(codes.filter((_, n) => replies[n]?.status === 200));
    expect(won.size).toBe(1);
    for (const reply of replies) {
      if (reply.status !== 200) expectConflict(reply);
    }
    const isAccepted = won.has('accept');
    await reaches(stack, body, isAccepted ? 'processed' : 'cancelled');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => call.action)).toEqual([isAccepted ? 'process' : 'cancel']);
  });

  it('a signal that races a verdict never leaves the caller with the wrong word', async () => {
    await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        const { body, transactionId, handle } = await inReview();
        const signal = () => handle.signal('decision', { recommendationCode: 'reject' });
        const verdict = () => giveVerdict(stack, transactionId, 'accept');
        const [reply] =
          n % 2 === 0
            ? await Promise.all([verdict(), signal()])
            : await Promise.all([signal(), verdict()]).then(([, given]) => [given]);
        if (reply?.status === 200) await reaches(stack, body, 'processed');
        else {
          expectConflict(reply ?? { status: 0, json: undefined });
          await reaches(stack, body, 'cancelled');
        }
        expect(await omsCallsOf(stack, body)).toHaveLength(1);
      }),
    );
  });
});

describe('what a verdict carries', () => {
  it('a card number in the remarks is masked before it is stored or sent', async () => {
    const { body, transactionId, caseId, handle } = await inReview();
    const remarks = 'caller read out 4111 1111 1111 1111, and 4012888888881881 too';
    expect((await giveVerdict(stack, transactionId, 'accept', remarks)).status).toBe(200);
    await reaches(stack, body, 'processed');
    const { json } = await stack.get(`/v1/cases/${caseId}`, 'reviewer');
    const shown = (json as { verdicts: { remarks: string }[] }).verdicts[0]?.remarks;
    expect(shown).toBe('caller read out 411111*1111, and 401288*1881 too');
    const [call] = await omsCallsOf(stack, body);
    expect(call?.body.decision).toMatchObject({ recommendationCode: 'accept', remarks: shown });
    const codec = stack.temporal.options.loadedDataConverter.payloadCodecs[0];
    const { events } = await handle.fetchHistory();
    const args = (events ?? []).flatMap(
      (event) =>
        event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args
          ?.payloads ?? [],
    );
    const plain = (await codec?.decode(args))?.map((part) =>
      Buffer.from(part.data ?? []).toString(),
    );
    expect(plain?.join()).toContain('caller read out');
    expect(plain?.join()).not.toMatch(/4111 1111 1111 1111|4012888888881881/);
  });

  it.each([
    ['no verdict', { recommendationCode: 'review' }],
    ['no object', 'accept'],
    ['nothing', null],
    ['a number for remarks', { recommendationCode: 'accept', remarks: 7 }],
    ['a NUL in the name', { recommendationCode: 'accept', reviewer: 'bo\u0000' }],
    ['a name of 10,000 letters', { recommendationCode: 'accept', reviewer: 'b'.repeat(10_000) }],
    ['a round that is no number', { recommendationCode: 'accept', round: '0' }],
  ])('an update with %s is refused and does the order no harm', async (_what, message) => {
    const { body, transactionId, handle } = await inReview();
    await expect(handle.executeUpdate('submitDecision', { args: [message] })).rejects.toThrow(
      WorkflowUpdateFailedError,
    );
    await handle.signal('decision', message);
    expect(await handle.query('state')).toMatchObject({ status: 'in_review' });
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await reaches(stack, body, 'processed');
  });

  it('an update in capitals means what it says: ACCEPT processes the order', async () => {
    const { body, handle } = await inReview();
    const message = { recommendationCode: ' ACCEPT ', reviewer: 'card 4111111111111111' };
    const receipt = await handle.executeUpdate('submitDecision', { args: [message] });
    expect(receipt).toEqual({ result: 'accepted' });
    const transactionId = await reaches(stack, body, 'processed');
    const { rows } = await stack.db.query(
      'select reviewer, outcome from verdicts where transaction_id = $1',
      [transactionId],
    );
    expect(rows).toEqual([{ reviewer: 'card 411111*1111', outcome: 'accept' }]);
  });

  it('a verdict for a future round does not count in this round', async () => {
    await stack.setFault('oms', { latencyMs: 1500 });
    const { transactionId, handle } = await inReview();
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    const message = { recommendationCode: 'accept', round: 1 };
    const receipt = await handle.executeUpdate('submitDecision', { args: [message] });
    expect(receipt).toEqual({ result: 'other_round' });
  });
});

describe('with no worker', () => {
  it('a verdict is answered 503, and is accepted when it is sent again later', async () => {
    const { body, transactionId } = await inReview();
    await stack.worker.end('SIGKILL');
    const startedMs = performance.now();
    expectTryAgain(await giveVerdict(stack, transactionId, 'accept'));
    expect(performance.now() - startedMs).toBeLessThan(3500);
    expect((await lookUp(stack, body))?.status).toBe('in_review');
    await stack.restartWorker();
    await until('the verdict is taken', async () => {
      const reply = await giveVerdict(stack, transactionId, 'accept');
      return reply.status === 200;
    });
    await reaches(stack, body, 'processed');
    expect((await omsCallsOf(stack, body)).map((call) => call.action)).toEqual(['process']);
  });
});

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { createThreadRequests } from '../../worker/thread-requests.js';
import { startChild } from '../support/child.js';
import { leanWorkerOf } from '../../worker/workflow-threads.js';

const limitMs = 100;

/**
 * Handles requests as the SDK's thread file does. The first part of a request has its answer ready
 * before it takes too long, as when the process is stopped just then.
 */
const threadOfSdk = `
  const { parentPort } = require('node:worker_threads');
  const outputs = {
    'activate-workflow': { type: 'activation-completion', completion: 'a step' },
    'extract-sink-calls': { type: 'sink-calls', calls: ['of the thread'] },
  };
  const handle = async ({ requestId, input }) => {
    if (input.loops === 'at once') for (;;);
    await undefined;
    return { requestId, result: { type: 'ok', output: outputs[input.type] } };
  };
  parentPort.on('message', (request) => {
    handle(request).then((answer) => parentPort.postMessage(answer));
    if (request.input.loops === 'when done') for (;;);
  });
`;

let thread: Worker | undefined;
afterEach(() => thread?.terminate());

/** A lean thread, and the answers that the SDK gets from it. */
const startThread = () => {
  const Lean = leanWorkerOf(Worker, threadOfSdk);
  const own = new Lean(threadOfSdk, { eval: true });
  thread = own;
  const answers: { requestId: bigint; result: { type: string; output?: object } }[] = [];
  own.on('message', (answer: (typeof answers)[number]) => answers.push(answer));
  const ask = (requestId: bigint, input: object) => own.postMessage({ requestId, input }, []);
  ask(0n, { type: 'init', isolateExecutionTimeoutMs: limitMs });
  const kinds = async (count: number): Promise<[bigint, string][]> => {
    while (answers.length < count) await once(own, 'message');
    return answers.map(({ requestId, result }) => [requestId, result.type]);
  };
  return { ask, answers, kinds };
};

describe('a request of the SDK to a workflow thread', () => {
  it.each([
    ['at once', 'error'],
    ['when done', 'ok'],
  ])('has one answer when it loops %s, and the next are answered', async (loops, kind) => {
    const { ask, kinds } = startThread();
    ask(1n, { type: 'activate-workflow', runId: 'loops', loops });
    ask(2n, { type: 'activate-workflow', runId: 'other' });
    ask(3n, { type: 'dispose-workflow', runId: 'loops' });
    expect((await kinds(4)).toSorted(([one], [other]) => Number(one) - Number(other))).toEqual([
      [0n, 'ok'],
      [1n, kind],
      [2n, 'ok'],
      [3n, 'ok'],
    ]);
  });

  it('for sink calls gets those that came with the answer to the step', async () => {
    const { ask, answers, kinds } = startThread();
    ask(1n, { type: 'activate-workflow', runId: 'some' });
    await kinds(2);
    ask(2n, { type: 'extract-sink-calls', runId: 'some' });
    await kinds(3);
    expect(answers[2]?.result.output).toEqual({ type: 'sink-calls', calls: ['of the thread'] });
  });
});

it('a cut ends no process, although the thread answers before the inspector is done', async () => {
  const child = startChild('test/worker/fixtures/answer-within-enable.ts', {});
  await child.ended;
  expect(child.lines).toEqual(['the step ended with error']);
});

describe('the requests to a workflow thread', () => {
  const step = (requestId: bigint) =>
    ({ requestId, input: { type: 'activate-workflow', runId: 'some' } }) as const;

  it('that were swallowed by a cut fail, and those sent after it do not', () => {
    const requests = createThreadRequests();
    requests.sent(step(1n));
    const cut = requests.cut();
    requests.sent(step(2n));
    expect(requests.confirmed(cut, limitMs)).toMatchObject([
      { requestId: 1n, result: { type: 'error' } },
    ]);
    expect(requests.answered({ requestId: 1n })).toBe(false);
    expect(requests.answered({ requestId: 2n })).toBe(true);
  });
});

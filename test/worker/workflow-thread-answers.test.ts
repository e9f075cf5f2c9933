import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';

const preload = fileURLToPath(new URL('../../worker/workflow-thread.cjs', import.meta.url));

const limitMs = 50;

/**
 * Handles requests as the SDK's thread file does. The first part of a request has its answer ready
 * before it takes too long, as when the process is stopped just then.
 */
const threadOfSdk = `
  const { parentPort } = require('node:worker_threads');
  const handle = async ({ requestId, input }) => {
    await undefined;
    return { requestId, result: { type: 'ok', output: input.type } };
  };
  parentPort.on('message', (request) => {
    handle(request).then((answer) => parentPort.postMessage(answer));
    const untilMs = performance.now() + (request.input.holdMs ?? 0);
    while (performance.now() < untilMs);
  });
`;

let thread: Worker | undefined;
afterEach(() => thread?.terminate());

describe('a request of the SDK to a workflow thread', () => {
  it('has one answer, also when its limit passes once that is ready', async () => {
    const own = new Worker(threadOfSdk, { eval: true, execArgv: ['--require', preload] });
    thread = own;
    const answers: { requestId: bigint; result: { type: string } }[] = [];
    own.on('message', (answer: (typeof answers)[number]) => answers.push(answer));
    const ask = (requestId: bigint, input: object) => own.postMessage({ requestId, input }, []);
    ask(0n, { type: 'init', isolateExecutionTimeoutMs: limitMs });
    ask(1n, { type: 'activate-workflow', holdMs: 10 * limitMs });
    ask(2n, { type: 'activate-workflow' });
    ask(3n, { type: 'extract-sink-calls' });
    while (!answers.some(({ requestId }) => requestId === 3n)) await once(own, 'message');
    expect(answers.map(({ requestId, result }) => [requestId, result.type])).toEqual([
      [0n, 'ok'],
      [1n, 'error'],
      [2n, 'ok'],
      [3n, 'ok'],
    ]);
  });
});

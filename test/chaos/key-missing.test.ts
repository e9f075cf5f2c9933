import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, startChild } from '../support/child.js';
import { decided, omsCallsOf, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { freePort } from '../support/ports.js';
import { keys, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [older, newer] = [newKey('2025-a'), newKey('2026-b')];

let stack: Stack;
let api: Child | undefined;
let url: string;

beforeAll(async () => {
  stack = await startStack({ PAYLOAD_KEYS: older });
});

afterAll(async () => {
  await api?.end();
  await stack?.stop();
});

/** Restarts the worker with other keys, and an API beside the first one. */
const rotate = async (env: Record<string, string>): Promise<void> => {
  Object.assign(stack.env, env);
  await api?.end();
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  api = startChild('api/main.ts', { ...stack.env, PORT: port });
  await Promise.all([api.printed('"listening"'), stack.restartWorker()]);
};

const ask = async (path: string, body?: unknown) => {
  const headers = {
    authorization: `Bearer ${keys.reviewer}`,
    'content-type': 'application/json',
  };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { headers, ...sent });
  const text = await response.text();
  return { status: response.status, text };
};

it('a review whose key is missing says so, loses nothing, and accepts its verdict once the key is back', async () => {
  const body = order({}, '+sardine-high');
  expect((await decided(stack, body)).recommendationCode).toBe('review');
  const transactionId = await reaches(stack, body, 'in_review');
  const verdict = { transactionId, recommendationCode: 'accept', totalScore: 0 };

  await rotate({ PAYLOAD_KEYS: newer, ALLOW_MISSING_KEYS: '2025-a' });
  const read = await ask(`/transaction/${transactionId}`);
  expect(read).toMatchObject({
    status: 503,
    text: expect.stringContaining('key_missing') as string,
  });
  const refused = await until('the verdict is refused for its key', async () => {
    const answer = await ask('/decision', verdict);
    expect(answer.status).toBe(503);
    return answer.text.includes('key_missing') && answer;
  });
  expect(refused.text).not.toContain('2025-a');

  await rotate({ PAYLOAD_KEYS: `${newer},${older}`, ALLOW_MISSING_KEYS: '' });
  await until('the verdict is taken', async () => (await ask('/decision', verdict)).status === 200);
  await until('OMS has taken it', async () => (await omsCallsOf(stack, body)).length > 0);
  expect((await omsCallsOf(stack, body)).map(({ action }) => action)).toEqual(['process']);
});

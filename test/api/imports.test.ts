import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleBody } from '../support/transactions.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

const ask = async (method: string, path: string, body?: unknown) => {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const { status, json } = await api.ask(`/v1/imports${path}`, { method, key: 'analyst', ...text });
  return { status, json };
};

it('a part that is sent again changes nothing, and none comes after the end', async () => {
  const order = exampleBody({ orderId: randomUUID() });
  const lines = [{ ...order, receivedAt: '2026-03-01T09:30:00Z' }, { receivedAt: 'yesterday' }];
  const body = { firstLine: 11, lines };
  const created = await ask('POST', '', { format: 'orders' });
  const { importId = '' } = created.json as { importId?: string };
  const part = `/${importId}/parts/1`;
  const counts = { part: 1, lines: 2, stored: 1, repeated: 0, refused: 1, labels: 0 };
  expect(await ask('PUT', part, body)).toEqual({ status: 200, json: counts });
  expect(await ask('PUT', part, body)).toEqual({ status: 200, json: counts });
  const other = await ask('PUT', part, { ...body, firstLine: 12 });
  expect([other.status, other.json]).toMatchObject([409, [{ error: 'part_conflict' }]]);
  const refusals = await ask('GET', `/${importId}/refusals`);
  const { refusals: told } = refusals.json as { refusals: { line: number }[] };
  expect(new Set(told.map(({ line }) => line))).toEqual(new Set([12]));
  let ended = await ask('POST', `/${importId}/finish`);
  while ((ended.json as { state: string }).state === 'open') {
    ended = await ask('POST', `/${importId}/finish`);
  }
  expect(ended.json).toMatchObject({ stored: 1, refused: 1, daysLeft: 0 });
  const late = await ask('PUT', `/${importId}/parts/2`, body);
  expect([late.status, late.json]).toMatchObject([409, [{ error: 'import_finished' }]]);
});

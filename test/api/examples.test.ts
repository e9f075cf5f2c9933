import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../api/openapi/document.js';
import { operations } from '../../api/operations.js';
import { seedOrder } from './seed.js';
import {
  type Json,
  objectsIn,
  operationsIn,
  parserOf,
  type Published,
  type PublishedDocument,
} from './published.js';
import { exampleSettings } from '../support/rules.js';
import { type Api, type ApiReply, startApi } from './server.js';

const document = openApiDocument(operations) as unknown as PublishedDocument;

/** The point of the checklist that examples tick. */
const point = 'Call the shopper at the number of an earlier order';

let api: Api;

beforeAll(async () => {
  api = await startApi({ settings: exampleSettings({ review: { checklist: [point] } }) });
});

afterAll(() => api?.stop());

const send = (method: string, path: string, body: unknown, type = 'application/json') =>
  api.ask(path, {
    method: method.toUpperCase(),
    key: 'admin',
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': type },
    }),
  });

const made = async (path: string, body: unknown, id: string): Promise<string> => {
  const reply = await send('post', path, body);
  expect(reply.status, reply.text).toBeLessThan(300);
  return String((reply.json as Record<string, unknown>)[id]);
};

const exampleOf = (path: string, method = 'post'): Record<string, unknown> => {
  const [content] = Object.values(document.paths[path]?.[method]?.requestBody?.content ?? {});
  return Object.values(content?.examples ?? {})[0]?.value as Record<string, unknown>;
};

const newDraft = () => made('/v1/rule-sets/drafts', { name: randomUUID() }, 'draftId');

const newTrial = async () => {
  const { json } = await send('get', '/v1/rule-sets/trials', undefined);
  for (const { trialId } of (json as { trials: { trialId: string }[] }).trials) {
    await send('post', `/v1/rule-sets/trials/${trialId}/end`, {});
  }
  return made('/v1/rule-sets/trials', { draftId: await newDraft(), mode: 'shadow' }, 'trialId');
};

const newRule = (path: string) => made(path, { ...exampleOf(path), name: randomUUID() }, 'id');

const newEntry = async () => {
  const entry = { ...exampleOf('/v1/lists/{name}/entries'), value: `${randomUUID()}.example` };
  const { json } = await send('post', '/v1/lists/block/entries', entry);
  return (json as { results: { entry: { entryId: string } }[] }).results[0]?.entry.entryId ?? '';
};

const newLabel = async () => {
  const statement = { kind: 'good', transactionId: await seedOrder(api) };
  const { json } = await send('post', '/v1/labels', statement);
  return (json as { results: { label: { labelId: string } }[] }).results[0]?.label.labelId ?? '';
};

/** A new case, in the state that the operation is about. */
const caseOf = async (path = '', method = '') => {
  const { rows } = await api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [await seedOrder(api)],
  );
  const caseId = rows[0]?.case_id ?? '';
  const act = async (name: string, body: unknown) => {
    const reply = await send('post', `/v1/cases/${caseId}/${name}`, body);
    expect(reply.status, reply.text).toBeLessThan(300);
  };
  if (path.endsWith('/heartbeat')) await act('claim', {});
  if (path.endsWith('/{item}') && method === 'delete') {
    await send('put', `/v1/cases/${caseId}/checklist/${encodeURIComponent(point)}`, undefined);
  }
  if (path.endsWith('/{tag}')) await act('tags', { tag: 'gift-ring' });
  if (path.endsWith('/decision') && method === 'delete') {
    await act('decision', exampleOf('/v1/cases/{caseId}/decision'));
  }
  return caseId;
};

/** Something that exists, for each name in a path or an example. */
const names: Record<string, (path: string, method: string) => Promise<string> | string> = {
  transactionId: () => seedOrder(api),
  caseId: caseOf,
  tag: () => 'gift-ring',
  item: () => encodeURIComponent(point),
  viewId: () => made('/v1/queue-views', exampleOf('/v1/queue-views'), 'viewId'),
  banner: () => 'bay',
  version: () => '0',
  name: (path) => (path.includes('partners') ? 'yleo' : 'block'),
  entryId: newEntry,
  labelId: newLabel,
  draftId: newDraft,
  trialId: newTrial,
  fitId: () => made('/v1/rule-sets/proposals', exampleOf('/v1/rule-sets/proposals'), 'fitId'),
  backtestId: () => made('/v1/backtests', exampleOf('/v1/backtests'), 'backtestId'),
  importId: () => made('/v1/imports', exampleOf('/v1/imports'), 'importId'),
  part: () => '1',
  id: (path) => (path.includes('events') ? '1' : newRule(path.replace('/{id}', ''))),
  loyalty_enrollment_id: () => '80411',
  // Nothing waits for another person here.
  proposalId: () => randomUUID(),
};

const filledPath = async (path: string, method: string): Promise<string> => {
  let filled = path;
  for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g)) {
    filled = filled.replace(`{${name}}`, await (names[name]?.(path, method) ?? ''));
  }
  return filled;
};

/** Parameters that are required. */
const queries: Record<string, string> = {
  '/v1/transactions': '?banner=bay&orderId=1',
  '/v1/labels/performance': '?from=2026-11-01&to=2026-11-28&by=rule',
  '/v1/labels/{labelId}': '?reason=stated%20twice',
  '/v1/lists/{name}/entries/{entryId}': '?reason=listed%20twice',
  '/v1/rule-sets/shadow': '?version=0',
};

/** Operations that fail without a worker, another person or a rollout, and their answers. */
const otherwise: Record<string, number> = {
  'post /transaction': 503,
  'post /decision': 503,
  'post /v1/transactions/{transactionId}/withdrawal': 503,
  'post /v1/proposals/{proposalId}/approval': 404,
  'delete /v1/proposals/{proposalId}': 404,
  'put /v1/rule-sets/trials/{trialId}': 409,
  'get /v1/alert_events/{id}/orders': 404,
};

const answeredIn = objectsIn(document);

/** The properties of an answer that the document, and so its example, does not have. */
const undeclaredIn = (schema: Json, answer: unknown): string[] =>
  answeredIn(schema, answer, '$').flatMap(({ at, schema: { properties }, value }) => {
    // Without properties, the fields depend on what was stored.
    if (properties === undefined) return [];
    const others = Object.keys(value).filter((name) => !Object.hasOwn(properties as Json, name));
    return others.map((name) => `${at}.${name}`);
  });

const headerOf = (csv: unknown) => String(csv).split('\r\n')[0];

const expectPublished = ({ responses }: Published, reply: ApiReply, wanted: number | undefined) => {
  if (wanted === undefined) expect(reply.status, reply.text).toBeLessThan(300);
  else expect(reply.status, reply.text).toBe(wanted);
  const { content } = responses[String(reply.status)] ?? {};
  const [type] = (reply.headers.get('content-type') ?? '').split(';');
  expect(Object.keys(content ?? {})).toEqual(type === '' ? [] : [type]);
  const { example } = content?.[type ?? ''] ?? {};
  if (type === 'text/csv') expect(headerOf(example)).toBe(headerOf(reply.text));
  if (type === 'text/html') expect(example).toBe(reply.text);
  if (reply.json === undefined) return;
  const schema = content?.['application/json']?.['schema'];
  expect(parserOf(document, schema).safeParse(reply.json).error?.issues ?? []).toEqual([]);
  expect(undeclaredIn(schema as Json, reply.json)).toEqual([]);
};

/** Ids in examples. */
const draftId = '00000000-0000-4000-8000-000000000000';
const exampleCase = '00000000-0000-4000-8000-0000000ca5e0';

/** An example with ids that exist. */
const withIds = async (value: unknown): Promise<unknown> => {
  const text = JSON.stringify(value);
  const order = text.includes('tx_example') ? await seedOrder(api) : '';
  const draft = text.includes(draftId) ? await newDraft() : '';
  const caseId = text.includes(exampleCase) ? await caseOf() : '';
  return JSON.parse(
    text.replaceAll('tx_example', order).replaceAll(draftId, draft).replaceAll(exampleCase, caseId),
  );
};

interface Example {
  readonly route: string;
  readonly path: string;
  readonly method: string;
  readonly operation: Published;
  readonly name: string;
  /** The media type of its body; undefined without one. */
  readonly type?: string;
  readonly value?: unknown;
}

const asked = operationsIn(document).flatMap(({ path, method, operation }): Example[] => {
  const common = { route: `${method} ${path}`, path, method, operation };
  const [[type, content] = []] = Object.entries(operation.requestBody?.content ?? {});
  if (type === undefined) return [{ ...common, name: 'without a body' }];
  return Object.entries(content?.examples ?? {}).map(([name, { value }]) => ({
    ...common,
    name,
    type,
    value,
  }));
});

describe("the document's examples of an operation are true", () => {
  it('with an example of every body', () => {
    const bodied = operationsIn(document).filter(({ operation }) => operation.requestBody);
    const shown = new Set(asked.map(({ route }) => route));
    expect(bodied.length).toBeGreaterThan(30);
    expect(bodied.filter(({ path, method }) => !shown.has(`${method} ${path}`))).toEqual([]);
  });

  it.each(asked)('$route: $name is accepted and answered as documented', async (one) => {
    const at = `${await filledPath(one.path, one.method)}${queries[one.path] ?? ''}`;
    const body = one.type === 'application/json' ? await withIds(one.value) : one.value;
    const [content] = Object.values(one.operation.requestBody?.content ?? {});
    const faults = content && parserOf(document, content.schema).safeParse(body).error?.issues;
    expect(faults ?? []).toEqual([]);
    const reply = await send(one.method, at, body, one.type);
    expectPublished(one.operation, reply, otherwise[one.route]);
  });
});

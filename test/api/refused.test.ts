import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableContents } from '../support/table-contents.js';
import { exampleBody } from '../support/transactions.js';
import type { keys } from '../support/stack.js';
import { textOf } from '../services/rule-sets-fixture.js';
import { confirmed } from './confirmed.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

type Key = keyof typeof keys;

let api: Api;
let clashing = '';
/** The values for `{name}` in a path or body. */
const ids: Record<string, string> = { nobody: '0b0e7a52-6f0c-4f4e-9c1b-0d3c6a1f2e3d' };

const note = 'for the test';

const filled = (text: string) =>
  text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? '');

const send = (method: string, path: string, body: unknown, key: Key = 'analyst') =>
  api.ask(filled(path), {
    method,
    key,
    ...(typeof body === 'string'
      ? { body, headers: { 'content-type': 'text/csv' } }
      : body !== undefined && { body: filled(JSON.stringify(body)) }),
  });

const done = async (method: string, path: string, body: unknown, key?: Key) => {
  const reply = await send(method, path, body, key);
  expect(reply.status, `${path} ${reply.text}`).toBeLessThan(300);
  return reply.json as Record<string, string>;
};

const drafts = '/v1/rule-sets/drafts';
const draft = async (text: string) =>
  (await done('POST', drafts, { name: 'x', text }))['draftId'] ?? '';

beforeAll(async () => {
  api = await startApi({ fourEyes: true });
  ids['own'] = await draft(textOf(1));
  ids['stale'] = await draft(textOf(2));
  ids['wrong'] = await draft('rules: 5\n');
  ids['closed'] = await draft(textOf(3));
  await done('DELETE', `${drafts}/{closed}`, undefined);
  const shadow = await done('POST', '/v1/rule-sets/trials', { draftId: '{own}', mode: 'shadow' });
  ids['trial'] = shadow['trialId'] ?? '';
  await done('POST', '/v1/rule-sets/trials/{trial}/end', {});
  const published = await confirmed((more) =>
    send('POST', `${drafts}/{own}/publication`, { note, revision: 1, ...more }, 'admin'),
  );
  if (published.status !== 200) throw new Error(published.text);
  ids['fresh'] = await draft(textOf(4));
  const proposal = await done('PUT', '/v1/policies/bay', { note, policy: { budgetMs: 900 } });
  ids['proposal'] = proposal['proposalId'] ?? '';
  ids['order'] = await seedOrder(api, { orderId: 'T-refused', outcome: 'accept' });
  const held = await seedOrder(api);
  const { rows } = await api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [held],
  );
  ids['held'] = rows[0]?.case_id ?? '';
  await done('POST', '/v1/cases/{held}/claim', {}, 'lead');
  await done('POST', '/v1/lists', { name: 'skus', valueKind: 'text' });
  clashing = JSON.stringify(exampleBody({ orderId: 'T-refused', orderTotal: 1 }));
});

afterAll(() => api?.stop());

const trials = '/v1/rule-sets/trials';
const rollout = { mode: 'rollout', percent: 60, note: 'mine' };
const entry = { kind: 'email', value: 'a@example.com', reason: 'because' };
const event = { rule_id: 1 };
const verdict = { recommendationCode: 'accept', reasonCode: 'known_customer' };
const cases = '/v1/cases/:caseId';
const rule = { name: 'x', threshold: -1 };

/** Requests that are refused, by route; other tests check what they answer besides 4xx. */
const refused: readonly [method: string, route: string, body: unknown, key?: Key, at?: string][] = [
  ['POST', '/transaction', {}, 'oms'],
  ['POST', '/transaction', 'clashing', 'oms'],
  ['POST', '/decision', { transactionId: '{order}', recommendationCode: 'perhaps' }, 'oms'],
  ['POST', '/decision', { transactionId: 'x', recommendationCode: 'accept' }, 'analyst'],
  ['POST', '/v1/transactions/:transactionId/withdrawal', {}, 'oms'],
  ['POST', '/v1/transactions/:transactionId/withdrawal', {}, 'analyst'],
  ['POST', '/v1/cases/claim-next', {}],
  ['POST', `${cases}/claim`, {}, 'reviewer'],
  ['POST', `${cases}/claim`, { takeOverReason: 'ab' }, 'reviewer'],
  ['POST', `${cases}/heartbeat`, {}, 'reviewer'],
  ['POST', `${cases}/release`, {}, 'reviewer'],
  ['POST', `${cases}/assignment`, { assignee: 'reviewer:ann', reason: note }, 'reviewer'],
  ['POST', `${cases}/assignment`, { assignee: 'ann', reason: note }, 'lead'],
  ['POST', `${cases}/decision`, verdict, 'reviewer'],
  ['POST', `${cases}/decision`, { ...verdict, reasonCode: 'none' }, 'lead'],
  ['DELETE', `${cases}/decision`, undefined, 'lead'],
  ['POST', `${cases}/escalation`, { reason: note }, 'reviewer'],
  ['DELETE', `${cases}/escalation`, undefined, 'reviewer'],
  ['POST', `${cases}/hold`, { until: '2099-01-01T00:00:00Z' }, 'reviewer'],
  ['POST', `${cases}/hold`, { until: '2020-01-01T00:00:00Z' }, 'lead'],
  ['DELETE', `${cases}/hold`, undefined, 'reviewer'],
  ['POST', `${cases}/notes`, { text: ' ' }, 'lead'],
  ['POST', `${cases}/tags`, { tag: 'Ann Smith' }, 'lead'],
  ['DELETE', `${cases}/tags/:tag`, undefined, 'lead'],
  ['PUT', `${cases}/checklist/:item`, undefined, 'lead'],
  ['DELETE', `${cases}/checklist/:item`, undefined, 'lead'],
  ['POST', '/v1/cases/bulk-decision', { ...verdict, caseIds: [] }, 'lead'],
  ['POST', '/v1/cases/bulk-assignment', { assignee: 'ann', reason: 'why', caseIds: [] }, 'lead'],
  ['POST', '/v1/cases/search', { text: '' }, 'lead'],
  ['POST', `${cases}/list-entries`, { list: 'block', subjects: [], reason: note }, 'lead'],
  ['POST', `${cases}/list-entries`, { list: 'none', subjects: ['ip'], reason: note }, 'lead'],
  ['POST', '/v1/queue-views', { name: 'x', query: 'a b' }, 'lead'],
  ['DELETE', '/v1/queue-views/:viewId', undefined, 'reviewer'],
  ['POST', '/v1/mentions/read', { mentionIds: [] }, 'lead'],
  ['PUT', '/v1/policies/:banner', { policy: {} }],
  ['PUT', '/v1/policies/:banner', { note: 'ab', policy: { reviewAll: true } }],
  ['PUT', '/v1/policies/:banner', { note, policy: { reviewAll: true }, expectedVersion: 7 }],
  ['PUT', '/v1/policies/:banner', { note, policy: { budgetMs: 60_000 } }],
  ['PUT', '/v1/policies/:banner', { note, policy: { reviewAll: true } }, 'operator'],
  ['POST', '/v1/policies/:banner/versions/:version/publication', { note }, 'analyst'],
  ['POST', '/v1/proposals/:proposalId/approval', {}],
  ['POST', '/v1/proposals/:proposalId/approval', {}, 'operator'],
  ['DELETE', '/v1/proposals/:proposalId', undefined, 'operator'],
  ['PUT', '/v1/partners/:name', { state: 'off' }, 'operator'],
  ['PUT', '/v1/partners/:name', { state: 'off', reason: note }, 'analyst'],
  ['POST', '/v1/labels', { transactionId: 'x', kind: 'fraud' }],
  ['POST', '/v1/labels/import', 'kind,nothing\nfraud,x\n'],
  ['DELETE', '/v1/labels/:labelId', undefined],
  ['POST', '/v1/imports', { format: 'rows' }],
  ['POST', '/v1/imports', { format: 'orders' }, 'reviewer'],
  ['PUT', '/v1/imports/:importId/parts/:part', { firstLine: 1, lines: [] }],
  ['PUT', '/v1/imports/:importId/parts/:part', { firstLine: 1, lines: [{}] }],
  ['POST', '/v1/imports/:importId/finish', undefined],
  ['POST', '/v1/lists', { name: 'skus', valueKind: 'bin' }],
  ['POST', '/v1/lists/:name/entries', [entry, { ...entry, value: 'none' }]],
  ['POST', '/v1/lists/:name/entries', { ...entry, reason: 'x' }, 'analyst', 'allow'],
  [
    'POST',
    '/v1/lists/:name/import',
    'kind,value,reason\nemail,a@example.com,ok\n',
    'analyst',
    'allow',
  ],
  ['DELETE', '/v1/lists/:name/entries/:entryId', undefined],
  ['POST', drafts, { name: 'x', text: '# 4111 1111 1111 1111' }],
  ['PUT', `${drafts}/:draftId`, { text: textOf(9), revision: 7 }, 'analyst', 'fresh'],
  ['PUT', `${drafts}/:draftId`, { text: textOf(9), revision: 1 }, 'analyst', 'closed'],
  ['DELETE', `${drafts}/:draftId`, undefined, 'analyst', 'own'],
  ['POST', `${drafts}/:draftId/rebase`, {}, 'analyst', 'closed'],
  ['POST', `${drafts}/:draftId/rebase`, {}, 'analyst', 'stale'],
  ['POST', `${drafts}/:draftId/rebase`, { revision: 9 }, 'analyst', 'fresh'],
  ['POST', `${drafts}/:draftId/publication`, { note, revision: 1 }, 'analyst', 'fresh'],
  ['POST', `${drafts}/:draftId/publication`, { note }, 'admin', 'fresh'],
  ['POST', `${drafts}/:draftId/publication`, { revision: 1 }, 'admin', 'fresh'],
  ['POST', `${drafts}/:draftId/publication`, { note, revision: 1 }, 'admin', 'stale'],
  ['POST', `${drafts}/:draftId/publication`, { note, revision: 1 }, 'admin', 'wrong'],
  ['POST', '/v1/rule-sets/versions/:version/publication', { note, expectedVersion: 9 }],
  ['POST', trials, { ...rollout, draftId: '{fresh}' }],
  ['POST', trials, { ...rollout, draftId: '{stale}' }, 'admin'],
  ['POST', trials, { ...rollout, draftId: '{wrong}' }, 'admin'],
  ['POST', trials, { mode: 'shadow', note: 'mine', draftId: '{stale}' }],
  ['PUT', `${trials}/:trialId`, { percent: 60 }],
  ['POST', `${trials}/:trialId/end`, {}, 'operator'],
  ['POST', '/v1/backtests', { draftId: '{nobody}', from: 'x' }],
  ['POST', '/v1/backtests/:backtestId/cancellation', {}],
  ['POST', '/v1/rule-sets/proposals', { from: '2026-11-01T00:00:00Z' }],
  ['POST', '/v1/rule-sets/proposals/:fitId/cancellation', {}],
  ['POST', '/v1.0/fraud_alert_rules', rule],
  ['PUT', '/v1.0/fraud_alert_rules/:id', rule],
  ['DELETE', '/v1.0/fraud_alert_rules/:id', undefined],
  ['POST', '/v1.0/fraud_alert_events', event, 'sparkfly'],
  ['POST', '/v1.0/loyalty_activities', [event], 'sparkfly'],
  ['PUT', '/v1/loyalty_members/:loyalty_enrollment_id', {}],
  ['POST', '/v1/alert_rules', rule],
  ['PUT', '/v1/alert_rules/:id', rule],
  ['DELETE', '/v1/alert_rules/:id', undefined],
  ['POST', '/api/push/suspected-fraud', {}, 'analyst'],
];

/** Routes that never write, whatever the request. */
const harmless = /validation$|\/try$|\/preview$|^POST \/codec\//;

const nouns: Readonly<Record<string, string>> = {
  transactionId: 'order',
  proposalId: 'proposal',
  trialId: 'trial',
  caseId: 'held',
};

const pathOf = (route: string, at: string | undefined): string =>
  route.replaceAll(/:(\w+)/g, (_all, name: string) => {
    if (name === 'banner') return 'bay';
    if (name === 'version') return route.includes('policies') ? '9' : '0';
    if (name === 'name') return at ?? (route.includes('partners') ? 'yleo' : 'block');
    if (name === 'tag') return 'gift-ring';
    if (name === 'part') return '1';
    if (name === 'draftId') return `{${at}}`;
    return `{${nouns[name] ?? 'nobody'}}`;
  });

describe('a request that is refused', () => {
  it('is tried here on every route that writes', () => {
    const written = api.routes
      .filter(({ method }) => ['POST', 'PUT', 'DELETE'].includes(method))
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !harmless.test(route));
    const tried = new Set(refused.map(([method, route]) => `${method} ${route}`));
    expect([...tried].toSorted()).toEqual([...new Set(written)].toSorted());
  });

  it.each(refused)(
    '%s %s leaves every table as it was: %j',
    async (method, route, body, key, at) => {
      const before = await tableContents(api.pool);
      const given: unknown = body === 'clashing' ? JSON.parse(clashing) : body;
      const reply = await send(method, pathOf(route, at), given, key);
      expect(reply.status, reply.text).toBeGreaterThanOrEqual(400);
      expect(reply.status, reply.text).toBeLessThan(500);
      expect(await tableContents(api.pool)).toEqual(before);
    },
  );
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AssignmentReport, DeskFigures } from '../../contracts/v1/desk-figures.js';
import { listAudit } from '../../db/audit.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

type Key = NonNullable<Parameters<Api['ask']>[1]>['key'];

const newCase = async () => {
  const transactionId = await seedOrder(api);
  const { rows } = await api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return { transactionId, caseId: rows[0]?.case_id ?? '' };
};

const send = (path: string, key: Key, body: unknown) =>
  api.ask(path, { method: 'POST', key, body: JSON.stringify(body) });

const figures = async (query: string, key: Key) => {
  const reply = await api.ask(`/v1/desk/figures${query}`, { key });
  expect(reply.status, reply.text).toBe(200);
  return DeskFigures.parse(reply.json);
};

it('figures of others are for leads; everybody reads their own', async () => {
  const { caseId } = await newCase();
  await send(`/v1/cases/${caseId}/decision`, 'reviewer', {
    ...{ recommendationCode: 'accept', reasonCode: 'known_customer' },
  });
  const own = await figures('?zone=America/New_York', 'reviewer');
  expect(own.reviewers.map(({ reviewer }) => reviewer)).toEqual(['reviewer:local']);
  expect(own.reviewers[0]?.periods.map(({ days, decided }) => [days, decided])).toEqual([
    [1, 1],
    [7, 1],
    [28, 1],
  ]);
  expect(await figures('?reviewer=reviewer:local', 'reviewer')).toMatchObject({ zone: 'UTC' });
  for (const whom of ['all', 'lead:local']) {
    const refused = await api.ask(`/v1/desk/figures?reviewer=${whom}`, { key: 'reviewer' });
    expect(faultOf(refused)).toEqual([403, 'forbidden']);
  }
  const team = await figures('?reviewer=all', 'lead');
  expect(team.reviewers).toMatchObject([{ reviewer: 'reviewer:local', displayName: 'local' }]);
  const bad = await api.ask('/v1/desk/figures?zone=Mars/Olympus', { key: 'lead' });
  expect(bad.status).toBe(400);
  expect(bad.text).toContain('zone');
});

it('a lead gives several cases away; each is audited, and what fails is reported', async () => {
  const [one, done] = [await newCase(), await newCase()];
  await send(`/v1/cases/${done.caseId}/decision`, 'reviewer', {
    ...{ recommendationCode: 'accept', reasonCode: 'known_customer' },
  });
  const body = {
    caseIds: [one.caseId, done.caseId, randomUUID()],
    ...{ assignee: 'reviewer:kim', reason: 'Kim knows this ring.' },
  };
  const path = '/v1/cases/bulk-assignment';
  expect(faultOf(await send(path, 'reviewer', body))).toEqual([403, 'forbidden']);
  const reply = await send(path, 'lead', body);
  expect(reply.status, reply.text).toBe(200);
  const { results, ...report } = AssignmentReport.parse(reply.json);
  expect(report).toEqual({ assigned: 1, failed: 2 });
  expect(results.map(({ error }) => error)).toEqual([null, 'already_decided', 'not_found']);
  const audit = await listAudit(api.pool, one.transactionId);
  expect(audit.at(-1)).toMatchObject({
    ...{ actor: 'lead:local', action: 'case.claimed', details: { by: 'reviewer:kim' } },
  });
});

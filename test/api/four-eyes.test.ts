import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Proposal, ProposalList } from '../../contracts/v1/proposals.js';
import { listAudit } from '../../db/audit.js';
import type { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi({ fourEyes: true });
});

beforeEach(() =>
  api.pool.query('delete from proposals; delete from policies; delete from partner_levers'),
);

afterAll(() => api?.stop());

type Key = keyof typeof keys;

const send = (method: string, path: string, body: unknown, key: Key = 'analyst') =>
  api.ask(path, { method, key, body: JSON.stringify(body) });

const proposed = (reply: Awaited<ReturnType<typeof send>>) => {
  expect(reply.status, reply.text).toBe(202);
  return Proposal.parse(reply.json);
};

const approve = (id: string, key: Key) => send('POST', `/v1/proposals/${id}/approval`, {}, key);

const waiting = async () => {
  const reply = await api.ask('/v1/proposals', { key: 'reviewer' });
  return ProposalList.parse(reply.json).proposals;
};

const risky = { outage: { maxAutoAccept: 100_000 } };
const note = 'for the test';
const policy = (body: object, key: Key = 'analyst') =>
  send('PUT', '/v1/policies/bay', { note, ...body }, key);
const mailbox = { kind: 'email', value: 'dana@example.com', reason: 'our own shopper' };
const allow = (body: unknown = mailbox) => send('POST', '/v1/lists/allow/entries', body);

describe('where four eyes are, a policy', () => {
  it('waits for a second person, who puts it in force; nobody does that alone', async () => {
    const first = proposed(await policy({ policy: risky }));
    expect(first).toMatchObject({ kind: 'policy', object: 'policy:bay', status: 'waiting' });
    expect(proposed(await policy({ policy: risky }))).toEqual(first);
    expect(await waiting()).toEqual([first]);
    expect(api.deps.controls.current().policies.bay.version).toBe(0);
    expect(faultOf(await approve(first.proposalId, 'analyst'))).toEqual([409, 'four_eyes']);
    expect(faultOf(await approve(first.proposalId, 'operator'))).toEqual([403, 'forbidden']);
    const done = await approve(first.proposalId, 'admin');
    expect(Proposal.parse(done.json)).toMatchObject({
      status: 'approved',
      decidedBy: 'admin:local',
    });
    expect(api.deps.controls.current().policies.bay).toMatchObject({ version: 1, policy: risky });
    expect(faultOf(await approve(first.proposalId, 'admin'))).toEqual([409, 'proposal_closed']);
    const audit = await listAudit(api.pool, `proposal:${first.proposalId}`);
    expect(audit.map(({ actor, action }) => [actor, action])).toEqual([
      ['analyst:local', 'proposal.created'],
      ['admin:local', 'proposal.approved'],
    ]);
  });

  it('that sends every order to review, or restores the previous one, needs no second person', async () => {
    expect((await policy({ policy: { reviewAll: true } })).status).toBe(200);
    expect((await policy({ policy: {} })).status).toBe(200);
    proposed(await policy({ policy: { reviewAll: true, ...risky } }));
  });

  it('is not put in force over another one than it was proposed on', async () => {
    const { proposalId } = proposed(await policy({ policy: risky }));
    await policy({ policy: { reviewAll: true } });
    expect(faultOf(await approve(proposalId, 'admin'))).toEqual([409, 'stale_base']);
    const gone = await api.ask(`/v1/proposals/${proposalId}`, { method: 'DELETE', key: 'analyst' });
    expect(Proposal.parse(gone.json).status).toBe('discarded');
    expect(await waiting()).toEqual([]);
  });
});

describe('where four eyes are, a lever', () => {
  const lever = (state: 'on' | 'off') =>
    send('PUT', '/v1/partners/yleo', { state, reason: 'for the test' }, 'operator');

  it('is off at once, and on again when another person agrees', async () => {
    expect((await lever('off')).status).toBe(200);
    const { proposalId } = proposed(await lever('on'));
    expect([...api.deps.controls.current().switchedOff]).toEqual(['yleo']);
    expect(faultOf(await approve(proposalId, 'operator'))).toEqual([409, 'four_eyes']);
    expect((await approve(proposalId, 'admin')).status).toBe(200);
    expect([...api.deps.controls.current().switchedOff]).toEqual([]);
  });
});

describe('where four eyes are, an entry on allow', () => {
  const live = async () =>
    (await api.pool.query(`select from list_entries where list_name = 'allow'`)).rows.length;

  it('waits for a second person, posted or imported, and shows no value meanwhile', async () => {
    const one = proposed(await allow());
    const csv = 'kind,value,reason\nemail,eve@example.com,our own shopper\n';
    const imported = await api.ask('/v1/lists/allow/import', {
      method: 'POST',
      key: 'analyst',
      headers: { 'content-type': 'text/csv' },
      body: csv,
    });
    const other = proposed(imported);
    expect(await live()).toBe(0);
    const { rows } = await api.pool.query('select change::text from proposals');
    expect(JSON.stringify([rows, await waiting()])).not.toMatch(/dana@|eve@/);
    for (const { proposalId } of [one, other]) {
      expect((await approve(proposalId, 'admin')).status).toBe(200);
    }
    expect(await live()).toBe(2);
    const again = await allow();
    expect([again.status, again.json]).toMatchObject([200, { results: [{ added: false }] }]);
  });

  it('is refused without a reason of three letters, and nothing waits then', async () => {
    for (const reason of ['', ' ', 'ok', '-- 12 --']) {
      const refused = await allow({ ...mailbox, value: 'max@example.com', reason });
      expect(faultOf(refused), reason).toEqual([400, 'missing_field']);
    }
    expect(await waiting()).toEqual([]);
  });

  it('needs no second person on the block list', async () => {
    expect((await send('POST', '/v1/lists/block/entries', mailbox)).status).toBe(200);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaseDetail, type CaseSummary, type WaitingDecision } from '../../contracts/v1/cases.js';
import type { BulkReport, CaseWork } from '../../contracts/v1/case-work.js';
import { createKey } from '../../services/keys.js';
import { exampleSettings } from '../support/rules.js';
import { keys } from '../support/stack.js';
import { tableContents } from '../support/table-contents.js';
import { faultOf } from './errors.js';
import { type Seed, seedOrder } from './seed.js';
import { type Api, type ApiReply, startApi } from './server.js';

const settings = exampleSettings({ review: { banners: { bay: { fourEyesAbove: 10 } } } });

let api: Api;
/** A second reviewer, beside the one of the keys file. */
let kim: string;

beforeAll(async () => {
  api = await startApi({ settings });
  const admin = { name: 'admin:local' };
  kim = await createKey(
    { db: api.pool, actor: admin, now: new Date() },
    { role: 'reviewer', name: 'kim' },
  );
});

afterAll(() => api?.stop());

type Who = 'reviewer' | 'kim' | 'lead' | 'analyst';

const send = (method: string, path: string, who: Who, body?: unknown): Promise<ApiReply> =>
  api.ask(path, {
    method,
    headers: { authorization: `Bearer ${who === 'kim' ? kim : keys[who]}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const caseIdOf = async (transactionId: string): Promise<string> => {
  const { rows } = await api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.case_id ?? '';
};

const newCase = async (seed: Seed = {}): Promise<string> => caseIdOf(await seedOrder(api, seed));

const act = (caseId: string, name: string, who: Who = 'reviewer', body: unknown = {}) =>
  send('POST', `/v1/cases/${caseId}/${name}`, who, body);

const work = async (reply: Promise<ApiReply>): Promise<CaseWork> => {
  const { status, text, json } = await reply;
  expect(status, text).toBe(200);
  return json as CaseWork;
};

const accept = { recommendationCode: 'accept', reasonCode: 'known_customer' };
const reject = { recommendationCode: 'reject', reasonCode: 'stolen_card' };

const decide = (caseId: string, who: Who = 'reviewer', body: unknown = accept) =>
  act(caseId, 'decision', who, body);

const decided = async (caseId: string, who?: Who, body?: unknown): Promise<WaitingDecision> => {
  const { status, text, json } = await decide(caseId, who, body);
  expect(status, text).toBe(202);
  return json as WaitingDecision;
};

const detailOf = async (caseId: string): Promise<CaseDetail> =>
  CaseDetail.parse((await send('GET', `/v1/cases/${caseId}`, 'lead')).json);

const expire = (caseId: string) =>
  api.pool.query(`update cases set claim_until = now() - interval '1 second' where case_id = $1`, [
    caseId,
  ]);

describe('a claim', () => {
  it('keeps others from deciding, and tells them who has it', async () => {
    const caseId = await newCase();
    const { claim } = await work(act(caseId, 'claim'));
    expect(claim?.by).toBe('reviewer:local');
    for (const reply of [await act(caseId, 'claim', 'kim'), await decide(caseId, 'kim')]) {
      expect(faultOf(reply)).toEqual([409, 'claimed_by_another']);
      expect(reply.text).toContain('reviewer:local');
    }
    expect(faultOf(await act(caseId, 'release', 'kim'))).toEqual([409, 'claimed_by_another']);
    expect((await work(act(caseId, 'release'))).claim).toBeNull();
    await decided(caseId, 'kim');
  });

  it('ends by itself unless it is kept', async () => {
    const caseId = await newCase();
    const first = await work(act(caseId, 'claim'));
    const kept = await work(act(caseId, 'heartbeat'));
    expect(Date.parse(String(kept.claim?.until))).toBeGreaterThanOrEqual(
      Date.parse(String(first.claim?.until)),
    );
    await expire(caseId);
    expect(faultOf(await act(caseId, 'heartbeat'))).toEqual([409, 'claim_lost']);
    expect((await detailOf(caseId)).claim).toBeNull();
    expect((await work(act(caseId, 'claim', 'kim'))).claim?.by).toBe('reviewer:kim');
  });

  it('is taken over with a reason, and given away by a lead, each with a note', async () => {
    const caseId = await newCase();
    await work(act(caseId, 'claim'));
    const body = { takeOverReason: 'Ann is ill today.' };
    expect((await work(act(caseId, 'claim', 'kim', body))).claim?.by).toBe('reviewer:kim');
    const given = { assignee: 'reviewer:local', reason: 'She knows this shopper.' };
    expect(faultOf(await act(caseId, 'assignment', 'kim', given))).toEqual([403, 'forbidden']);
    expect((await work(act(caseId, 'assignment', 'lead', given))).claim?.by).toBe(given.assignee);
    const { notes, timeline } = await detailOf(caseId);
    expect(notes.map(({ kind, text, by }) => [kind, text, by])).toEqual([
      ['take_over', body.takeOverReason, 'reviewer:kim'],
      ['reassignment', given.reason, 'lead:local'],
    ]);
    const claims = timeline.filter(({ action }) => action === 'case.claimed');
    expect(claims.map(({ actor }) => actor)).toEqual([
      'reviewer:local',
      'reviewer:kim',
      'lead:local',
    ]);
  });

  it('of the next case gives two callers at the same instant different cases', async () => {
    for (let index = 0; index < 4; index += 1) await newCase({ banner: 'o5a' });
    const replies = await Promise.all(
      ['reviewer', 'kim', 'reviewer', 'kim', 'lead'].map((who) =>
        send('POST', '/v1/cases/claim-next', who as Who, { banner: 'o5a' }),
      ),
    );
    const ids = replies.map(({ json }) => (json as { case: CaseWork | null }).case?.caseId);
    expect(ids.filter((id) => id === undefined)).toHaveLength(1);
    expect(new Set(ids).size).toBe(5);
  });
});

describe('a decision', () => {
  it('of two people at the same instant is taken once, and the other hears by whom and when', async () => {
    for (let round = 0; round < 5; round += 1) {
      const caseId = await newCase();
      const replies = await Promise.all([
        decide(caseId, 'reviewer', accept),
        decide(caseId, 'kim', reject),
      ]);
      const lost = replies.find(({ status }) => status !== 202);
      expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
      expect(faultOf(lost as ApiReply)).toEqual([409, 'already_decided']);
      expect(lost?.text).toMatch(/reviewer:\w+ decided (accept|reject) at \d{4}-/);
    }
  });

  it('waits, is shown to others, and can be undone by who decided it or a lead', async () => {
    const caseId = await newCase();
    const { undoUntil, decisionId } = await decided(caseId, 'reviewer', {
      ...reject,
      remarks: 'card 4111 1111 1111 1111 called',
    });
    const waitsMs = Date.parse(String(undoUntil)) - Date.now();
    expect(waitsMs).toBeGreaterThan(5000);
    expect(waitsMs).toBeLessThanOrEqual(10_000);
    expect((await detailOf(caseId)).pendingDecision).toMatchObject({
      ...{ decisionId, outcome: 'reject', by: 'reviewer:local', state: 'pending' },
    });
    const path = `/v1/cases/${caseId}/decision`;
    expect(faultOf(await send('DELETE', path, 'kim'))).toEqual([403, 'forbidden']);
    expect((await work(send('DELETE', path, 'lead'))).claim?.by).toBe('lead:local');
    expect(faultOf(await send('DELETE', path, 'lead'))).toEqual([409, 'not_undoable']);
    const { rows } = await api.pool.query<{ text: string; due: number }>(
      `select row_to_json(d)::text as text,
        (select count(*)::integer from due_work where key = $1) as due
        from case_decisions d where decision_id = $1::uuid`,
      [decisionId],
    );
    expect(rows[0]?.due).toBe(0);
    expect(rows[0]?.text).not.toContain('called');
  });

  it.each([
    ['a verdict from elsewhere', `status = 'closed', closed_at = now()`],
    ['a refusal by OMS', 'round = round + 1'],
  ])('cannot be undone once its review has ended by %s', async (_end, change) => {
    const caseId = await newCase();
    const { decisionId } = await decided(caseId);
    await api.pool.query(`update cases set ${change} where case_id = $1`, [caseId]);
    const reply = await send('DELETE', `/v1/cases/${caseId}/decision`, 'reviewer');
    expect(faultOf(reply)).toEqual([409, 'not_undoable']);
    expect(reply.text).toContain('the review of this decision has ended');
    const { claim, timeline } = await detailOf(caseId);
    expect(claim).toBeNull();
    expect(timeline.map(({ action }) => action)).not.toContain('case.decision_undone');
    const { rows } = await api.pool.query(
      'select state from case_decisions where decision_id = $1',
      [decisionId],
    );
    expect(rows).toEqual([{ state: 'pending' }]);
  });

  it.each([
    [{ ...accept, reasonCode: 'stolen_card' }, 'invalid_enum', '$.reasonCode'],
    [{ ...accept, reasonCode: 'no_such' }, 'invalid_enum', '$.reasonCode'],
    [{ recommendationCode: 'accept' }, 'missing_field', '$.reasonCode'],
    [{ ...accept, recommendationCode: 'review' }, 'invalid_enum', '$.recommendationCode'],
  ])('%j is refused with its path', async (body, code, path) => {
    const reply = await decide(await newCase(), 'reviewer', body);
    expect(faultOf(reply)).toEqual([400, code]);
    expect(reply.text).toContain(path);
  });

  it('of a closed case says who decided it', async () => {
    const transactionId = await seedOrder(api);
    await api.pool.query(
      `with verdict as (insert into verdicts
          (transaction_id, round, outcome, source, reviewer, decided_at)
          values ($1, 0, 'accept', 'api', 'oms:checkout', now()))
        update cases set status = 'closed', closed_at = now() where transaction_id = $1`,
      [transactionId],
    );
    const reply = await decide(await caseIdOf(transactionId));
    expect(faultOf(reply)).toEqual([409, 'already_decided']);
    expect(reply.text).toContain('oms:checkout decided accept');
  });
});

describe('four eyes', () => {
  it('another person confirms with the same outcome; the same one cannot', async () => {
    const caseId = await newCase({ banner: 'bay' });
    expect((await detailOf(caseId)).needsSecond).toBe(true);
    const first = await decided(caseId);
    expect(first).toMatchObject({ state: 'awaiting_second', undoUntil: null });
    expect(faultOf(await decide(caseId))).toEqual([409, 'four_eyes']);
    const { cases } = (await send('GET', '/v1/cases?view=second&banner=bay', 'kim')).json as {
      cases: CaseSummary[];
    };
    expect(cases.map((one) => one.caseId)).toContain(caseId);
    const second = await decided(caseId, 'kim');
    expect(second).toMatchObject({
      ...{ decisionId: first.decisionId, state: 'pending' },
      ...{ by: 'reviewer:local', confirmedBy: 'reviewer:kim' },
    });
    expect(faultOf(await decide(caseId, 'lead'))).toEqual([409, 'already_decided']);
  });

  it('another outcome takes the place of the waiting one, and the timeline shows both', async () => {
    const caseId = await newCase({ banner: 'bay' });
    const first = await decided(caseId);
    const second = await decided(caseId, 'kim', reject);
    expect(second).toMatchObject({ state: 'awaiting_second', by: 'reviewer:kim' });
    const { timeline } = await detailOf(caseId);
    const last = timeline.findLast(({ action }) => action === 'case.decision_pending');
    expect(last).toMatchObject({
      actor: 'reviewer:kim',
      details: { outcome: 'reject', replaced: first.decisionId },
    });
    expect((await decided(caseId, 'reviewer', reject)).state).toBe('pending');
  });
});

describe('what reviewers write', () => {
  it('escalations and holds end the claim and are taken back', async () => {
    const caseId = await newCase();
    await work(act(caseId, 'claim'));
    const escalated = await work(act(caseId, 'escalation', 'reviewer', { reason: 'A ring.' }));
    expect(escalated).toMatchObject({
      ...{ claim: null, escalation: { by: 'reviewer:local' }, noteCount: 1 },
    });
    const path = `/v1/cases/${caseId}`;
    expect(faultOf(await send('DELETE', `${path}/escalation`, 'kim'))).toEqual([403, 'forbidden']);
    const ended = await work(send('DELETE', `${path}/escalation`, 'lead'));
    expect(ended.escalation).toBeNull();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await work(act(caseId, 'hold', 'kim', { until }))).hold).toEqual({
      ...{ by: 'reviewer:kim', until },
    });
    const past = { until: '2020-01-01T00:00:00Z' };
    expect(faultOf(await act(caseId, 'hold', 'kim', past))).toEqual([400, 'invalid_value']);
    expect((await work(send('DELETE', `${path}/hold`, 'kim'))).hold).toBeNull();
  });

  it('a note is sealed, masks card numbers, and notifies whom it mentions', async () => {
    const caseId = await newCase();
    const text = 'call @Lead (not ann@kim.example) about 4111 1111 1111 1111';
    const reply = await act(caseId, 'notes', 'reviewer', { text, mentions: ['kim'] });
    expect(reply.status, reply.text).toBe(201);
    await act(caseId, 'notes', 'kim', { text: '@local is told too' });
    const mentionsOf = async (who: Who) =>
      (await send('GET', '/v1/mentions', who)).json as { mentions: { mentionId: number }[] };
    const { mentions } = await mentionsOf('kim');
    expect(mentions).toMatchObject([{ caseId, by: 'reviewer:local' }]);
    const mentionIds = mentions.map(({ mentionId }) => mentionId);
    const read = (who: Who) => send('POST', '/v1/mentions/read', who, { mentionIds });
    expect((await read('lead')).json).toEqual({ read: 0 });
    expect((await read('kim')).json).toEqual({ read: 1 });
    expect((await mentionsOf('kim')).mentions).toEqual([]);
    const { rows } = await api.pool.query<{ account: string }>(
      `select account from mentions m join case_notes n using (note_id) where n.case_id = $1
        order by account`,
      [caseId],
    );
    expect(rows.map(({ account }) => account)).toEqual(['kim', 'lead', 'local']);
    const [note] = (await detailOf(caseId)).notes;
    expect(note?.text).toContain('411111*1111');
    const audit = await api.pool.query<{ text: string }>(
      `select coalesce(json_agg(a), '[]')::text || (select json_agg(n)::text from case_notes n)
        as text from audit a`,
    );
    expect(audit.rows[0]?.text).not.toContain('call @Lead');
  });

  it('a tag is a code, kept once, and filters the list', async () => {
    const caseId = await newCase();
    await work(act(caseId, 'tags', 'reviewer', { tag: 'gift-ring' }));
    const tagged = await work(act(caseId, 'tags', 'kim', { tag: 'gift-ring' }));
    expect(tagged.tags).toEqual(['gift-ring']);
    const listed = await send('GET', '/v1/cases?tag=gift-ring', 'kim');
    expect((listed.json as { cases: CaseSummary[] }).cases).toMatchObject([{ caseId }]);
    for (const tag of ['Ann Smith', '4111111111111111', '-x', '']) {
      expect((await act(caseId, 'tags', 'kim', { tag })).status).toBe(400);
    }
    const path = `/v1/cases/${caseId}/tags/gift-ring`;
    expect((await work(send('DELETE', path, 'kim'))).tags).toEqual([]);
    expect(faultOf(await send('DELETE', path, 'kim'))).toEqual([404, 'not_found']);
  });
});

describe('lists and saved views', () => {
  it('what an order has goes on a list at once, or nothing of it', async () => {
    const caseId = await newCase();
    const listing = { list: 'block', subjects: ['card', 'email', 'ip', 'address', 'account'] };
    const body = { ...listing, reason: 'A stolen card.' };
    const reply = await act(caseId, 'list-entries', 'reviewer', body);
    expect(reply.status, reply.text).toBe(200);
    const { results } = reply.json as { results: { entry: { kind: string; author: string } }[] };
    expect(new Set(results.map(({ entry }) => entry.kind))).toEqual(new Set(listing.subjects));
    expect(results[0]?.entry.author).toBe('reviewer:local');
    const emailAddress = 'not-listed-yet@example.com';
    const bare = await newCase({
      asParsed: ({ ipAddress: _ip, ...order }) => ({
        ...order,
        customer: { ...order.customer, emailAddress },
      }),
    });
    const before = await tableContents(api.pool);
    const refused = await act(bare, 'list-entries', 'reviewer', body);
    expect(await tableContents(api.pool)).toEqual(before);
    expect(faultOf(refused)).toEqual([400, 'invalid_value']);
    expect(refused.text).toContain('no ip');
    const { timeline } = await detailOf(caseId);
    expect(timeline.at(-2)).toMatchObject({ action: 'case.listed', actor: 'reviewer:local' });
  });

  it('entries of a case whose audit row cannot be written are not stored either', async () => {
    const caseId = await newCase();
    await api.pool.query(`create function refuse_listed() returns trigger language plpgsql as $$
      begin raise exception 'no'; end $$;
      create trigger refuse_listed before insert on audit for each row
        when (new.action = 'case.listed') execute function refuse_listed()`);
    try {
      const before = await tableContents(api.pool);
      const body = { list: 'block', subjects: ['card'], reason: 'A stolen card.' };
      expect((await act(caseId, 'list-entries', 'reviewer', body)).status).toBe(500);
      expect(await tableContents(api.pool)).toEqual(before);
    } finally {
      await api.pool.query('drop trigger refuse_listed on audit; drop function refuse_listed');
    }
  });

  it('a view is saved under its name, shared with others, and removed by its owner or a lead', async () => {
    const view = { name: 'Late', query: 'view=overdue', isShared: true };
    const saved = (await send('POST', '/v1/queue-views', 'kim', view)).json as { viewId: string };
    await send('POST', '/v1/queue-views', 'kim', { ...view, query: 'banner=bay' });
    await send('POST', '/v1/queue-views', 'kim', { name: 'Mine', query: 'view=mine' });
    const seen = async (who: Who) => (await send('GET', '/v1/queue-views', who)).json;
    expect(await seen('reviewer')).toMatchObject({
      views: [{ viewId: saved.viewId, query: 'banner=bay', owner: 'reviewer:kim', isOwn: false }],
    });
    expect(await seen('kim')).toMatchObject({ views: [{ name: 'Late' }, { name: 'Mine' }] });
    const path = `/v1/queue-views/${saved.viewId}`;
    expect(faultOf(await send('DELETE', path, 'reviewer'))).toEqual([404, 'not_found']);
    expect((await send('DELETE', path, 'lead')).status).toBe(204);
    expect(await seen('reviewer')).toEqual({ views: [] });
  });
});

describe('a bulk decision', () => {
  it('decides what it can, says why the rest failed, and its preview says the same', async () => {
    const [free, held, done, second] = [
      await newCase(),
      await newCase(),
      await newCase(),
      await newCase({ banner: 'bay' }),
    ];
    await work(act(held, 'claim', 'kim'));
    await decided(done, 'kim');
    const unknown = '00000000-0000-4000-8000-000000000001';
    const body = { ...accept, caseIds: [free, held, done, second, unknown, free] };
    const path = '/v1/cases/bulk-decision';
    const preview = await send('POST', `${path}/preview`, 'reviewer', body);
    const reply = await send('POST', path, 'reviewer', body);
    expect([preview.status, reply.status], reply.text).toEqual([200, 202]);
    expect(preview.json).toEqual(reply.json);
    const { results, ...report } = reply.json as BulkReport;
    expect(report).toMatchObject({ decided: 2, failed: 3 });
    expect(results.map(({ caseId, state, error }) => [caseId, state ?? error])).toEqual([
      [free, 'pending'],
      [held, 'claimed_by_another'],
      [done, 'already_decided'],
      [second, 'awaiting_second'],
      [unknown, 'not_found'],
    ]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Role, roles } from '../../contracts/v1/roles.js';
import { RuleSetPublished } from '../../contracts/v1/rule-set-changes.js';
import {
  FactCatalogue,
  RuleSetDiff,
  RuleSetDraft,
  RuleSetDrafts,
  RuleSetDraftText,
  RuleSetInForce,
  RuleSetPublications,
  RuleSetVersions,
  RuleSetVersionText,
  RuleTextCheck,
} from '../../contracts/v1/rule-sets.js';
import { listAudit } from '../../db/audit.js';
import { forgetRuleSets, textOf } from '../services/rule-sets-fixture.js';
import type { keys } from '../support/stack.js';
import { confirmed } from './confirmed.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

beforeEach(() => forgetRuleSets(api.pool));

afterAll(() => api?.stop());

const ask = (method: string, path: string, body?: unknown, key: keyof typeof keys = 'analyst') => {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return api.ask(`/v1/rule-sets${path}`, { method, key, ...sent });
};

const get = async (path: string, key: keyof typeof keys = 'analyst') => {
  const reply = await ask('GET', path, undefined, key);
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
};

const draft = async (text?: string, key: keyof typeof keys = 'analyst') => {
  const reply = await ask('POST', '/drafts', { name: 'a try', ...(text && { text }) }, key);
  expect(reply.status, reply.text).toBe(200);
  return RuleSetDraftText.parse(reply.json);
};

const note = 'a test';

const publish = (draftId: string, body: object = {}, key: keyof typeof keys = 'analyst') =>
  confirmed((more) =>
    ask('POST', `/drafts/${draftId}/publication`, { note, ...body, ...more }, key),
  );

const wrong = textOf(1).replace('orderTotal > 100', 'nowhere > 1 && tx.else');

describe('from a draft to what is in force, and back', () => {
  it('lists the shipped file first, and every later change', async () => {
    expect(RuleSetInForce.parse(await get('', 'reviewer'))).toMatchObject({
      version: 0,
      hash: api.deps.shippedRules.ruleSet.hash,
      rules: api.deps.shippedRules.ruleSet.rules.length,
      publication: null,
      author: null,
    });
    const begun = await draft();
    expect(begun.text).toBe(api.deps.shippedRules.text);
    const changed = await ask('PUT', `/drafts/${begun.draftId}`, {
      text: textOf(30),
      name: 'large orders',
      revision: 1,
    });
    expect(RuleSetDraftText.parse(changed.json)).toMatchObject({
      name: 'large orders',
      revision: 2,
      editors: ['analyst:local'],
      problems: [],
    });
    const diff = RuleSetDiff.parse(await get(`/drafts/${begun.draftId}/diff`, 'operator'));
    expect(diff.changes.find(({ rule }) => rule === 'R1')).toMatchObject({ kind: 'added' });
    const published = await publish(begun.draftId, { note: 'peak', expectedVersion: 0 });
    const { changes, ...inForce } = RuleSetPublished.parse(published.json);
    expect(inForce).toEqual(await get(''));
    expect(changes).toMatchObject({ added: ['R1'] });
    expect(changes?.removed).toContain('R02');
    expect(await get('')).toMatchObject({ version: 1, rules: 1, note: 'peak', publication: 1 });
    const back = await ask('POST', '/versions/0/publication', { note: 'peak is over' });
    expect(RuleSetInForce.parse(back.json)).toMatchObject({ version: 0, publication: 2 });
    const { publications } = RuleSetPublications.parse(await get('/publications'));
    expect(publications.map(({ version }) => version)).toEqual([0, 1]);
    const { versions } = RuleSetVersions.parse(await get('/versions'));
    expect(versions.map(({ version }) => version)).toEqual([1, 0]);
    expect(RuleSetVersionText.parse(await get('/versions/1')).text).toBe(textOf(30));
    expect(RuleSetDiff.parse(await get('/versions/1/diff?from=1')).changes).toEqual([]);
    expect(RuleSetDrafts.parse(await get('/drafts')).drafts).toEqual([]);
    expect(RuleSetDrafts.parse(await get('/drafts?state=published')).drafts).toHaveLength(1);
    const audit = await listAudit(api.pool, 'rule-set');
    expect(audit.map(({ actor, action }) => [actor, action])).toEqual([
      ['analyst:local', 'rule_set.published'],
      ['analyst:local', 'rule_set.published'],
    ]);
  });

  it('discards a draft: it can be read and no longer written', async () => {
    const { draftId } = await draft();
    const discarded = await ask('DELETE', `/drafts/${draftId}`);
    expect(RuleSetDraft.parse(discarded.json)).toMatchObject({ draftId, state: 'discarded' });
    expect(await get(`/drafts/${draftId}`)).toMatchObject({ state: 'discarded' });
    const change = { text: textOf(1), revision: 1 };
    expect(faultOf(await ask('PUT', `/drafts/${draftId}`, change))).toEqual([409, 'draft_closed']);
    expect(faultOf(await publish(draftId))).toEqual([409, 'draft_closed']);
  });
});

describe('a text with problems', () => {
  const places = [
    'line 5, column 15: R1: cases.0 unknown fact tx.nowhere',
    'line 5, column 33: R1: cases.0 unknown fact tx.else',
  ];

  it('is reported by line and column, stored as a draft, and never published', async () => {
    const checked = await ask('POST', '/validation', { text: wrong });
    const { valid, problems } = RuleTextCheck.parse(checked.json);
    expect([valid, problems.length]).toEqual([false, 2]);
    const { draftId, problems: ofDraft } = await draft(wrong);
    expect(ofDraft).toEqual(problems);
    const refused = await publish(draftId);
    expect([refused.status, refused.json]).toEqual([
      400,
      places.map((place) => ({ error: 'invalid_value', message: `the text, ${place}` })),
    ]);
    expect((await ask('GET', `/drafts/${draftId}/diff`)).json).toEqual(refused.json);
    expect(await get('')).toMatchObject({ version: 0 });
    const right = await ask('POST', '/validation', { text: textOf(1) });
    expect(right.json).toEqual({ valid: true, problems: [] });
  });

  it('that holds a card number is not stored, and the answer does not repeat it', async () => {
    const text = textOf(1, '# 4111 1111 1111 1111\n');
    const reply = await ask('POST', '/drafts', { name: 'x', text });
    expect(faultOf(reply)).toEqual([400, 'invalid_value']);
    expect(reply.text).toContain('$.text, line 8');
    expect(reply.text).not.toContain('4111');
  });
});

describe('what two people do at once', () => {
  it('is refused for who has not read the latest', async () => {
    const one = await draft(textOf(1));
    const path = `/drafts/${one.draftId}`;
    await ask('PUT', path, { text: textOf(2), revision: 1 });
    const late = await ask('PUT', path, { text: textOf(3), revision: 1 });
    expect(faultOf(late)).toEqual([409, 'version_conflict']);
    for (const body of [{ revision: 1 }, { expectedVersion: 4 }]) {
      expect(faultOf(await publish(one.draftId, body))).toEqual([409, 'version_conflict']);
    }
    const back = await ask('POST', '/versions/0/publication', { note, expectedVersion: 1 });
    expect(faultOf(back)).toEqual([409, 'version_conflict']);
  });

  it('needs a second person where four eyes are', async () => {
    const strict = await startApi({ fourEyes: true });
    const post = (path: string, body: object, key: keyof typeof keys) =>
      confirmed((more) =>
        strict.ask(`/v1/rule-sets${path}`, {
          method: 'POST',
          key,
          body: JSON.stringify({ ...body, ...more }),
        }),
      );
    try {
      const begun = await post('/drafts', { name: 'x', text: textOf(1) }, 'analyst');
      const path = `/drafts/${RuleSetDraftText.parse(begun.json).draftId}/publication`;
      const byEditor = await post(path, { note, revision: 1 }, 'analyst');
      expect(faultOf(byEditor)).toEqual([409, 'four_eyes']);
      expect(faultOf(await post(path, { note }, 'admin'))).toEqual([400, 'missing_field']);
      expect((await post(path, { note, revision: 1 }, 'admin')).status).toBe(200);
      expect((await post('/versions/0/publication', { note }, 'analyst')).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });
});

describe('who may do what', () => {
  const id = '0b0e7a52-6f0c-4f4e-9c1b-0d3c6a1f2e3d';
  const reads = [
    '',
    '/publications',
    '/versions',
    '/versions/0',
    '/versions/0/diff',
    '/drafts',
    '/facts',
  ];
  const writes = [
    ['POST', '/drafts', { name: 'x' }],
    ['PUT', `/drafts/${id}`, { text: 'x', revision: 1 }],
    ['DELETE', `/drafts/${id}`, undefined],
    ['POST', `/drafts/${id}/publication`, {}],
    ['POST', '/versions/0/publication', {}],
    ['POST', '/validation', { text: 'x' }],
  ] as const;

  it('allows analysts, reviewers and operators to read, and nobody else', async () => {
    const others: readonly Role[] = ['oms', 'aifi', 'sparkfly'];
    for (const path of reads) {
      for (const key of roles.filter((role) => !others.includes(role))) await get(path, key);
      for (const key of others) {
        const refused = await ask('GET', path, undefined, key);
        expect(faultOf(refused), `${key} ${path}`).toEqual([403, 'forbidden']);
      }
    }
  });

  it('allows analysts to write, and no reviewer, operator or shop', async () => {
    for (const [method, path, body] of writes) {
      for (const key of ['reviewer', 'operator', 'oms'] as const) {
        expect(faultOf(await ask(method, path, body, key)), path).toEqual([403, 'forbidden']);
      }
      expect((await ask(method, path, body)).status, path).not.toBe(403);
    }
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/versions/1', undefined],
    ['GET', '/versions/99999999999', undefined],
    ['GET', '/versions/-1', undefined],
    ['GET', '/versions/x/diff', undefined],
    ['GET', '/versions/0/diff?from=7', undefined],
    ['POST', '/versions/3/publication', { note }],
    ['GET', '/drafts/x', undefined],
    ['GET', '/drafts/0b0e7a52-6f0c-4f4e-9c1b-0d3c6a1f2e3d/diff', undefined],
    ['DELETE', '/drafts/0b0e7a52-6f0c-4f4e-9c1b-0d3c6a1f2e3d', undefined],
    ['POST', '/drafts/0b0e7a52-6f0c-4f4e-9c1b-0d3c6a1f2e3d/publication', { note }],
    ['PUT', '/drafts/nobody', { text: 'x', revision: 1 }],
  ])('%s %s answers 404', async (method, path, body) => {
    expect(faultOf(await ask(method, path, body))).toEqual([404, 'not_found']);
  });

  it('and what is out of form answers 400 with its path', async () => {
    expect((await ask('POST', '/drafts', { text: '' })).json).toEqual([
      { error: 'missing_field', message: '$.name is required' },
      { error: 'invalid_value', message: '$.text must not be blank' },
    ]);
    const long = await ask('POST', '/validation', { text: 'x'.repeat(262_145) });
    expect(faultOf(long)).toEqual([400, 'too_long']);
    expect(faultOf(await ask('GET', '/drafts?state=x'))).toEqual([400, 'invalid_enum']);
    expect(faultOf(await ask('GET', '/versions/0/diff?from=-1'))).toEqual([400, 'invalid_value']);
  });
});

describe('GET /v1/rule-sets/facts', () => {
  it('lists every fact as rules write it, and the subjects of lists', async () => {
    const { facts, subjects } = FactCatalogue.parse(await get('/facts'));
    expect(facts).toContainEqual({
      name: 'avs.street',
      type: 'string',
      meaning: expect.any(String) as string,
      codes: expect.arrayContaining(['match', 'no_match']) as string[],
    });
    expect(facts.find(({ name }) => name === 'tx.orderTotal')).toMatchObject({
      type: 'double',
      codes: null,
    });
    expect(subjects).toContain('subject.emailDomain');
  });
});

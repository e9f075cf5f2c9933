import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AddedEntries, EntryPage, List, Lists, ListEntry } from '../../contracts/v1/lists.js';
import { listAudit } from '../../db/audit.js';
import type { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

beforeEach(async () => {
  await api.pool.query('delete from list_entries');
  await api.pool.query(`delete from lists where kind = 'values'`);
});

afterAll(() => api?.stop());

const get = (path: string, key: keyof typeof keys = 'reviewer') => api.ask(path, { key });

const post = (path: string, body: unknown) =>
  api.ask(path, { method: 'POST', key: 'analyst', body: JSON.stringify(body) });

const importCsv = (path: string, body: string | Uint8Array, type = 'text/csv; charset=utf-8') =>
  api.ask(path, { method: 'POST', key: 'analyst', headers: { 'content-type': type }, body });

const blocked = '/v1/lists/block/entries';
const dana = { kind: 'email', value: 'dana@example.com', reason: 'chargeback' };

const addOne = async (entry: unknown = dana, path = blocked) => {
  const reply = await post(path, entry);
  expect(reply.status, reply.text).toBe(200);
  const [result] = AddedEntries.parse(reply.json).results;
  if (result === undefined) throw new Error('nothing was added');
  return result;
};

const messagesOf = (reply: Awaited<ReturnType<typeof post>>) => {
  expect(reply.status, reply.text).toBe(400);
  return (reply.json as { error: string; message: string }[]).map(
    ({ error, message }) => `${error}: ${message}`,
  );
};

describe('/v1/lists', () => {
  it('has an allow and a block list from the start', async () => {
    const { lists } = Lists.parse((await get('/v1/lists')).json);
    expect(lists.map(({ name, kind, valueKind }) => [name, kind, valueKind])).toEqual([
      ['allow', 'allow', null],
      ['block', 'block', null],
    ]);
  });

  it('accepts a list of values; a repeat gets the same answer', async () => {
    const given = { name: 'risky-bins', valueKind: 'bin', description: 'from card schemes' };
    const made = List.parse((await post('/v1/lists', given)).json);
    expect(made).toMatchObject({ ...given, kind: 'values', createdBy: 'analyst:local' });
    const again = await post('/v1/lists', { ...given, description: 'other' });
    expect(again.json).toEqual(made);
    expect(await listAudit(api.pool, 'list:risky-bins')).toMatchObject([
      { actor: 'analyst:local', action: 'list.created' },
    ]);
  });

  it('refuses a name in use for other values, also those of the shipped lists', async () => {
    await post('/v1/lists', { name: 'skus', valueKind: 'text' });
    for (const name of ['skus', 'allow', 'block']) {
      const reply = await post('/v1/lists', { name, valueKind: 'bin' });
      expect(faultOf(reply)).toEqual([409, 'duplicate_name']);
    }
  });

  it.each(['', 'Block', '1st', 'a b', 'x'.repeat(41), '4111 1111'])(
    'refuses the name %j',
    async (name) => {
      const reply = await post('/v1/lists', { name, valueKind: 'bin' });
      expect(messagesOf(reply)).toEqual([
        'invalid_value: $.name must be a small letter, then at most 39 small letters, digits, ' +
          '_ or -',
      ]);
    },
  );
});

describe('/v1/lists/{name}/entries', () => {
  it('accepts one entry or many, and lists them newest first, page by page', async () => {
    await addOne();
    const many = ['a', 'b', 'c'].map((local) => ({ ...dana, value: `${local}@example.com` }));
    const reply = AddedEntries.parse((await post(blocked, [...many, dana])).json);
    expect(reply.results.map(({ added }) => added)).toEqual([true, true, true, false]);
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = EntryPage.parse((await get(`${blocked}?limit=3${query}`)).json);
      ids.push(...page.entries.map(({ entryId }) => entryId));
      cursor = page.nextCursor;
    }
    expect(new Set(ids).size).toBe(4);
    expect(ids.at(-1)).toBe(reply.results[3]?.entry.entryId);
  });

  it('shows who added an entry, why and until when, and only a hint of its value', async () => {
    const expiresAt = '2031-01-01T01:00:00.000+01:00';
    const { entry } = await addOne({ ...dana, reason: 'dana@example.com again', expiresAt });
    expect(entry).toMatchObject({
      list: 'block',
      kind: 'email',
      hint: 'example.com',
      state: 'live',
      reason: '*@example.com again',
      author: 'analyst:local',
      expiresAt: '2031-01-01T00:00:00.000Z',
      removedBy: null,
    });
  });

  it('refuses an end that RFC 3339 cannot write in UTC', async () => {
    const last = '9999-12-31T23:59:59.999Z';
    expect((await addOne({ ...dana, expiresAt: last })).entry.expiresAt).toBe(last);
    const later = { ...dana, value: 'b@example.com', expiresAt: '9999-12-31T23:59:59-00:01' };
    const reply = await post(blocked, later);
    expect(messagesOf(reply)).toEqual([
      'invalid_value: $.expiresAt must lie in the years 0 to 9999 of UTC',
    ]);
  });

  it('can be filtered by state and by key', async () => {
    const { entry } = await addOne();
    await addOne({ ...dana, value: 'b@example.com' });
    await api.ask(`${blocked}/${entry.entryId}?reason=gone`, { method: 'DELETE', key: 'analyst' });
    const count = async (query: string) =>
      EntryPage.parse((await get(`${blocked}?${query}`)).json).entries.length;
    expect(await count('state=live')).toBe(1);
    expect(await count('state=removed')).toBe(1);
    expect(await count('state=expired')).toBe(0);
    expect(await count(`keyId=${entry.keyId}`)).toBe(2);
    expect(await count('keyId=other')).toBe(0);
  });

  it('accepts a card by an order that used it, and never by its number', async () => {
    const transactionId = await seedOrder(api);
    const { entry } = await addOne({ kind: 'card', transactionId, reason: 'stolen' });
    expect(entry.hint).toMatch(/^\d{6}…\d{4}$/);
    const unknown = await post(blocked, { kind: 'card', transactionId: 'tx_0', reason: 'x' });
    expect(messagesOf(unknown)).toEqual([
      'unknown_transaction: $.transactionId must name an order that is stored',
    ]);
    const pan = '4111111111111111';
    for (const kind of ['card', 'text', 'email', 'account', 'bin', undefined]) {
      const reply = await post(blocked, { kind, value: pan, reason: 'x', banner: 's5a' });
      expect(reply.status).toBe(400);
      expect(reply.text).not.toContain('1111');
    }
  });

  it('names each fault of each entry by its path, and then adds none', async () => {
    const reply = await post(blocked, [
      dana,
      { ...dana, value: '4111111111111111@example.com' },
      { ...dana, kind: undefined },
      { kind: 'text', value: 'x', reason: 'x' },
      { kind: 'account', value: 'C-1', reason: 'x' },
      { ...dana, kind: 'ip' },
    ]);
    expect(messagesOf(reply)).toEqual([
      'invalid_value: $[1].value looks like a card number: list a card by the transactionId of ' +
        'its order',
      'missing_field: $[2].kind is required on the block list',
      'invalid_value: $[3].kind must name a part of every order: text stands on other lists',
      'missing_field: $[4].banner is required for an account',
      'invalid_value: $[5].value must be an IPv4 or IPv6 address, or a range as CIDR',
    ]);
    expect(EntryPage.parse((await get(blocked)).json).entries).toEqual([]);
  });

  it('requires a reason, an instant, and known fields', async () => {
    const reply = await post(blocked, { kind: 'email', reason: ' ', expiresAt: 'soon', note: 1 });
    expect(messagesOf(reply)).toEqual([
      'missing_field: $.reason is required',
      'invalid_value: $.expiresAt must be a date-time with its zone, such as 2026-11-29T12:00:00Z',
      'invalid_value: $ has the unknown field "note"',
    ]);
    const past = await post(blocked, { ...dana, expiresAt: '2020-01-01T00:00:00Z' });
    expect(messagesOf(past)).toEqual(['invalid_value: $.expiresAt must lie ahead']);
  });

  it('is 404 for a list that does not exist', async () => {
    for (const name of ['nobody', 'BLOCK', 'a%00b']) {
      const path = `/v1/lists/${name}/entries`;
      expect(faultOf(await get(path)), name).toEqual([404, 'not_found']);
      expect(faultOf(await post(path, dana)), name).toEqual([404, 'not_found']);
      expect(faultOf(await get(`${path}.csv`)), name).toEqual([404, 'not_found']);
    }
    const reply = await importCsv('/v1/lists/nobody/import', 'value,reason');
    expect(faultOf(reply)).toEqual([404, 'not_found']);
  });

  it.each(['x', 'e30', Buffer.from('{"position":1.5}').toString('base64url')])(
    'refuses the cursor %s that no page gave',
    async (cursor) => {
      expect(faultOf(await get(`${blocked}?cursor=${cursor}`))).toEqual([400, 'invalid_value']);
    },
  );
});

describe('DELETE /v1/lists/{name}/entries/{entryId}', () => {
  const remove = (path: string, query = '?reason=no+longer', body?: string) =>
    api.ask(`${path}${query}`, { method: 'DELETE', key: 'analyst', ...(body && { body }) });

  it('keeps the entry with who removed it and when; a repeat changes nothing', async () => {
    const { entry } = await addOne();
    const removed = await remove(`${blocked}/${entry.entryId}`);
    expect(ListEntry.parse(removed.json)).toMatchObject({
      state: 'removed',
      removedBy: 'analyst:local',
    });
    expect((await remove(`${blocked}/${entry.entryId}`)).json).toEqual(removed.json);
    const rows = await listAudit(api.pool, 'list:block');
    const ofEntry = rows.filter(({ details }) => details['entryId'] === entry.entryId);
    expect(ofEntry.map(({ action, details }) => [action, details['reason']])).toEqual([
      ['list.entry_added', undefined],
      ['list.entry_removed', 'no longer'],
    ]);
  });

  it('wants a reason, in the query or in the body', async () => {
    const { entry } = await addOne();
    const path = `${blocked}/${entry.entryId}`;
    for (const [query, body] of [
      ['', undefined],
      ['?reason=', undefined],
      ['?reason=%20ab%20', undefined],
      ['?reason=1234', undefined],
      ['', '{}'],
      ['', '{"reason":"-- a b --"}'],
    ] as const) {
      expect(faultOf(await remove(path, query, body)), `${query} ${body}`).toEqual([
        400,
        'missing_field',
      ]);
    }
    expect((await remove(path, '', '{"reason":"no longer"}')).status).toBe(200);
  });

  it('is 404 for what is no entry of this list', async () => {
    const { entry } = await addOne();
    for (const path of [`/v1/lists/allow/entries/${entry.entryId}`, `${blocked}/x`]) {
      expect(faultOf(await remove(path))).toEqual([404, 'not_found']);
    }
  });
});

describe('CSV', () => {
  it('goes out as a file with hints only, and with no cell that a spreadsheet would run', async () => {
    await addOne({ ...dana, reason: '=HYPERLINK("http://x","y")' });
    const reply = await get(`${blocked}.csv?state=live`);
    expect(reply.headers.get('content-type')).toContain('text/csv');
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="block.csv"');
    const [header, line] = reply.text.split('\r\n');
    expect(header).toMatch(/^kind,value,reason,expires_at,state,author,created_at/);
    expect(line).toMatch(/^email,example\.com,"'=HYPERLINK\(""http:\/\/x"",""y""\)",,live,/);
    expect(reply.text).not.toContain('dana@');
  });

  it('comes in all or nothing, with faults by line', async () => {
    const csv = 'kind,value,reason\nemail,a@example.com,x\nip,nowhere,x\nemail,4111111111111111,x';
    expect(messagesOf(await importCsv('/v1/lists/block/import', csv))).toEqual([
      'invalid_value: line 3: value must be an IPv4 or IPv6 address, or a range as CIDR',
      'invalid_value: line 4: value looks like a card number: list a card by the transactionId ' +
        'of its order',
    ]);
    expect(EntryPage.parse((await get(blocked)).json).entries).toEqual([]);
    const good = await importCsv('/v1/lists/block/import', csv.split('\nip')[0] ?? '');
    expect([good.status, good.json]).toEqual([200, { added: 1, repeated: 0 }]);
  });

  it('of ten thousand lines is imported whole; more, or more than 1 MB, is refused', async () => {
    await post('/v1/lists', { name: 'skus', valueKind: 'text' });
    const lines = Array.from({ length: 10_000 }, (_, index) => `sku-${index},x`);
    const reply = await importCsv('/v1/lists/skus/import', `value,reason\n${lines.join('\n')}`);
    expect([reply.status, reply.json]).toEqual([200, { added: 10_000, repeated: 0 }]);
    const more = `value,reason\n${lines.join('\n')}\nz,x`;
    expect(faultOf(await importCsv('/v1/lists/skus/import', more))).toEqual([400, 'invalid_value']);
    const large = new Uint8Array(1_048_577).fill(97);
    const tooLarge = await importCsv('/v1/lists/skus/import', large);
    expect(faultOf(tooLarge)).toEqual([413, 'payload_too_large']);
  });

  it('is the only media type of an import', async () => {
    const reply = await importCsv('/v1/lists/block/import', 'value,reason', 'application/json');
    expect(faultOf(reply)).toEqual([415, 'unsupported_media_type']);
  });
});

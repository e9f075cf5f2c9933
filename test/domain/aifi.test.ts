import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../domain/aifi/json.js';
import { readPush } from '../../domain/aifi/read-push.js';
import { isOwnPerson, suspectsOf } from '../../domain/aifi/suspects.js';
import { textLimits } from '../../contracts/text-limits.js';
import { depthMax, metadataMax, tidyPushInParts } from '../../domain/aifi/tidy.js';
import { finish } from '../../contracts/finish.js';

/** Runs to the end without a pause. */
const tidyPush = (raw: Json) => finish(tidyPushInParts(raw));

const textMax = textLimits.pushedText.max;

const receivedAt = Date.UTC(2026, 10, 21, 12);
const id = 'd3a00526-1864-4f6e-bb2d-46e3ab7fa780';
const other = 'c69bb289-1190-4156-b9f6-bfb7f61e85db';
const read = (push: JsonObject) => readPush(push, receivedAt);
const at = (timeOfOrigin: Json, more: JsonObject = {}) =>
  read({ session: { sessionId: id }, timeOfOrigin, ...more });

describe('the session of a push', () => {
  it.each<[string, JsonObject]>([
    ['session.sessionId', { session: { sessionId: id } }],
    ['session.sessionToken', { session: { sessionToken: id } }],
    ['the deprecated sessionId', { sessionId: id, session: null }],
    ['an id in capitals', { session: { sessionId: id.toUpperCase() } }],
  ])('is read from %s', (_name, push) => {
    expect(read(push).sessionId).toBe(id);
    expect(read(push).flags).not.toContain('session_mismatch');
  });

  it('is session.sessionId when the names disagree, with a flag', () => {
    const { sessionId, flags } = read({ sessionId: other, session: { sessionId: id } });
    expect(sessionId).toBe(id);
    expect(flags).toContain('session_mismatch');
  });

  it('may be missing', () => {
    expect(read({ session: null }).flags).toContain('no_session');
  });
});

describe('the time of a push', () => {
  it.each([
    ['2026-11-21T11:00:00Z', Date.UTC(2026, 10, 21, 11)],
    ['2026-11-21T12:00:00.250+01:00', Date.UTC(2026, 10, 21, 11, 0, 0, 250)],
    ['2026-11-21 11:00:00Z', Date.UTC(2026, 10, 21, 11)],
  ])('%s is when it happened', (text, ms) => {
    expect(at(text)).toMatchObject({ occurredAtMs: ms, originMs: ms, flags: [] });
  });

  it('without a zone is UTC, with a flag', () => {
    const { occurredAtMs, flags } = at('2026-11-21T11:00:00');
    expect(occurredAtMs).toBe(Date.UTC(2026, 10, 21, 11));
    expect(flags).toEqual(['time_without_zone']);
  });

  it('up to 5 minutes ahead of our clock stays; further ahead counts as now, with a flag', () => {
    const ahead = (ms: number) => at(new Date(receivedAt + ms).toISOString());
    expect(ahead(300_000)).toMatchObject({ occurredAtMs: receivedAt + 300_000, flags: [] });
    expect(ahead(300_001)).toMatchObject({ occurredAtMs: receivedAt, flags: ['origin_ahead'] });
  });

  it.each<[Json]>([
    [null],
    ['yesterday'],
    [17],
    ['2026-13-45T99:00:00Z'],
    ['2026-09-31T08:00:00Z'],
    ['2026-02-30T08:00:00Z'],
    ['2027-02-29T08:00'],
    ['2026-11-20T24:00:00Z'],
    ['2026-11-20T25:00:00Z'],
    ['2026-11-20T08:60:00Z'],
    ['2026-11-20T08:00:00+24:00'],
    [{}],
  ])('%j is no time: the push counts as of its receipt', (value) => {
    const { occurredAtMs, flags } = at(value);
    expect(occurredAtMs).toBe(receivedAt);
    expect(flags).toEqual(['no_time_of_origin']);
  });

  it('issued before it happened gets a flag', () => {
    const early = { timeOfIssue: '2026-11-21T10:00:00Z' };
    expect(at('2026-11-21T11:00:00Z', early).flags).toEqual(['issued_before_origin']);
  });
});

describe('whom a push suspects', () => {
  const card = (paymentInstrument: Json) => suspectsOf({ payment: { paymentInstrument } }).card;

  it.each<[Json, Json]>([
    ['411111', '1111'],
    ['41111122', '1111'],
    [411111, 1111],
  ])('a card of BIN %j and last four %j', (cardBin, cardLast4) => {
    expect(card({ cardBin, cardLast4 })).toEqual({ bin6: '411111', last4: '1111' });
  });

  it('last four digits that arrive as a number keep their zeros', () => {
    expect(card({ cardBin: '411111', cardLast4: 42 })?.last4).toBe('0042');
  });

  it.each<[Json, Json]>([
    ['string', 'string'],
    ['41111', '1111'],
    ['411111', ''],
    ['411111', null],
    ['4111111111111111', '1111'],
  ])('no card of BIN %j and last four %j', (cardBin, cardLast4) => {
    expect(card({ cardBin, cardLast4 })).toBeUndefined();
  });

  it.each([
    ['employee', true],
    ['Tester', true],
    ['customer', false],
    ['untracked', false],
    ['unknown', false],
    ['something new', false],
    [null, false],
  ])('role %j is one of ours: %j', (role, isOurs) => {
    expect(isOwnPerson(suspectsOf({ customer: { role } }))).toBe(isOurs);
  });

  it('an account and a store by number or text', () => {
    expect(
      suspectsOf({ customer: { externalId: ' a-1 ' }, storeExternalId: '0042' }),
    ).toMatchObject({ accountId: 'a-1', storeNumber: 42 });
    expect(suspectsOf({ customer: { externalId: 17 }, storeExternalId: 42 })).toMatchObject({
      accountId: '17',
      storeNumber: 42,
    });
    expect(suspectsOf({ customer: { externalId: ' ' }, storeExternalId: {} })).toMatchObject({
      accountId: undefined,
      storeNumber: undefined,
    });
  });

  it('no JSON value makes it fail', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (push) => {
        const tidy = tidyPush(push as JsonObject).push as JsonObject;
        expect(read(tidy).occurredAtMs).toBeLessThanOrEqual(receivedAt + 300_000);
        expect(suspectsOf(tidy).role).not.toBe('');
      }),
    );
  });
});

describe('a push is stored unchanged', () => {
  it('except for NUL and lone surrogates, in names too', () => {
    const { push, flags } = tidyPush({ ['a\u0000']: ['\uD800', 'x\uDC00y', '\u{1F600}'] });
    expect(push).toEqual({ 'a\uFFFD': ['\uFFFD', 'x\uFFFDy', '\u{1F600}'] });
    expect(flags).toEqual(['text_replaced']);
  });

  it('except for card numbers, anywhere in it', () => {
    const metadata = {
      note: 'card 4111 1111 1111 1111, thanks',
      id: '5500005555555559',
      list: [4_111_111_111_111_111, '6011000000000000001'],
      4111111111111111: 'as a name',
    };
    const { push, flags } = tidyPush({
      session: { metadata, other: 6_011_000_990_139_424_000 },
      payment: { paymentInstrument: { cardBin: '4111111111111111', cardLast4: '1111' } },
    });
    expect(JSON.stringify(push)).not.toMatch(/4111[ -]?1111[ -]?1111|550000555555|601100[09]/);
    expect(push).toMatchObject({
      session: {
        metadata: {
          note: 'card 411111*1111, thanks',
          id: '550000*5559',
          list: ['411111*1111', '601100*0001'],
          '411111*1111': 'as a name',
        },
      },
      payment: { paymentInstrument: { cardBin: '411111*1111', cardLast4: '1111' } },
    });
    expect(flags).toEqual(['card_masked']);
  });

  it('no part of a card number is left where a text is cut', () => {
    const { push } = tidyPush({ note: `${'x'.repeat(textMax - 14)} 4111111111111111` });
    expect(JSON.stringify(push)).not.toContain('4111111');
  });

  it('ids, UUIDs, times and other numbers stay, though they pass Luhn', () => {
    const kept = {
      customer: { externalId: '4111111111111111', id: 4_111_111_111_111_111 },
      session: { sessionId: '41111111-1111-4111-8111-111111111111', expires: 1_763_700_000_009 },
      storeExternalId: '4111111111111111',
      timeOfOrigin: '2019-08-24T14:15:22.123456789Z',
      amount: 12.5,
    };
    expect(tidyPush(kept)).toEqual({ push: kept, flags: [] });
  });

  it('except for texts, nesting and metadata beyond their limits, with flags', () => {
    expect(tidyPush({ a: 'x'.repeat(textMax) }).flags).toEqual([]);
    expect(tidyPush({ a: 'x'.repeat(textMax + 1) }).flags).toEqual(['text_cut']);
    const metadata = { list: Array.from({ length: metadataMax }, () => 1) };
    const cut = tidyPush({ session: { metadata, id: 1 } });
    expect(cut).toEqual({ push: { session: { metadata: null, id: 1 } }, flags: ['metadata_cut'] });
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Json;
    expect(tidyPush(deep).flags).toEqual(['depth_cut']);
    expect(JSON.stringify(tidyPush(deep).push)).toBe(
      `${'['.repeat(depthMax)}null${']'.repeat(depthMax)}`,
    );
  });

  it('metadata is as long as its JSON, whatever is in it', () => {
    const around = '{"a":[1,"\\u2028\\n",null,{"é":true}],"b":{},"c":""}';
    const value = JSON.parse(around) as JsonObject;
    const room = metadataMax - JSON.stringify(value).length;
    const of = (length: number) => ({ metadata: { ...value, c: textIn(length) } });
    // In four texts, because one text may not be that long: `["","","",""]` replaces `""`.
    const textIn = (length: number) => Array(4).fill('x'.repeat((length - 11) / 4)) as Json;
    const fitting = 11 + 4 * Math.floor((room - 11) / 4);
    expect(tidyPush(of(fitting)).flags).toEqual([]);
    expect(tidyPush(of(fitting + 4)).flags).toEqual(['metadata_cut']);
  });

  it('whatever it is: a second pass changes nothing', () => {
    const json = fc.jsonValue({ stringUnit: 'binary' });
    fc.assert(
      fc.property(json, (value) => {
        const once = tidyPush(value as Json).push;
        expect(tidyPush(once)).toEqual({ push: once, flags: [] });
      }),
    );
  });
});

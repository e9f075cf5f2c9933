import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createOms } from '../../partners/oms/client.js';
import { Secret } from '../../runtime/secret.js';
import { answer, reset, serve } from './http-server.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** The client's reading of a refusal that `respond` sends. */
const refusedWith = async (respond: (response: ServerResponse) => void, timeoutMs = 2_000) => {
  const server = await serve((_call, response) => respond(response));
  const oms = createOms({ baseUrl: server.url, token: new Secret('oms-token') });
  cleanups.push(server.close, oms.close);
  const startedAtMs = performance.now();
  const refused = await oms.settle({
    action: 'process',
    orderId: '81004517',
    record: {},
    idempotencyKey: 's5a:81004517:1:process',
    signal: new AbortController().signal,
    timeoutMs,
  });
  expect(refused).toMatchObject({ kind: 'refused', status: 422 });
  const reason = refused.kind === 'refused' ? refused.reason : undefined;
  return { reason, tookMs: performance.now() - startedAtMs };
};

const reasonOf = async (body: unknown) =>
  (await refusedWith((response) => answer(response, 422, body))).reason;

const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((p) => Buffer.from(p)));
const reasonOfBytes = async (body: Buffer) =>
  (await refusedWith((response) => void response.writeHead(422).end(body))).reason;

const pan = '4111111111111111';
const digitsIn = (text: string | null | undefined) => text?.match(/\d{7,}/g) ?? [];

describe('why OMS refused', () => {
  it.each<[unknown, string | null]>([
    [{ message: 'no such order', error: 'not_found' }, 'no such order'],
    [{ error: 'not_found', reason: 'gone' }, 'not_found'],
    [{ reason: 'gone', status: 422 }, 'gone'],
    [{ message: ' ', error: { message: 'deep' } }, 'deep'],
    [[{ error: 'a' }, { message: 'b' }, 'c', { reason: 'd' }], 'a; b; c'],
    [{ error: [{ message: 'a' }, 7, { message: 'b' }] }, 'a; b'],
    ['"no such order"', 'no such order'],
    [{ status: 422 }, '{"status":422}'],
    [{ message: 422 }, '{"message":422}'],
    ['<h1>No  such\r\n\torder</h1>', '<h1>No such order</h1>'],
    ['{"message":"no such', '{"message":"no such'],
    [{ message: 'a\u0000b\u202ec\u001b[31m\ud800d' }, 'a b c [31m d'],
    ['null', 'null'],
    ['', null],
    [' \r\n ', null],
    [{ message: '\u200b' }, null],
    ['['.repeat(8000), '['.repeat(500)],
    [`${'{"error":'.repeat(900)}"deep"${'}'.repeat(900)}`, '{"error":'.repeat(56).slice(0, 500)],
    [{ message: 'ü'.repeat(600) }, 'ü'.repeat(500)],
    [{ message: '🙂'.repeat(600) }, '🙂'.repeat(500)],
  ])('is read from %j', async (body, reason) => {
    expect(await reasonOf(body)).toBe(reason);
  });

  it.each<[string, unknown]>([
    ['in a message', { message: `card ${pan} declined` }],
    ['in groups', { error: 'card 4111 1111-1111 1111 declined' }],
    ['as a number', { card: Number(pan) }],
    ['in text', `card\t${pan}`],
    ['behind zero-width spaces', { message: '4111\u200b1111\u200b1111\u200b1111' }],
    ['over lines', '4111\n1111\r\n1111\u20281111'],
    ['where 500 characters end', { message: `${'x'.repeat(490)}${pan}` }],
    ['in a longer run that is cut inside', { message: `${'x '.repeat(242)}${pan}0000000000` }],
  ])('holds no card number, given one %s', async (_where, body) => {
    const reason = await reasonOf(body);
    expect(digitsIn(reason?.replaceAll(/[ -]/g, ''))).toEqual([]);
    expect(reason).not.toBe(null);
  });

  it('holds no card number that broken UTF-8 tries to hide', async () => {
    const body = bytes('card 41111111', [0xff, 0xc3], '11111111 na', [0xc3, 0xaf], 've', [0xe2]);
    expect(await reasonOfBytes(body)).toBe('card 411111*1111 naïve');
  });

  it.each([900_000, 1_100_000])(
    'is the beginning of %i bytes, and no more is awaited',
    async (n) => {
      const long = `no room for ${pan}, ${'x'.repeat(n)}`;
      const { reason, tookMs } = await refusedWith(
        (r) => void r.writeHead(422).write(long),
        20_000,
      );
      expect(reason).toBe(`no room for 411111*1111, ${'x'.repeat(475)}`);
      expect(tookMs).toBeLessThan(15_000);
    },
  );

  it('holds no part of a card number at which the reading stopped', async () => {
    const upTo = (at: number) => `no room${' '.repeat(at - 7)}${pan}${' '.repeat(1_000_000)}`;
    for (const shown of [8, 12, 15]) {
      expect(await reasonOfBytes(bytes(upTo(16_384 - shown)))).toBe('no room');
    }
  });

  it('is what has arrived of a body that drips until the timeout', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { reason, tookMs } = await refusedWith((response) => {
      response.writeHead(422).write(`sold out ${pan.slice(0, 12)}`);
      timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    }, 1_000);
    expect(reason).toBe('sold out');
    expect(tookMs).toBeGreaterThan(990);
    expect(tookMs).toBeLessThan(10_000);
  });

  it.each<[string, (response: ServerResponse) => void, string | null]>([
    ['that breaks off', (r) => void r.writeHead(422).write('sold', () => reset(r)), 'sold'],
    ['that never comes', (r) => r.writeHead(422).flushHeaders(), null],
    [
      'that is said to be huge',
      (r) => void r.writeHead(422, { 'content-length': '9000000000' }).write('sold'),
      'sold',
    ],
  ])(
    'may be a body %s, which changes nothing about the refusal',
    async (_name, respond, reason) => {
      expect((await refusedWith(respond, 1_000)).reason).toBe(reason);
    },
  );
});

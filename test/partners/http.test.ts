import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { SardineStatusResponse } from '../../contracts/sardine/response.js';
import { PartnerFault } from '../../partners/fault.js';
import { createAgent, type JsonPost, parseJson, postJson } from '../../partners/http.js';
import { answer, drip, type Handler, reset, serve, type TestServer } from './http-server.js';

const agent = createAgent();
const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const post = async (handler: Handler, changes: Partial<JsonPost> = {}) => {
  const server = await serve(handler);
  servers.push(server);
  const startedAtMs = performance.now();
  const outcome = await postJson({
    agent,
    url: `${server.url}/check`,
    headers: { authorization: 'Bearer token-sentinel' },
    body: { card: 'body-sentinel' },
    timeoutMs: 2_000,
    signal: new AbortController().signal,
    expect: 'text',
    ...changes,
  }).catch((error: unknown) => error);
  return { outcome, tookMs: performance.now() - startedAtMs, server };
};

const silent = (): void => undefined;
const hangAfterHeaders = (_call: unknown, response: ServerResponse): void => {
  response.writeHead(200).flushHeaders();
};

describe('postJson', () => {
  it('sends JSON with the given headers and gives back status and text', async () => {
    const { outcome, server } = await post((_call, response) => answer(response, 200, { ok: 1 }));
    expect(outcome).toEqual({ status: 200, text: '{"ok":1}', fault: undefined });
    expect(server.calls[0]).toMatchObject({
      method: 'POST',
      path: '/check',
      body: { card: 'body-sentinel' },
    });
    expect(server.calls[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer token-sentinel',
    });
  });

  it('hands over the body of a refusal, since a partner may explain itself there', async () => {
    const { outcome } = await post((_call, response) => answer(response, 400, { condition: 'x' }));
    expect(outcome).toMatchObject({ status: 400, text: '{"condition":"x"}' });
  });

  it.each(['text', 'start', 'ignore'] as const)(
    'leaves no time limit behind that would cancel a call which has ended, its body read as %s',
    async (expect_) => {
      const signals: AbortSignal[] = [];
      const noting: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
        const { signal } = options as { readonly signal?: AbortSignal };
        if (signal !== undefined) signals.push(signal);
        return dispatch(options, handler);
      };
      const { outcome } = await post((_call, response) => answer(response, 200, { ok: 1 }), {
        ...{ agent: agent.compose(noting), timeoutMs: 300, expect: expect_ },
      });
      expect(outcome).toMatchObject({ status: 200 });
      await pause(500);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    },
  );

  it.each([
    ['never answers', silent],
    ['stops after the headers', hangAfterHeaders],
    ['drips its body', (_call: unknown, response: ServerResponse) => drip(response)],
  ])('gives up a partner that %s when the time is over', async (_name, handler) => {
    const { outcome, tookMs } = await post(handler, { timeoutMs: 200 });
    expect(outcome).toBeInstanceOf(PartnerFault);
    expect(outcome).toMatchObject({ code: 'timeout', retryable: true });
    expect(tookMs).toBeGreaterThan(190);
    expect(tookMs).toBeLessThan(10_000);
  });

  it('does not call at all when no time is left', async () => {
    const { outcome, server } = await post(silent, { timeoutMs: 0 });
    expect(outcome).toMatchObject({ code: 'timeout' });
    expect(server.calls).toHaveLength(0);
  });

  it.each([
    ['before an answer', (_call: unknown, response: ServerResponse) => reset(response)],
    [
      'in the middle of the body',
      (_call: unknown, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => reset(response));
      },
    ],
    [
      'with something that is not HTTP',
      (_call: unknown, response: ServerResponse) => response.socket?.end('garbage\r\n\r\n'),
    ],
  ])('calls a connection that ends %s a network fault', async (_name, handler) => {
    const { outcome } = await post(handler);
    expect(outcome).toMatchObject({ code: 'network', retryable: true });
  });

  it('reports a port without a listener as a network fault', async () => {
    const server = await serve(silent);
    await server.close();
    const { outcome } = await post(silent, { url: server.url });
    expect(outcome).toMatchObject({ code: 'network' });
  });

  it('refuses a body of more than 1 MB', async () => {
    const { outcome } = await post((_call, response) =>
      answer(response, 200, `"${'x'.repeat(1_100_000)}"`),
    );
    expect(outcome).toMatchObject({ code: 'invalid_response', retryable: true });
  });

  it.each(['oversized', 'dripping'])('does not let a %s body undo a status', async (kind) => {
    const { outcome } = await post(
      (_call, response) =>
        kind === 'dripping' ? drip(response) : answer(response, 200, 'x'.repeat(1_100_000)),
      { expect: 'ignore', timeoutMs: 1_000 },
    );
    expect(outcome).toEqual({ status: 200, text: '', fault: undefined });
  });

  it('throws the reason of the caller who gave up, which is no fault of the partner', async () => {
    const caller = new AbortController();
    const reason = new Error('the activity was cancelled');
    const { outcome } = await post(() => caller.abort(reason), { signal: caller.signal });
    expect(outcome).toBe(reason);
  });

  it('keeps bodies, credentials and addresses out of a fault', async () => {
    const answers: Handler[] = [
      (_call, response) => reset(response),
      (_call, response) => answer(response, 200, 'x'.repeat(1_100_000)),
      silent,
    ];
    for (const handler of answers) {
      const { outcome, server } = await post(handler, { timeoutMs: 200 });
      const shown = `${String(outcome)} ${JSON.stringify(outcome)}`;
      expect(shown).not.toMatch(/sentinel|127\.0\.0\.1/);
      expect(shown).not.toContain(server.url);
    }
  });
});

describe('parseJson', () => {
  it.each(['', 'null', '[]', '{"status":1}', '{"status":', '<html>'])(
    'finds nothing in %j',
    (text) => {
      expect(parseJson(SardineStatusResponse, text)).toBeUndefined();
    },
  );
});

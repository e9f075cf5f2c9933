import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../api/app.js';
import { createMetrics } from '../../runtime/metrics.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

describe('GET /healthz', () => {
  it('answers 200 while the process lives', async () => {
    const reply = await api.ask('/healthz');
    expect([reply.status, reply.json]).toEqual([200, { status: 'ok' }]);
  });
});

describe('GET /metrics', () => {
  it('answers an operator in the Prometheus text format, without ids or personal data', async () => {
    const id = 'tx_Zq7marker';
    await api.ask(`/transaction/${id}?Zq7@example.com=Zq7`, { key: 'oms' });
    await api.ask(`/Zq7/unknown`, { key: 'oms' });
    const reply = await api.ask('/metrics', { key: 'operator' });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(reply.text).toMatch(/verdict_alarms_total\{code="workflow_missing"\} 0/);
    expect(reply.text).toContain('route="/transaction/:transactionId",method="GET",status="400"');
    expect(reply.text).toContain('route="unknown",method="GET",status="404"');
    expect(reply.text).not.toContain('Zq7');
  });
});

describe('an answer', () => {
  it.each([
    ['/v1/cases', 'reviewer', 200],
    ['/transaction/tx_0', 'oms', 404],
    ['/v1/cases', 'oms', 403],
    ['/metrics', 'operator', 200],
    ['/nowhere', 'oms', 404],
  ] as const)('to GET %s as %s is stored by no cache', async (path, key, status) => {
    const reply = await api.ask(path, { key });
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([status, 'no-store']);
  });

  it('leaves as the text that it is: sending a stream takes several turns of the event loop', async () => {
    const app = createApp({ ...api.deps, metrics: createMetrics() });
    const answer = await app.request('/healthz');
    // The server's response keeps the text for as long as nothing asks it for a web response.
    const kept = Object.getOwnPropertySymbols(answer).map(({ description }) => description);
    expect(kept).toContain('cache');
  });

  it('that is a file of the documentation may be kept for an hour', async () => {
    const file = await api.ask('/docs/swagger-ui.css');
    expect(file.headers.get('cache-control')).toBe('max-age=3600');
  });
});

describe('GET /docs', () => {
  it('is a page that loads nothing from elsewhere, and may not', async () => {
    const page = await api.ask('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.text).not.toMatch(/https?:|\/\/[a-z]/i);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  });

  it('every file that the page names is there, of the right type', async () => {
    const { text } = await api.ask('/docs');
    const names = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1] ?? '');
    expect(names.length).toBeGreaterThanOrEqual(4);
    const types = { css: /^text\/css/, js: /^text\/javascript/, png: /^image\/png/ } as const;
    for (const name of names) {
      const file = await api.ask(name);
      const extension = name.split('.').at(-1) as keyof typeof types;
      expect(file.status, name).toBe(200);
      expect(file.headers.get('content-type'), name).toMatch(types[extension]);
      expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('the page starts on our document and asks no validator elsewhere', async () => {
    const { text } = await api.ask('/docs/start.js');
    expect(text).toContain("'/openapi.json'");
    expect(text).toContain('validatorUrl: null');
  });
});

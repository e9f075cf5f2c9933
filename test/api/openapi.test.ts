import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fields } from '../contracts/hbc/fields.js';
import { exampleBody } from '../support/transactions.js';
import { type Json, operationsIn, parserOf, type PublishedDocument } from './published.js';
import { seedOrder } from './seed.js';
import { type Api, type Ask, startApi } from './server.js';

interface Document extends PublishedDocument {
  readonly openapi: string;
  readonly info: Json;
  readonly tags: readonly { readonly name: string }[];
}

let api: Api;
let document: Document;

beforeAll(async () => {
  api = await startApi();
  document = (await api.ask('/openapi.json')).json as Document;
});

afterAll(() => api?.stop());

const operations = () => operationsIn(document);

describe('the document', () => {
  it('is OpenAPI 3.1 by its structure', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({
      title: 'Verdict',
      version: expect.any(String) as string,
    });
    expect(Object.keys(document).toSorted()).toEqual([
      'components',
      'info',
      'openapi',
      'paths',
      'tags',
    ]);
    const used = operations().flatMap(({ operation }) => operation['tags'] as string[]);
    expect(document.tags.map(({ name }) => name)).toEqual([...new Set(used)]);
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`;
      expect(path, where).toMatch(/^\//);
      expect(['get', 'post', 'put', 'delete'], where).toContain(method);
      expect(operation.summary, where).toMatch(/\.$/);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
      const declared = operation.parameters.filter((one) => one.in === 'path');
      expect(
        declared.map((one) => one.name),
        where,
      ).toEqual(inPath);
      expect(
        declared.every((one) => one.required),
        where,
      ).toBe(true);
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => /^20[0124]$/.test(status)),
        where,
      ).toBe(true);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status, where).toMatch(/^[2-5]\d\d$/);
        expect(response.description, where).not.toBe('');
      }
    }
  });

  it('refers only to schemas that it has, and has none without a reference', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((found) => String(found[1]));
    const held = Object.keys(document.components.schemas).map(
      (name) => `#/components/schemas/${name}`,
    );
    expect([...new Set(references)].toSorted()).toEqual(held.toSorted());
    expect(text).not.toContain('$defs');
  });

  it('lists every route of the application, and the application serves every listed one', () => {
    const served = api.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/docs/'))
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const shown = operations().map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(served)].toSorted()).toEqual(shown.toSorted());
  });

  it('states which operations need a key, and their answers for a wrong one', async () => {
    for (const { path, method, operation } of operations()) {
      const takesBody = operation.requestBody !== undefined;
      // A PUT without one says everything in its path, and so does the end of an import.
      const isPost = method === 'post' && !path.endsWith('/finish');
      expect(takesBody, path).toBe(method === 'put' ? takesBody : isPost);
      const body = takesBody ? { body: '{}' } : {};
      const { status, json } = await api.ask(path, { method: method.toUpperCase(), ...body });
      const needsKey = status === 401;
      const { examples } = operation.responses['401']?.content?.['application/json'] ?? {};
      expect(examples, path).toEqual(needsKey ? { unauthorized: { value: json } } : undefined);
      expect(operation.security, path).toEqual(needsKey ? [{ bearer: [] }] : []);
      const expected = [
        ...(needsKey ? ['401', '403', '503'] : []),
        ...(takesBody ? ['400', '413', '415'] : []),
      ];
      const statuses = Object.keys(operation.responses);
      expect(statuses, path).toEqual(expect.arrayContaining(expected));
    }
  });

  it('wants every body but those that say nothing or little', () => {
    const optional = operations().filter(
      ({ operation }) => operation.requestBody?.required === false,
    );
    expect(optional.map(({ path }) => path)).toEqual([
      '/v1/transactions/{transactionId}/withdrawal',
      '/v1/cases/claim-next',
      '/v1/cases/{caseId}/claim',
      '/v1/cases/{caseId}/heartbeat',
      '/v1/cases/{caseId}/release',
      '/v1/proposals/{proposalId}/approval',
      '/v1/rule-sets/drafts/{draftId}/rebase',
    ]);
  });

  it('requires the fields that the published models require', () => {
    const models = { Transaction: 0, CreditCard: 1, Customer: 1, Item: 2, Address: 2, Promo: 2 };
    const holders = {
      Transaction: '',
      CreditCard: 'creditCard',
      Customer: 'customer',
      Item: 'items,1',
      Address: 'creditCard,billingAddress',
      Promo: 'promos,0',
    };
    for (const model of Object.keys(models) as (keyof typeof holders)[]) {
      const own = fields.filter((one) => one.path.slice(0, -1).join(',') === holders[model]);
      const schema = document.components.schemas[model] as { required: string[]; properties: Json };
      const names = own.map((one) => String(one.path.at(-1)));
      const required = own.filter((one) => one.required).map((one) => String(one.path.at(-1)));
      expect(Object.keys(schema.properties).toSorted(), model).toEqual(names.toSorted());
      expect(schema.required.toSorted(), model).toEqual(required.toSorted());
    }
  });
});

describe('every answer of the API', () => {
  /** The published schema of an answer, as a parser. */
  const answerParserOf = (path: string, method: string, status: number) => {
    const content = document.paths[path]?.[method]?.responses[String(status)]?.content;
    const schema = content?.['application/json']?.['schema'];
    expect(schema, `${method} ${path} ${status} is in the document`).toBeDefined();
    return parserOf(document, schema);
  };

  const expectPublished = async (path: string, at: string, status: number, ask: Ask = {}) => {
    const method = (ask.method ?? 'GET').toLowerCase();
    const reply = await api.ask(at, ask);
    expect(reply.status, reply.text).toBe(status);
    const parsed = answerParserOf(path, method, status).safeParse(reply.json);
    expect(parsed.error?.issues ?? [], `${method} ${at}`).toEqual([]);
    return reply.json;
  };

  it('has the form in the document', async () => {
    const orderId = `T-openapi-${Date.now()}`;
    const id = await seedOrder(api, { orderId });
    const json = JSON.stringify(exampleBody({ orderId, groupId: '1', banner: 's5a' }));
    const post = (body: string) => ({ method: 'POST', key: 'admin', body }) as const;
    const key = { key: 'admin' } as const;
    await expectPublished('/transaction', '/transaction', 200, post(json));
    await expectPublished('/transaction', '/transaction', 400, post('{}'));
    await expectPublished('/transaction/{transactionId}', `/transaction/${id}`, 200, key);
    await expectPublished('/transaction/{transactionId}', '/transaction/x', 404, key);
    await expectPublished('/decision', '/decision', 400, post('[]'));
    await expectPublished('/decision', '/decision', 401, { method: 'POST', body: '{}' });
    const search = `/v1/transactions?banner=s5a&orderId=${orderId}`;
    await expectPublished('/v1/transactions', search, 200, key);
    const cases = (await expectPublished('/v1/cases', '/v1/cases', 200, key)) as {
      cases: { caseId: string }[];
    };
    expect(cases.cases).toHaveLength(1);
    const one = `/v1/cases/${cases.cases[0]?.caseId}`;
    await expectPublished('/v1/cases/{caseId}', one, 200, key);
    await expectPublished('/v1/cases/{caseId}', '/v1/cases/x', 404, key);
    await expectPublished('/v1/cases', '/v1/cases?limit=x', 400, key);
    const put = (body: string) => ({ method: 'PUT', key: 'admin', body }) as const;
    const policy = JSON.stringify({ policy: { reviewAll: true }, note: 'why' });
    await expectPublished('/v1/policies/{banner}', '/v1/policies/lat', 200, put(policy));
    await expectPublished('/v1/policies/{banner}', '/v1/policies/lat', 400, put('{}'));
    const late = JSON.stringify({ policy: {}, note: 'why', expectedVersion: 9 });
    await expectPublished('/v1/policies/{banner}', '/v1/policies/lat', 409, put(late));
    await expectPublished('/v1/policies/{banner}', '/v1/policies/x', 404, put(policy));
    await expectPublished('/v1/policies', '/v1/policies', 200, key);
    await expectPublished('/v1/policies/{banner}', '/v1/policies/lat', 200, key);
    const versions = '/v1/policies/{banner}/versions';
    await expectPublished(versions, '/v1/policies/lat/versions', 200, key);
    await expectPublished(versions, '/v1/policies/x/versions', 404, key);
    const off = JSON.stringify({ state: 'off', reason: 'why' });
    await expectPublished('/v1/partners/{name}', '/v1/partners/yleo', 200, put(off));
    await expectPublished('/v1/partners/{name}', '/v1/partners/yleo', 400, put('{}'));
    await expectPublished('/v1/partners/{name}', '/v1/partners/x', 404, put(off));
    await expectPublished('/v1/partners', '/v1/partners', 200, key);
    const payloads = '{"payloads":[{"data":"e30="}]}';
    await expectPublished('/codec/encode', '/codec/encode', 200, post(payloads));
    await expectPublished('/codec/decode', '/codec/decode', 400, post('[]'));
  });

  it('and what may be posted has it too', () => {
    const parser = parserOf(document, { $ref: '#/components/schemas/Transaction' });
    expect(parser.safeParse(exampleBody()).error?.issues ?? []).toEqual([]);
    expect(parser.safeParse(exampleBody({ orderId: null })).success).toBe(false);
    expect(parser.safeParse(exampleBody({ items: [] })).success).toBe(false);
  });
});

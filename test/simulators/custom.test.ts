import { expect, it } from 'vitest';
import { createCustom } from '../../simulators/custom.js';

const partner = createCustom({ secret: 'key' });
const basic = `Basic ${Buffer.from('key:').toString('base64')}`;

const ask = (json: unknown, authorization = 'Bearer key', method = 'POST') =>
  partner.answer({ method, path: '/any', headers: { authorization }, json });

it.each([
  [{ mail: 'ann@example.com' }, 'accept'],
  [{ a: [{ b: 'ann+custom-review@example.com' }] }, 'review'],
  [{ a: 1, b: { c: null, d: 'ann+yleo-declined+custom-reject@example.com' } }, 'reject'],
  [{ a: 'no address' }, 'accept'],
])('the custom partner decides %j by the tag of its e-mail', (body, decision) => {
  expect(ask(body)).toMatchObject({ status: 200, body: { decision } });
  expect(ask(body, basic)).toMatchObject({ status: 200 });
});

it.each([
  ['another secret', 401, {}, 'Bearer other', 'POST'],
  ['no object', 400, ['a'], 'Bearer key', 'POST'],
  ['an empty object', 400, {}, 'Bearer key', 'POST'],
  ['a card number', 400, { a: { b: '4111 1111 1111 1111' } }, 'Bearer key', 'POST'],
  ['another method', 405, { a: 1 }, 'Bearer key', 'PUT'],
])('refuses %s with %i', (_name, status, body, authorization, method) => {
  expect(ask(body, authorization, method).status).toBe(status);
});

it('rejects every call without a secret', () => {
  const closed = createCustom({ secret: '' });
  const headers = { authorization: 'Bearer ' };
  expect(closed.answer({ method: 'POST', path: '/', headers, json: { a: 1 } }).status).toBe(401);
});

import { describe, expect, it } from 'vitest';
import { changed, useSimulators, yleoBody, yleoRoute } from './simulators.js';

const pan = '4111111111111111';

const refuses: readonly [string, string, unknown][] = [
  ['no currency', 'customerData.currencyCode', undefined],
  ['a currency in lower case', 'customerData.currencyCode', 'usd'],
  ['an empty total', 'customerData.orderTotal', ''],
  ['no total', 'customerData.orderTotal', undefined],
  ['a total that is no number', 'customerData.orderTotal', '12,5'],
  ['an empty order id', 'customerData.alternateId', ''],
  ['a session of 33 characters', 'customerData.sessionId', 'a'.repeat(33)],
  ['a session with dashes', 'customerData.sessionId', '972ae59c-a792-4123'],
  ['a flag as text', 'customerData.isReactivatingOrder', ''],
  ['a wallet that is no GUID', 'customerData.walletId', 'wallet'],
  ['an e-mail without @', 'customerData.email', 'ann'],
  ['an unknown source', 'customerData.sourceId', 70],
  ['no phone', 'customerData.shippingPhoneNumber', undefined],
  ['a phone of 16 digits', 'customerData.shippingPhoneNumber', pan],
  ['a shipping method beyond 2^53', 'customerData.shippingMethodId', 2 ** 53],
  ['a fractional shipping method', 'customerData.shippingMethodId', 1.5],
  ['a country of 3 letters', 'customerData.countryIsoCode2', 'USA'],
  ['a state by name', 'customerData.shippingAddress.state', 'Illinois'],
  ['a country in lower case', 'customerData.shippingAddress.countryIsoCode2', 'us'],
  ['no city', 'customerData.shippingAddress.city', undefined],
  ['no address', 'customerData.shippingAddress', undefined],
  ['no items', 'itemData', undefined],
  ['an empty list of items', 'itemData', []],
  ['an item without name', 'itemData.0.name', undefined],
  ['an item id as word', 'itemData.0.itemId', 'sweater'],
  ['a quantity of none', 'itemData.0.quantity', 0],
  ['a name that the table does not list', 'customerData.ipAddress', '73.44.18.201'],
];

describe('Yleo simulator', () => {
  const { yleo, send } = useSimulators();

  it('approves a clean order with an id like those of Kount', async () => {
    const { status, body } = await yleo(yleoBody());
    expect(status).toBe(200);
    expect(body).toEqual({
      result: 'Approved',
      kountTransactionId: expect.stringMatching(/^[A-Z0-9]{12}$/),
    });
  });

  it('gives the same order the same Kount id, so that a repeat is no new check', async () => {
    expect((await yleo(yleoBody())).body).toEqual((await yleo(yleoBody())).body);
  });

  it.each([
    ['declined', { result: 'Declined' }],
    ['review', { result: 'Review' }],
    ['escalate', { result: 'Escalate' }],
    ['notperformed', { result: 'NotPerformed', kountTransactionId: '0' }],
    ['transient', { condition: 'Transient' }],
    ['permanent', { condition: 'Permanent' }],
  ])('obeys the e-mail tag +yleo-%s', async (tag, body) => {
    const email = `ann+sardine-high+yleo-${tag}@example.com`;
    expect(await yleo(yleoBody(email))).toMatchObject({ status: 200, body });
  });

  it("reads names in any case and numbers in quotes, as the documentation's sample", async () => {
    const { shippingAddress, ...customerData } = yleoBody()['customerData'] as Record<
      string,
      unknown
    >;
    const body = {
      customerData: {
        ...customerData,
        orderTotal: '187.45',
        pointValue: '10',
        sourceId: '71',
        shippingMethodId: '1',
        ShippingAddress: shippingAddress,
        Upline: '',
      },
      itemData: [{ name: 'Oil', itemId: 456, partNumber: '1234', price: 0.0, quantity: 1 }],
    };
    expect(await yleo(body)).toMatchObject({ status: 200, body: { result: 'Approved' } });
  });

  it.each(refuses)('calls a request with %s a permanent fault', async (_what, path, value) => {
    expect(await yleo(changed(yleoBody(), path, value))).toEqual({
      status: 400,
      headers: expect.anything(),
      body: { condition: 'Permanent', message: expect.stringContaining(path.split('.')[0] ?? '') },
    });
  });

  it('rejects a card number that leaked into an item', async () => {
    const reply = await yleo(changed(yleoBody(), 'itemData.0.name', `Gift ${pan}`));
    expect(reply).toMatchObject({ status: 400, body: { condition: 'Permanent' } });
    expect(JSON.stringify(reply.body)).not.toContain(pan);
  });

  it('has a deep health page that is subject to faults like all else', async () => {
    const page = () => send('GET', '/yleo/deep-health-check');
    expect(await page()).toMatchObject({ status: 200, body: { status: 'Healthy' } });
    await send('PUT', '/_faults/yleo', { status: 503, times: 1 });
    expect((await page()).status).toBe(503);
    expect((await page()).status).toBe(200);
    expect((await send('POST', '/yleo/deep-health-check', {})).status).toBe(404);
  });

  it.each([
    ['another letter case', yleoRoute.toLowerCase().replace('/yleo/s', '/yleo/S')],
    ['a query string', `${yleoRoute}?x=1`],
    ['a trailing slash', `${yleoRoute}/`],
  ])('does not know its route with %s', async (_what, path) => {
    expect((await yleo(yleoBody(), path)).status).toBe(404);
  });

  it('does not serve its route under another method', async () => {
    expect((await send('PUT', yleoRoute, yleoBody())).status).toBe(404);
  });
});

import { describe, expect, it } from 'vitest';
import { basic, changed, customerBody, riskBody, useSimulators } from './simulators.js';

const pan = '4111111111111111';

const customersRefuse: readonly [string, string, unknown][] = [
  ['an unknown flow', 'flow.type', 'signup'],
  ['no session key', 'sessionKey', undefined],
  ['no customer id', 'customer.id', undefined],
  ['an e-mail without @', 'customer.emailAddress', 'ann'],
  ['an empty name', 'customer.firstName', ''],
  ['a city of 101 characters', 'customer.address.city', 'x'.repeat(101)],
  ['no payment method', 'transaction.paymentMethod', undefined],
  ['a BIN of 8 digits', 'transaction.paymentMethod.card.first6', '41111111'],
  ['a card number as hash', 'transaction.paymentMethod.card.hash', pan],
  ['a name that the documents do not list', 'customer.nickname', 'Annie'],
  ['another checkpoint', 'checkpoints', ['issuingrisk']],
];

const risksRefuse: readonly [string, string, unknown][] = [
  ['no session key', 'sessionKey', undefined],
  ['a session key of 101 characters', 'sessionKey', 'k'.repeat(101)],
  ['no customer id', 'customerId', undefined],
  ['a customer id of 101 characters', 'customerId', 'c'.repeat(101)],
  ['no transaction', 'transaction', undefined],
  ['no transaction id', 'transaction.id', undefined],
  ['an amount as text', 'transaction.amount', '12.34'],
  ['a currency in lower case', 'transaction.currencyCode', 'usd'],
  ['a time with a fraction', 'transaction.createdAtMillis', 1.5],
  ['an unattested type', 'transaction.type', 'sale'],
  ['an unattested status', 'transaction.status', 'authorized'],
  ['no category code', 'transaction.merchant.mcc', undefined],
  ['a category code of 3 digits', 'transaction.merchant.mcc', '541'],
  ['an unattested terminal', 'transaction.terminal.type', 'web'],
  ['an unattested operator', 'transaction.terminal.operator', 'robot'],
  ['no country', 'transaction.address.countryCode', undefined],
  ['a country of 3 letters', 'transaction.address.countryCode', 'USA'],
  ['a street of 101 characters', 'transaction.address.street1', 'x'.repeat(101)],
  ['a region of 51 characters', 'transaction.address.regionCode', 'x'.repeat(51)],
  ['a postal code of 21 characters', 'transaction.address.postalCode', '9'.repeat(21)],
  ['an unattested AVS word', 'transaction.validation.avsZip', 'yes'],
  ['an unattested CVV word', 'transaction.validation.cvv', 'M'],
  ['an inferred entry word', 'transaction.entryInfo.card', 'card_not_present'],
  ['a flag as text', 'transaction.recurring', 'false'],
  ['a fractional age', 'customer.accountAgeInDays', 1.5],
  ['a card without id', 'card.id', undefined],
  ['an empty card id', 'card.id', ''],
  ['a card id of 101 characters', 'card.id', 'c'.repeat(101)],
  ['a card id that is a long number', 'card.id', '4111111111111112'],
  ['an unattested network', 'card.network', 'discover'],
  ['a checkpoint that was never created', 'checkpoints', ['velocity']],
  ['a number among the texts', 'customString', { banner: 1 }],
  ['a name that the documents do not list', 'transaction.cvv', '123'],
  ['null for absent', 'transaction.note', null],
];

describe('Sardine simulator', () => {
  const simulators = useSimulators();
  const { sardine } = simulators;
  const introduce = (email?: string) => sardine('/customers', customerBody(email));

  it("accepts the documentation's own example once the customer is known", async () => {
    expect(await introduce()).toMatchObject({ status: 200, body: { status: 'Success' } });
    expect(await sardine('/issuing/risks', riskBody())).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        sessionKey: riskBody()['sessionKey'],
        level: 'low',
        amlLevel: 'low',
        score: 12,
        checkpoints: { issuingrisk: { riskLevel: { value: 'low', ruleIds: [] } } },
        rules: [],
      },
    });
  });

  it('omits the reason codes of a clean answer, as Sardine does', async () => {
    await introduce();
    const { body } = await sardine('/issuing/risks', riskBody());
    expect(body).not.toHaveProperty('reasonCodes');
  });

  it('refuses a risk call for a customer that was never introduced', async () => {
    expect(await sardine('/issuing/risks', riskBody())).toMatchObject({
      status: 422,
      body: { status: 'error', code: 'unknown_customer' },
    });
  });

  it.each([undefined, 'Basic AAAA', 'Bearer test-only', ''])(
    'admits nobody with the wrong credentials (%s)',
    async (authorization) => {
      const headers = authorization === undefined ? {} : { authorization };
      const reply = await simulators.send('POST', '/sardine/v1/customers', customerBody(), headers);
      expect(reply).toMatchObject({ status: 401, body: { status: 'error' } });
    },
  );

  it.each([
    ['low', 'ann@example.com'],
    ['low', 'ann+sardine-none@example.com'],
    ['low', 'sardine-high@example.com'],
    ['medium', 'ann+sardine-medium@example.com'],
    ['high', 'ann+sardine-high@example.com'],
    ['high', 'ann+sardine-high+yleo-review@example.com'],
    ['high', 'ann+yleo-review-sardine-high@example.com'],
    ['very_high', 'Ann+SARDINE-very_high-yleo-declined@example.com'],
    ['unknown', 'ann+sardine-unknown@example.com'],
  ])('answers level %s for %s', async (level, email) => {
    await introduce(email);
    const reply = await sardine('/issuing/risks', riskBody());
    expect(reply).toMatchObject({ status: 200, body: { level } });
  });

  it('gives no score for an unknown level, as Sardine without data', async () => {
    await introduce('ann+sardine-unknown@example.com');
    const { body } = await sardine('/issuing/risks', riskBody());
    expect(body).not.toHaveProperty('score');
  });

  it.each(customersRefuse)('refuses a customer with %s', async (_what, path, value) => {
    const reply = await sardine('/customers', changed(customerBody(), path, value));
    expect(reply).toMatchObject({ status: 400, body: { status: 'error' } });
  });

  it.each(risksRefuse)('refuses a risk call with %s', async (_what, path, value) => {
    await introduce();
    const reply = await sardine('/issuing/risks', changed(riskBody(), path, value));
    expect(reply).toMatchObject({ status: 400, body: { status: 'error' } });
  });

  it('names the path of what it refuses and never the value', async () => {
    const body = changed(riskBody(), 'transaction.currencyCode', 'secret-value');
    const reply = await sardine('/issuing/risks', body);
    expect(JSON.stringify(reply.body)).toContain('transaction.currencyCode');
    expect(JSON.stringify(reply.body)).not.toContain('secret-value');
  });

  it.each([
    ['transaction.note', pan],
    ['transaction.note', 'card 4111 1111 1111 1111 ok'],
    ['partnerName', `x${pan}x`],
    ['customNumber', { card: Number(pan) }],
    ['customString', { [pan]: 'yes' }],
    ['card.id', `card-${pan}`],
  ])('shows a card number that leaked into %s', async (path, value) => {
    await introduce();
    expect(await sardine('/issuing/risks', changed(riskBody(), path, value))).toMatchObject({
      status: 400,
      body: { code: 'card_number' },
    });
  });

  it.each([
    ['a UUID full of digits', '41111111-1111-4111-8111-411111111111'],
    ['a keyed hash with a run of digits', `ab${pan}${'c0'.repeat(23)}`],
  ])('takes %s for what it is and not for a card number', async (_what, id) => {
    await introduce();
    expect((await sardine('/issuing/risks', changed(riskBody(), 'card.id', id))).status).toBe(200);
  });

  it.each([
    ['authorization', 'approved', 200],
    ['authorization', 'issuer_declined', 200],
    ['settlement', 'chargeback', 200],
    ['authorization', 'chargeback', 400],
    ['settlement', 'approved', 400],
    ['review', 'approved', 400],
  ])('answers feedback %s/%s with %i', async (type, status, expected) => {
    const reply = await sardine('/feedbacks', {
      kind: 'issuing',
      customer: { id: 'A-553201' },
      transaction: { id: 't-1', amount: 12.34 },
      feedback: { id: 'f-1', scope: 'transaction', timeMillis: 1605827465000, type, status },
    });
    expect(reply.status).toBe(expected);
  });

  it.each(['{"sessionKey":', '', 'null', '[]'])('refuses the body %j', async (text) => {
    expect((await sardine('/customers', text)).status).toBe(400);
  });

  it('refuses a body that is not declared as JSON', async () => {
    const reply = await simulators.send('POST', '/sardine/v1/customers', customerBody(), {
      authorization: basic,
      'content-type': 'text/plain',
    });
    expect(reply.status).toBe(400);
  });

  it('knows no other route', async () => {
    expect((await sardine('/customer', customerBody())).status).toBe(404);
  });
});

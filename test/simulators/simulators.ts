import { readFileSync } from 'node:fs';
import { afterEach, beforeEach } from 'vitest';
import { type Simulators, startSimulators } from '../../simulators/server.js';

const clientId = 'client-1';
const clientSecret = 'test-only';
const omsToken = 'test-only-token';

export const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
export const bearer = `Bearer ${omsToken}`;

export const yleoRoute =
  '/yleo/service-client-request/Yleo.Fraud.Client.DetailedFraudCheck.DetailedFraudCheckRequest';

/** A JSON object of a fixture, free to be changed. */
type Body = Record<string, unknown>;

const fixture = (name: string): Body =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Body;

/** Sardine's own sample of a risk request. */
export const riskBody = (): Body => fixture('sardine-request.json');

/** The settlement of an order, its card sanitised, accepted. */
export const recordBody = (): Body => fixture('db-record.json');

export const customerBody = (email = 'ann@example.com'): Body => ({
  flow: { type: 'transaction' },
  sessionKey: '972ae59c-a792-4123-a31e-b6311ef22f49',
  customer: {
    id: riskBody()['customerId'],
    firstName: 'Ann',
    lastName: 'Lee',
    emailAddress: email,
    address: { street1: '410 Maple Ave', city: 'Evanston', countryCode: 'US' },
  },
  transaction: {
    id: '2964c6d5-4e3f-484e-958f-44536c5d11e3',
    createdAtMillis: 1605827465000,
    amount: 12.34,
    currencyCode: 'USD',
    paymentMethod: {
      type: 'card',
      card: { first6: '411111', last4: '1111', hash: 'cc15ad54-f71e-4245-85f6-6707faf408bc' },
    },
  },
  checkpoints: ['customer'],
});

export const yleoBody = (email = 'ann@example.com'): Body => ({
  customerData: {
    currencyCode: 'USD',
    orderTotal: 187.45,
    alternateId: '81004517',
    sessionId: '972ae59ca7924123a31eb6311ef22f49',
    isReactivatingOrder: false,
    walletId: '1a9ea105-2f59-4737-b4c2-3c5a8926ff8e',
    email,
    sourceId: 71,
    shippingPhoneNumber: '0123456789',
    shippingMethodId: 1,
    countryIsoCode2: 'US',
    shippingAddress: {
      shippingName: 'Ann Lee',
      street1: '410 Maple Ave',
      state: 'IL',
      postalCode: '60202',
      city: 'Evanston',
      countryIsoCode2: 'US',
    },
  },
  itemData: [
    { name: 'Sweater', itemId: 9200411, partNumber: '190510442178', price: 97, quantity: 1 },
  ],
});

/** Sets (or with `undefined` removes) the value at a dotted path of a fixture. */
export const changed = (body: Body, path: string, value: unknown): Body => {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((place, name) => place[name] as Body, body);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return body;
};

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** Runs simulators on a free port for each test of a file and speaks to them over HTTP. */
export const useSimulators = () => {
  let running: Simulators | undefined;
  const url = (path: string): string => {
    if (running === undefined) throw new Error('the simulators do not run');
    return running.url + path;
  };
  beforeEach(async () => {
    running = await startSimulators({
      port: 0,
      credentials: { SARDINE_CLIENT_ID: clientId, SARDINE_CLIENT_SECRET: clientSecret },
      oms: { token: omsToken },
    });
  });
  afterEach(() => running?.close());

  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(url(path), {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { status } = response;
    return { status, headers: response.headers, body: readJson(await response.text()) };
  };

  return {
    url,
    send,
    sardine: (path: string, body: unknown, authorization = basic) =>
      send('POST', `/sardine/v1${path}`, body, { authorization }),
    yleo: (body: unknown, path = yleoRoute) => send('POST', path, body),
    oms: (action: string, body: unknown, headers: Record<string, string> = {}) =>
      send('POST', `/oms/orders/81004517/${action}`, body, {
        authorization: bearer,
        'idempotency-key': `s5a:81004517:1:${action}`,
        ...headers,
      }),
  };
};

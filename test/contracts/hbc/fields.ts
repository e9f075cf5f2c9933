import { parseTransaction } from '../../../contracts/hbc/transaction.js';
import { exampleBody } from '../../support/transactions.js';

export type Kind =
  | 'text'
  | 'filled'
  | 'money'
  | 'signedMoney'
  | 'integer'
  | 'flag'
  | 'choice'
  | 'date'
  | 'email'
  | 'ip'
  | 'uuid'
  | 'currency'
  | 'pan'
  | 'expiry'
  | 'cvv'
  | 'object'
  | 'list';

export type Path = readonly (string | number)[];

export interface Field {
  readonly path: Path;
  /** As a fault must name it. */
  readonly name: string;
  readonly kind: Kind;
  readonly required: boolean;
  /** Smallest value of an integer field. */
  readonly min: number;
}

const nameOf = (path: Path): string =>
  path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}.${part}`),
    '$',
  );

/** `name?` is an optional field; `integer:1` has a minimum. */
const expand = (at: Path, table: Record<string, string>): Field[] =>
  Object.entries(table).map(([key, spec]) => {
    const [kind, min] = spec.split(':');
    const path = [...at, key.replace('?', '')];
    return {
      path,
      name: nameOf(path),
      kind: kind as Kind,
      required: !key.endsWith('?'),
      min: min === undefined ? Number.MIN_SAFE_INTEGER : Number(min),
    };
  });

const address = {
  name: 'text',
  streetLineOne: 'text',
  'streetLineTwo?': 'text',
  city: 'text',
  state: 'text',
  zip: 'text',
  country: 'text',
};

/** Every field of the HBC `Transaction` and its models, as published, and our two extensions. */
export const fields: readonly Field[] = [
  ...expand([], {
    orderId: 'filled',
    groupId: 'filled',
    orderTotal: 'money',
    shippingCost: 'money',
    currencyCode: 'currency',
    storeNumber: 'integer:0',
    'salesRep?': 'text',
    'lastModifiedDate?': 'date',
    banner: 'choice',
    creditCard: 'object',
    'promos?': 'list',
    items: 'list',
    'ipAddress?': 'ip',
    source: 'filled',
    customer: 'object',
    'additionalData?': 'object',
  }),
  ...expand(['creditCard'], {
    nameOnCard: 'text',
    billingAddress: 'object',
    cardType: 'text',
    cardNumber: 'pan',
    authorizedAmount: 'money',
    fullAmount: 'money',
    expiryDate: 'expiry',
    authCode: 'cvv',
    responseCode: 'integer',
    'merchantId?': 'integer',
    'registerNumber?': 'text',
    transactionNumber: 'text',
    avsResponse: 'text',
  }),
  ...expand(['creditCard', 'billingAddress'], address),
  ...expand(['promos', 0], { promotionCode: 'text', promotionAmount: 'money' }),
  ...expand(['items', 1], {
    svsNumber: 'integer',
    skuNumber: 'integer',
    'upcNumber?': 'integer',
    'classNumber?': 'integer',
    'color?': 'text',
    'size?': 'text',
    currentStatus: 'text',
    department: 'integer',
    'signOnDelivery?': 'text',
    'giftWrapped?': 'flag',
    'costAmount?': 'signedMoney',
    'marginAmount?': 'signedMoney',
    description: 'text',
    price: 'money',
    extendedPrice: 'signedMoney',
    quantity: 'integer:1',
    groupNumber: 'integer',
    shippingAddress: 'object',
    shippingMethod: 'text',
    shippingCountry: 'text',
  }),
  ...expand(['items', 1, 'shippingAddress'], address),
  ...expand(['customer'], {
    customerType: 'choice',
    accountId: 'text',
    creationDate: 'date',
    firstName: 'text',
    lastName: 'text',
    emailAddress: 'email',
  }),
  ...expand(['additionalData'], {
    inAuthId: 'uuid',
    'cvvResponse?': 'text',
    'shippingPhone?': 'text',
  }),
];

export const fieldsOf = (...kinds: Kind[]): Field[] =>
  fields.filter((field) => kinds.includes(field.kind));

type Container = Record<string | number, unknown>;

/** The value at a path of a JSON value. */
export const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Container | undefined)?.[key], value);

/** The valid example with one value put at `path`; `undefined` removes the key. */
export const bodyWith = (path: Path, value: unknown): unknown => {
  // Amounts far apart, so that either may take any value without crossing the other.
  const body = exampleBody({ creditCard: { authorizedAmount: 0, fullAmount: 1_000_000_000 } });
  const holder = at(body, path.slice(0, -1)) as Container;
  const key = path.at(-1) ?? '';
  if (value === undefined) delete holder[key];
  else holder[key] = value;
  return body;
};

/** What the parser makes of the example with `value` at the field. */
export const parseWith = (field: Pick<Field, 'path'>, value: unknown) => {
  const parsed = parseTransaction(bodyWith(field.path, value));
  return parsed.ok
    ? { faults: [], value: at(parsed.value, field.path), transaction: parsed.value }
    : { faults: parsed.faults, value: undefined, transaction: undefined };
};

/** Code and path of each fault, without the words in between. */
export const codesOf = (faults: readonly { error: string; message: string }[]) =>
  faults.map((fault) => [fault.error, fault.message.split(' ')[0]]);

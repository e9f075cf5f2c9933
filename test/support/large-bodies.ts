import { randomUUID } from 'node:crypto';
import { exampleBody, type Json } from './transactions.js';

/** The maximum size of a request body in bytes. */
export const bodyBytesMax = 1_048_576;

/** Units of text that are expensive to parse or mask, to be repeated. */
export const units = {
  digits: '4111 1111 1111 1111 ',
  ones: '1 ',
  spaces: ' ',
  accents: 'e\u0301 ',
  words: 'av st ',
  ligatures: 'ﬁß ',
} as const;

export const textOf = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** The texts of one line, each as long as its limit allows. */
const itemTexts = {
  description: 500,
  shippingMethod: 64,
  shippingCountry: 100,
  currentStatus: 64,
  color: 50,
  size: 50,
  signOnDelivery: 64,
};
const addressTexts = {
  ...{ name: 150, streetLineOne: 200, streetLineTwo: 200 },
  ...{ city: 100, state: 100, zip: 20, country: 100 },
};

const textsOf = (lengths: Record<string, number>, unit: string, index: number, share: number) =>
  Object.fromEntries(
    Object.entries(lengths).map(([name, max]) => {
      const start = `${index} `;
      return [name, (start + textOf(unit, max)).slice(0, Math.max(5, Math.floor(max * share)))];
    }),
  );

/** An order of five hundred lines to as many places, as large as a body may be. */
export const largestOrder = (unit: string): Json => {
  const body = exampleBody({ orderId: randomUUID() });
  const [line] = body['items'] as Json[];
  const orderWith = (share: number): Json => ({
    ...body,
    promos: Array.from({ length: 100 }, (_, index) => ({
      promotionCode: `${index} `.padEnd(64, 'x'),
      promotionAmount: 1,
    })),
    items: Array.from({ length: 500 }, (_, index) => ({
      ...line,
      ...textsOf(itemTexts, unit, index, share),
      shippingAddress: textsOf(addressTexts, unit, index, share),
    })),
  });
  let share = 1;
  while (Buffer.byteLength(JSON.stringify(orderWith(share))) > bodyBytesMax) share -= 0.02;
  return orderWith(share);
};

/** As many units as fit a body, between an opening and a closing bracket. */
export const filled = (open: string, unitOf: (index: number) => string, close: string): string => {
  const parts: string[] = [];
  let bytes = open.length + close.length;
  for (let index = 0; ; index += 1) {
    const unit = unitOf(index);
    bytes += Buffer.byteLength(unit) + 1;
    if (bytes > bodyBytesMax) return `${open}${parts.join(',')}${close}`;
    parts.push(unit);
  }
};

/** Valid requests with bodies that no route expects. */
export const strangeBodies: Readonly<Record<string, string>> = {
  'many fields': filled('{', (index) => `"k${index}":0`, '}'),
  'many objects': filled('[', () => '{}', ']'),
  'many numbers': filled('[', () => '0', ']'),
  'deep lists': '['.repeat(500_000) + ']'.repeat(500_000),
  'deep objects': `${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}`,
  'one text': JSON.stringify(textOf(units.ones, 1_000_000)),
  'many quotes': JSON.stringify(textOf('"\\', 500_000)),
  'no end': `[${'"a",'.repeat(260_000)}`,
};

/** The example order with a change. */
const changed = (change: (body: Json, line: Json) => Json): string => {
  const body = exampleBody({ orderId: randomUUID() });
  const [line = {}] = body['items'] as Json[];
  return JSON.stringify({ ...body, ...change(body, line) });
};

const wrongIn = (object: Json, value: unknown): Json =>
  Object.fromEntries(Object.keys(object).map((name) => [name, value]));

const lines = (count: number, line: unknown) => ({ items: Array<unknown>(count).fill(line) });

/** Invalid orders that take the longest to reject. */
export const wrongOrders: Readonly<Record<string, string>> = {
  'all of 500 lines wrong': changed((_, line) => lines(500, wrongIn(line, []))),
  'no field of 500 lines': changed(() => lines(500, {})),
  'no address of 500 lines': changed((_, line) => lines(500, { ...line, shippingAddress: {} })),
  'all texts of 500 lines too long': changed((_, line) =>
    lines(500, {
      ...line,
      shippingAddress: wrongIn(line['shippingAddress'] as Json, 'x'.repeat(201)),
    }),
  ),
  'too many lines': changed(() => lines(300_000, {})),
  'lines of zero': changed(() => lines(12_000, 0)),
  'a long street': changed((_, line) => ({
    items: [{ ...line, shippingAddress: { streetLineOne: textOf(units.ones, 1_000_000) } }],
  })),
  'a long number': changed(() => ({ orderTotal: textOf('1', 1_000_000) })),
  'a long mailbox': changed(({ customer }) => ({
    customer: { ...(customer as Json), emailAddress: textOf('a@', 1_000_000) },
  })),
  'unknown fields': changed(() =>
    Object.fromEntries([
      ['banner', null],
      ...Array.from({ length: 12_000 }, (_, index) => [`k${index}`, null] as const),
    ]),
  ),
};

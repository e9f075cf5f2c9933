import { createPool } from '../../db/pool.js';
import { createEverydayGenerator } from '../../local/demo/generate.js';
import { createAsk, type Place } from './shots-data.js';

/** The tag by which its picture finds the case. */
export const oddTag = 'odd-names';

const lastName = `Wolfeschlegelsteinhausenbergerdorff${'-Vandenbergh'.repeat(6)}`;
const rightToLeft = 'ליאורה בן־יוסף عبد الرحمن';

/** An order whose names are markup, right-to-left, and longer than any column. */
const oddOrder = () => {
  const order = createEverydayGenerator(11)({ orderId: '550000001', now: new Date() });
  const { customer, creditCard, items } = order;
  return {
    ...order,
    customer: {
      ...customer,
      firstName: '<script>alert(1)</script>',
      lastName,
      emailAddress: customer.emailAddress.replace('@', '+sardine-high@'),
    },
    creditCard: { ...creditCard, nameOnCard: rightToLeft },
    items: items.map((item) => ({
      ...item,
      description: `${item.description}, in a box that is as large as its name is long`.repeat(2),
      shippingAddress: { ...item.shippingAddress, name: rightToLeft },
    })),
  };
};

/** Stores the odd order with a tag, and a note that is as odd. */
export const addOddCase = async (place: Place): Promise<void> => {
  const ask = createAsk(place);
  const { transactionId } = await ask('POST', '/transaction', oddOrder());
  const db = createPool({ databaseUrl: place.databaseUrl, connections: 1, timeoutMs: 10_000 });
  const { rows } = await db.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  await db.end();
  const path = `/v1/cases/${rows[0]?.case_id ?? ''}`;
  await ask('POST', `${path}/tags`, { tag: oddTag });
  const text = `${rightToLeft}: <b>called</b> ${lastName}, no answer`;
  await ask('POST', `${path}/notes`, { text });
};

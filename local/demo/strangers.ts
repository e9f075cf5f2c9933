import { jewellery, smartWatch } from './catalogue.js';
import { everyday } from './everyday.js';
import type { DemoOrder } from './order.js';
import type { Random } from './random.js';
import { type DeskWork, guest, type Scene, scriptOrders } from './scene.js';

const single = (
  name: string,
  write: (random: Random) => DemoOrder,
  desk?: DeskWork,
  count = 1,
): Scene => ({
  name,
  write: (random) => scriptOrders(count, () => write(random), desk && { 0: desk }),
});

/** Single orders of people whom nobody knows. */
export const strangers: readonly Scene[] = [
  single(
    'a bracelet for a new customer',
    (random) => ({
      ...{ ...everyday(random, 's5a'), accountAgeDays: 3, promotion: 0 },
      lines: [{ article: jewellery, quantity: 1 }],
    }),
    {
      note: 'The issuer confirms the cardholder; waiting for her to call back.',
      holdHours: 1,
      dueInMinutes: 24,
    },
    2,
  ),
  single(
    'three smart watches for a guest',
    (random) => ({
      ...{ ...everyday(random, 'lat'), ...guest, promotion: 0 },
      lines: [{ article: smartWatch, quantity: 3 }],
    }),
    { tags: ['resale'], isClaimed: true },
  ),
  single('wrong card code', (random) => ({
    ...{ ...everyday(random), cvvResponse: 'N' },
  })),
  single(
    'throw-away mailbox in a hurry',
    (random) => ({
      ...{ ...everyday(random, 'o5a'), ...guest, mailDomain: 'mailinator.com' },
      ...{ shippingMethod: 'overnight', shippingMinor: 2995 },
    }),
    { dueInMinutes: -18 },
  ),
  single(
    'Yleo refuses to look at it',
    (random) => ({ ...everyday(random), emailTag: 'yleo-permanent' }),
    { note: 'Yleo could not read this one; asked their support.' },
    3,
  ),
  single('Sardine does not know', (random) => {
    const order = everyday(random, 'lat');
    const [firstName, lastName] = ['ليلى', 'حداد'];
    const home = { ...order.shopper.home, name: `${firstName} ${lastName}` };
    return {
      ...{ ...order, emailTag: 'sardine-unknown', nameOnCard: home.name, shipTo: home },
      shopper: { ...order.shopper, firstName, lastName, home },
    };
  }),
];

import type { Random } from '../../../local/demo/random.js';
import type { Draft } from '../draft.js';
import type { Shopper } from '../people.js';
import type { Story } from '../story.js';
import type { World } from '../world.js';
import { live } from './everyday.js';

type Change = (order: Draft, random: Random, shopper: Shopper) => Partial<Draft>;

/** Drops the fields that only a browser provides. */
const withoutBrowser = ({ ip: _ip, device: _device, cvv: _cvv, ...order }: Draft): Draft => order;

const withoutMail = (order: Draft): Draft => ({
  ...order,
  customer: { ...order.customer, emailAddress: '' },
});

/**
 * An agent enters the order: all callers share the call centre's IP addresses, without a device.
 */
export const caller: Story = (world, random) =>
  live(world, random, {
    story: 'call centre',
    orders: random.whole(1, 3),
    wish: { customerType: random.chance(0.5) ? 'guest' : 'registered' },
  }).map((order) => {
    const phoned: Draft = { ...withoutBrowser(order), source: 'phone' };
    const said = random.chance(0.3) ? withoutMail(phoned) : phoned;
    return random.chance(0.8) ? { ...said, ip: random.pick(world.callCentreIps) } : said;
  });

const atStore =
  (world: World): Change =>
  (_order, random) => {
    const store = random.pick(world.stores);
    return {
      ...{ source: 'store', storeNumber: store.number, salesRep: random.pick(store.salesReps) },
      // A till sometimes fails to send its number.
      ...(random.chance(0.97) && { registerNumber: String(random.whole(1, 40)) }),
      shippingMethod: random.pick(['standard', 'standard', 'two-day', 'pickup']),
    };
  };

/** A sales person orders an out-of-stock article for a customer present with the card. */
export const storeCustomer: Story = (world, random) =>
  live(world, random, {
    story: 'store order',
    orders: random.whole(1, 3),
    wish: { customerType: random.chance(0.6) ? 'guest' : 'registered' },
    change: atStore(world),
  }).map((order) => {
    const sold = withoutBrowser(order);
    return random.chance(0.4) ? withoutMail(sold) : sold;
  });

/** Staff with a discount, who also buy presents, online and at their own store. */
export const employee: Story = (world, random) =>
  live(world, random, {
    story: 'employee',
    orders: random.whole(2, 6),
    wish: { customerType: 'employee' },
    change: (order, chance, shopper) => ({
      promotion: { code: 'STAFF30', share: 0.3 },
      ...(chance.chance(0.3) && atStore(world)(order, chance, shopper)),
    }),
  });

import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Banner } from '../../../contracts/hbc/transaction.js';
import { placesIn } from '../../../local/demo/places.js';
import type { Random } from '../../../local/demo/random.js';
import { dayMs } from '../calendar.js';
import type { PopulationCard } from '../cards.js';
import { makeUuid } from '../chance.js';
import type { Draft, DraftLine, LateLabel, Pattern } from '../draft.js';
import { gibberish, homeCountry, makeName, plain } from '../people.js';
import { makeIp, type World } from '../world.js';
import { streets } from '../words.js';

/** The fields that one theft sets; the rest is random. */
export interface Theft {
  readonly pattern: Pattern;
  readonly atMs: number;
  readonly banner: Banner;
  readonly card: PopulationCard;
  readonly lines: (shipTo: Address) => readonly DraftLine[];
  readonly avs: string;
  readonly email: string;
  readonly shipTo?: Address;
  readonly shipping?: readonly [method: string, minor: number];
  readonly ip?: string;
  readonly device?: string;
  readonly label?: LateLabel | undefined;
}

/** A house that receives parcels, never a PO box. */
export const makeHouse = (random: Random, name: string, banner: Banner): Address => ({
  name,
  streetLineOne: `${random.whole(2, 4999)} ${random.pick(streets)}`,
  ...random.pick(placesIn[homeCountry(banner)]),
});

/** The chargeback that a bank sends weeks later, if any. */
export const chargeback = (random: Random, atMs: number, share: number): LateLabel | undefined =>
  random.chance(share)
    ? { kind: 'chargeback', atMs: atMs + random.whole(20 * 24, 60 * 24) * (dayMs / 24) }
    : undefined;

/** A mailbox created for one order: random letters, a name with digits, or a disposable one. */
export const freshMail = (world: World, random: Random, throwAwayShare: number): string => {
  const { firstName, lastName } = makeName(random);
  const local = random.chance(0.4)
    ? gibberish(random, 9)
    : `${plain(firstName)}${plain(lastName)}${random.whole(1, 9999)}`;
  const domains = ['mailinator.com', 'yopmail.com', 'guerrillamail.com'];
  return world.mailbox(
    local,
    random.chance(throwAwayShare)
      ? random.pick(domains)
      : random.pick(['example.net', 'example.com']),
  );
};

/** A guest's order with a stolen card, under the cardholder's name. */
export const steal = (world: World, random: Random, theft: Theft): Draft => {
  const { firstName, lastName } = makeName(random);
  const name = `${firstName} ${lastName}`;
  const billing = makeHouse(random, name, theft.banner);
  const [shippingMethod, shippingMinor] = theft.shipping ?? (['standard', 995] as const);
  return {
    ...{ atMs: theft.atMs, truth: theft.pattern, story: theft.pattern.replaceAll('_', ' ') },
    ...{ orderId: world.nextOrderId(), groupId: '1', banner: theft.banner, source: 'web' },
    storeNumber: 689,
    customer: {
      ...{ customerType: 'guest', accountId: '', accountSinceMs: theft.atMs },
      ...{ firstName, lastName, emailAddress: theft.email },
    },
    ...{ card: theft.card, nameOnCard: name, billing, avs: theft.avs, responseCode: 100 },
    // One number in three was stolen together with its CVV.
    ...(theft.banner === 'o5a' && { cvv: random.chance(0.35) ? 'M' : 'N' }),
    lines: theft.lines(theft.shipTo ?? billing),
    ...{ shippingMethod, shippingMinor, authorised: 1 },
    ip: theft.ip ?? makeIp(random),
    device: theft.device ?? makeUuid(random),
    ...(theft.label && { label: theft.label }),
  };
};

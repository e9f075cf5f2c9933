import { type JsonObject, objectAt, textAt } from './json.js';

/** Whom a push suspects, in the words of our orders. */
export interface Suspects {
  /** Open: AiFi may add roles. */
  readonly role: string;
  /** Our account id, as the order has it. */
  readonly accountId: string | undefined;
  /** First six and last four digits of the card: shared by strangers. */
  readonly card: { readonly bin6: string; readonly last4: string } | undefined;
  /** `storeNumber` of our orders. */
  readonly storeNumber: number | undefined;
}

/** People who test or work in the store: what they do is recorded and suspects no shopper. */
const ownPeople: ReadonlySet<string> = new Set(['employee', 'tester']);

/** True when what a push says of this role is told of nobody. */
export const isOwnPerson = ({ role }: Suspects): boolean => ownPeople.has(role);

/** A number loses its leading zeros on the way. */
const last4Of = (instrument: JsonObject): string | undefined => {
  const text = textAt(instrument, 'cardLast4');
  return typeof instrument['cardLast4'] === 'number' ? text?.padStart(4, '0') : text;
};

const cardOf = (push: JsonObject): Suspects['card'] => {
  const instrument = objectAt(objectAt(push, 'payment'), 'paymentInstrument');
  const bin = textAt(instrument, 'cardBin') ?? '';
  const last4 = last4Of(instrument) ?? '';
  if (!/^\d{6,8}$/.test(bin) || !/^\d{4}$/.test(last4)) return undefined;
  return { bin6: bin.slice(0, 6), last4 };
};

/** Reads whom a push is about. `session.suspectedFraud` is not asked: the push is the suspicion. */
export const suspectsOf = (push: JsonObject): Suspects => {
  const customer = objectAt(push, 'customer');
  const store = textAt(push, 'storeExternalId') ?? '';
  return {
    role: (textAt(customer, 'role') ?? 'unknown').toLowerCase(),
    accountId: textAt(customer, 'externalId'),
    card: cardOf(push),
    storeNumber: /^\d{1,9}$/.test(store) ? Number(store) : undefined,
  };
};

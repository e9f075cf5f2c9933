import { type JsonObject, objectAt, textAt } from './json.js';

/** The people whom a push suspects, in the fields of our orders. */
export interface Suspects {
  /** Any text: AiFi may add roles. */
  readonly role: string;
  /** The account id of our orders. */
  readonly accountId: string | undefined;
  /** First six and last four digits of the card. Several cards share them. */
  readonly card: { readonly bin6: string; readonly last4: string } | undefined;
  /** `storeNumber` of our orders. */
  readonly storeNumber: number | undefined;
}

/** Staff and testers in the store: a push about them is stored and suspects no shopper. */
const ownPeople: ReadonlySet<string> = new Set(['employee', 'tester']);

/** True when the role belongs to staff or a tester, whom no push suspects. */
export const isOwnPerson = ({ role }: Suspects): boolean => ownPeople.has(role);

/** A number has lost its leading zeros in transit. */
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

/**
 * Reads whom a push is about. It ignores `session.suspectedFraud`: the push itself is the
 * suspicion.
 */
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

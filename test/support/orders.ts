import { createHash, randomUUID } from 'node:crypto';
import { withCheckDigit } from '../../local/demo/cards.js';
import { exampleBody, type Json, withOverrides } from './transactions.js';

const pick = (from: string | readonly string[], byte = 0): string => from[byte % from.length] ?? '';

/** A made-up Visa number with the prefix of published test numbers. */
const cardNumberOf = (bytes: Buffer): string => {
  const digits = [...bytes.subarray(0, 11)].map((byte) => byte % 10).join('');
  return withCheckDigit(`${pick(['4000', '4111', '4242'], bytes[11])}${digits}`);
};

/** Letters with a vowel in each pair, as in names. */
const nameOf = (bytes: Buffer): string =>
  [...bytes.subarray(0, 10)]
    .map((byte, index) => pick(index % 2 === 0 ? 'bdfgklmnprst' : 'aeiou', byte))
    .join('');

const uuidOf = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`]
    .concat(hex.slice(20, 32))
    .join('-');

/**
 * Subjects that no other order number shares, so that no rule about earlier orders trips: card,
 * mailbox, account, device, IP address (2001:db8::/32 is for documentation) and places.
 */
export const subjectsOfOrder = (orderId: string, tags = ''): Json => {
  const hash = createHash('sha256').update(orderId).digest();
  const name = nameOf(hash.subarray(12));
  const place = { streetLineOne: `${hash.readUInt16BE(22)} ${name} Ave` };
  const hex = hash.toString('hex');
  const items = exampleBody()['items'] as Json[];
  return {
    creditCard: { cardNumber: cardNumberOf(hash), billingAddress: place },
    items: items.map((item) => withOverrides(item, { shippingAddress: place })),
    ipAddress: `2001:db8:${hex.slice(48, 52)}:${hex.slice(52, 56)}::1`,
    customer: { accountId: `A-${orderId}`, emailAddress: `dana.${name}${tags}@example.com` },
    additionalData: { inAuthId: uuidOf(hex) },
  };
};

/**
 * A valid order with ids and subjects that no other test uses; the same number gives the same
 * subjects. `tags` control the partner simulators.
 */
export const order = (overrides: Json = {}, tags = ''): Json => {
  const given = overrides['orderId'];
  const orderId = typeof given === 'string' ? given : `T-${randomUUID()}`;
  return withOverrides(exampleBody({ orderId, ...subjectsOfOrder(orderId, tags) }), overrides);
};

import { createHash } from 'node:crypto';
import type { HistoryEntry } from '../../db/insert-order.js';
import { readHistory } from '../../db/order-history.js';
import { zipKeyOf } from '../../domain/address/zip.js';
import { avsCodeOf } from '../../domain/avs.js';
import type { History } from '../../domain/history.js';
import { ownDomainOf } from '../../domain/mail-domain.js';
import { salesRepOf } from '../../domain/sales-rep.js';
import { isCollected, storeOf } from '../../domain/store-of.js';
import { placesOf, subjectsOf, type SubjectValue } from '../../domain/subjects.js';
import { normaliseWords } from '../../domain/text.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context, Tokeniser } from '../context.js';

/** Half a SHA-256: with 10^9 values, a collision has a probability of 10^-20. */
const hashBytes = 16;

type Tokens = Readonly<Record<string, string>>;

/** A token, given in hex, as the order history stores it. */
export const historyTokenOf = (hex: string): Buffer =>
  Buffer.from(hex, 'hex').subarray(0, hashBytes);

/** As `historyTokenOf`, in hex. */
const short = (hex: string): string => hex.slice(0, 2 * hashBytes);

/** A 64-bit lock number for a token; subjects of different kinds have different tokens. */
const lockOf = (token: string): string => Buffer.from(token, 'hex').readBigInt64BE(0).toString();

const plainHash = (text: string): Buffer =>
  createHash('sha256').update(text).digest().subarray(0, hashBytes);

const orderHashOf = ({ banner, orderId }: SanitisedTransaction): Buffer =>
  plainHash(`${banner}\u0000${orderId}`);

const goodsHashOf = ({ items }: SanitisedTransaction): Buffer => {
  const quantities = new Map<number, number>();
  for (const { skuNumber, quantity } of items) {
    quantities.set(skuNumber, (quantities.get(skuNumber) ?? 0) + quantity);
  }
  return plainHash(JSON.stringify([...quantities].toSorted(([one], [other]) => one - other)));
};

/** Codes are compared without case and outer spaces, as shops do. */
const promotionHashesOf = ({ promos = [] }: SanitisedTransaction): Buffer[] =>
  [...new Set(promos.map(({ promotionCode }) => promotionCode.trim().toUpperCase()))]
    .filter((code) => code !== '')
    .map(plainHash);

/** Every token of the order by kind, without addresses and their names. */
const tokensOf = (tokeniser: Tokeniser, transaction: SanitisedTransaction) => {
  const of = (
    kind: Parameters<Tokeniser['subjectTokens']>[0],
    value: string | undefined,
  ): Tokens | undefined =>
    value === undefined || value === '' ? undefined : tokeniser.subjectTokens(kind, value);
  const subjects = subjectsOf(transaction);
  const valueOf = (kind: string) => subjects.find((subject) => subject.kind === kind)?.value;
  return {
    card: transaction.card.tokens,
    email: of('email', valueOf('email')),
    account: of('account', valueOf('account')),
    device: of('device', valueOf('device')),
    ip: of('ip', valueOf('ip')),
    bin: of('bin', transaction.card.bin6),
    domain: of('domain', ownDomainOf(transaction.customer.emailAddress)),
    postal: of('postal', zipKeyOf(transaction.creditCard.billingAddress)),
    salesRep: of('salesRep', salesRepOf(transaction)),
  };
};

/**
 * The hashes of an order's shopper and bill under the current key; without the card's, whose number
 * is not stored.
 */
export const subjectHashesOf = (
  tokeniser: Tokeniser,
  transaction: SanitisedTransaction,
): Buffer[] => {
  const { email, account, device, ip, postal } = tokensOf(tokeniser, transaction);
  return [email, account, device, ip, postal].flatMap((tokens) => {
    const token = tokens?.[tokeniser.currentKeyId];
    return token === undefined ? [] : [historyTokenOf(token)];
  });
};

/** Tokens under which earlier versions stored a subject, for reads. */
const earlierOf = (
  tokeniser: Tokeniser,
  { kind, earlier }: Pick<SubjectValue, 'kind' | 'earlier'>,
): string[] => earlier.flatMap((one) => Object.values(tokeniser.subjectTokens(kind, one)));

const placeTokensOf = (tokeniser: Tokeniser, transaction: SanitisedTransaction) =>
  placesOf(transaction).map((place) => ({
    address: tokeniser.subjectTokens('address', place.value),
    earlier: earlierOf(tokeniser, place),
    name: normaliseWords(place.name) === '' ? undefined : normaliseWords(place.name),
    house: place.house === undefined ? {} : tokeniser.subjectTokens('house', place.house),
  }));

/** Tokens under other keys than the one written. */
const restOf = (tokens: Tokens | undefined, keyId: string): string[] =>
  Object.entries(tokens ?? {}).flatMap(([id, token]) => (id === keyId ? [] : [short(token)]));

/**
 * The other tokens of places or houses, and for each of these the written one that it stands for.
 */
const otherPlacesOf = (
  kind: 'address' | 'house',
  places: readonly { readonly tokens: Tokens; readonly earlier: readonly string[] }[],
  keyId: string,
): (readonly [string, string[]])[] => {
  const away = places.map(({ tokens, earlier }) =>
    [...restOf(tokens, keyId), ...earlier.map(short)].map(
      (other) => [other, short(tokens[keyId] ?? '')] as const,
    ),
  );
  return [
    [kind, away.flat().map(([other]) => other)],
    [`${kind}Of`, away.flat().map(([, written]) => written)],
  ];
};

/** Builds an order's history entry, which later orders count. */
export const historyEntryOf = (
  tokeniser: Tokeniser,
  transaction: SanitisedTransaction,
): HistoryEntry => {
  const keyId = tokeniser.currentKeyId;
  // What strangers share has no lock, or all orders of one sales rep, town, mail domain, card
  // issuer or store would wait for each other. An order does not count those of its BIN, goods or
  // store that are being stored just then. Nor do strangers at one counter count each other.
  const all = tokensOf(tokeniser, transaction);
  const { card, bin: ofBin, domain, postal, salesRep, ...others } = all;
  const places = placeTokensOf(tokeniser, transaction);
  const mailbox = subjectsOf(transaction).find(({ kind }) => kind === 'email');
  const earlierMailbox = mailbox === undefined ? [] : earlierOf(tokeniser, mailbox);
  const written = (tokens: Tokens | undefined): Buffer | null =>
    tokens?.[keyId] === undefined ? null : historyTokenOf(tokens[keyId]);
  const kinds = { card, ...others, bin: ofBin, domain, postal, salesRep };
  const addresses = places.map(({ address: tokens, earlier }) => ({ tokens, earlier }));
  const houses = places.map(({ house: tokens }) => ({ tokens, earlier: [] }));
  const locked = [
    ...[card, ...Object.values(others)],
    ...(isCollected(transaction) ? [] : places).flatMap(({ address, house }) => [address, house]),
  ];
  const { bin6: bin, last4 } = transaction.card;
  return {
    keyId,
    orderHash: orderHashOf(transaction),
    card: written(card) ?? Buffer.alloc(0),
    email: written(others.email),
    emailDomain: written(domain),
    account: written(others.account),
    device: written(others.device),
    ip: written(others.ip),
    salesRep: written(salesRep),
    bin,
    last4,
    billingPostal: written(postal),
    otherKeys: Object.fromEntries(
      [
        ...Object.entries(kinds).map(([kind, tokens]) => [kind, restOf(tokens, keyId)] as const),
        ['email', [...restOf(others.email, keyId), ...earlierMailbox.map(short)]] as const,
        ...otherPlacesOf('address', addresses, keyId),
        ...otherPlacesOf('house', houses, keyId),
      ].filter(([, tokens]) => tokens.length > 0),
    ),
    amount: transaction.orderTotal,
    authorizedAmount: transaction.creditCard.authorizedAmount,
    currency: transaction.currencyCode,
    responseCode: transaction.creditCard.responseCode,
    avsCode: avsCodeOf(transaction.creditCard.avsResponse),
    goodsHash: goodsHashOf(transaction),
    store: storeOf(transaction) ?? null,
    promotions: promotionHashesOf(transaction),
    addresses: places.map(({ address, name, house }) => ({
      address: written(address) ?? Buffer.alloc(0),
      house: written(house),
      name: name === undefined ? null : written(tokeniser.subjectTokens('name', name)),
    })),
    locks: locked.flatMap((tokens) => Object.values(tokens ?? {}).map(lockOf)),
  };
};

/**
 * What a stored order shares with earlier orders. The result never changes: later orders have a
 * higher position and do not count.
 */
export const loadHistory = ({ db }: Context, transactionId: string): Promise<History> =>
  readHistory(db, transactionId);

import { createHash } from 'node:crypto';
import type { HistoryEntry } from '../../db/insert-order.js';
import { readHistory } from '../../db/order-history.js';
import { zipKeyOf } from '../../domain/address/zip.js';
import { avsCodeOf } from '../../domain/avs.js';
import type { History } from '../../domain/history.js';
import { salesRepOf } from '../../domain/sales-rep.js';
import { placesOf, subjectsOf, type SubjectValue } from '../../domain/subjects.js';
import { normaliseWords } from '../../domain/text.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context, Tokeniser } from '../context.js';

/** Half of a SHA-256 tells 10^9 values apart with a chance of 10^-20 for a mistake. */
const hashBytes = 16;

type Tokens = Readonly<Record<string, string>>;

const cut = (hex: string): Buffer => Buffer.from(hex, 'hex').subarray(0, hashBytes);

/** The same in hex. */
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

/** Codes are compared without regard to case and outer spaces, as shops do. */
const promotionHashesOf = ({ promos = [] }: SanitisedTransaction): Buffer[] =>
  [...new Set(promos.map(({ promotionCode }) => promotionCode.trim().toUpperCase()))]
    .filter((code) => code !== '')
    .map(plainHash);

/** Every token of the order by kind; addresses and their names come apart. */
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
    postal: of('postal', zipKeyOf(transaction.creditCard.billingAddress)),
    salesRep: of('salesRep', salesRepOf(transaction)),
  };
};

/**
 * The hashes that an order leaves behind for its shopper and bill, under the key that writes: all
 * but the card's, whose number is gone.
 */
export const subjectHashesOf = (
  tokeniser: Tokeniser,
  transaction: SanitisedTransaction,
): Buffer[] => {
  const { email, account, device, ip, postal } = tokensOf(tokeniser, transaction);
  return [email, account, device, ip, postal].flatMap((tokens) => {
    const token = tokens?.[tokeniser.currentKeyId];
    return token === undefined ? [] : [cut(token)];
  });
};

/** What is looked for besides a subject's own tokens: what earlier versions stored it under. */
const earlierOf = (
  tokeniser: Tokeniser,
  { kind, earlier }: Pick<SubjectValue, 'kind' | 'earlier'>,
): string[] => earlier.flatMap((one) => Object.values(tokeniser.subjectTokens(kind, one)));

const placeTokensOf = (tokeniser: Tokeniser, transaction: SanitisedTransaction) =>
  placesOf(transaction).map((place) => ({
    address: tokeniser.subjectTokens('address', place.value),
    earlier: earlierOf(tokeniser, place),
    name: normaliseWords(place.name) === '' ? undefined : normaliseWords(place.name),
  }));

/** What an order leaves behind for later orders to count. */
export const noteHistory = (
  tokeniser: Tokeniser,
  transaction: SanitisedTransaction,
): HistoryEntry => {
  const keyId = tokeniser.currentKeyId;
  // Not locked: all sales of one person would wait for each other, and what is counted of them
  // are orders that were answered before, which no lock could bring forward. Nor is the postal
  // code, which a town shares.
  const { card, postal, salesRep, ...others } = tokensOf(tokeniser, transaction);
  const places = placeTokensOf(tokeniser, transaction);
  const mailbox = subjectsOf(transaction).find(({ kind }) => kind === 'email');
  const earlierMailbox = mailbox === undefined ? [] : earlierOf(tokeniser, mailbox);
  const written = (tokens: Tokens | undefined): Buffer | null =>
    tokens?.[keyId] === undefined ? null : cut(tokens[keyId]);
  const restOf = (tokens: Tokens | undefined): string[] =>
    Object.entries(tokens ?? {}).flatMap(([id, token]) => (id === keyId ? [] : [short(token)]));
  const ownOf = (address: Tokens, away: readonly string[] = []): string[] =>
    away.map(() => short(address[keyId] ?? ''));
  const kinds = { card, ...others, postal, salesRep };
  const away = places.map(({ address, earlier }) => [...restOf(address), ...earlier.map(short)]);
  // Whoever shares the card shares its BIN, whose lock alone would do for both. The card's own
  // stays for the day on which BINs are counted without one, as postal codes are.
  const locked = [card, ...Object.values(others), ...places.map(({ address }) => address)];
  const { bin6: bin, last4 } = transaction.card;
  return {
    keyId,
    orderHash: orderHashOf(transaction),
    card: written(card) ?? Buffer.alloc(0),
    email: written(others.email),
    account: written(others.account),
    device: written(others.device),
    ip: written(others.ip),
    salesRep: written(salesRep),
    bin,
    last4,
    billingPostal: written(postal),
    otherKeys: Object.fromEntries(
      [
        ...Object.entries(kinds).map(([kind, tokens]) => [kind, restOf(tokens)] as const),
        ['email', [...restOf(others.email), ...earlierMailbox.map(short)]] as const,
        ['address', away.flat()] as const,
        // Of each of these the place of the order that it is another name of.
        ['addressOf', places.flatMap(({ address }, index) => ownOf(address, away[index]))] as const,
      ].filter(([, tokens]) => tokens.length > 0),
    ),
    amount: transaction.orderTotal,
    authorizedAmount: transaction.creditCard.authorizedAmount,
    currency: transaction.currencyCode,
    responseCode: transaction.creditCard.responseCode,
    avsCode: avsCodeOf(transaction.creditCard.avsResponse),
    goodsHash: goodsHashOf(transaction),
    promotions: promotionHashesOf(transaction),
    addresses: places.map(({ address, name }) => ({
      address: written(address) ?? Buffer.alloc(0),
      name: name === undefined ? null : written(tokeniser.subjectTokens('name', name)),
    })),
    locks: locked.flatMap((tokens) => Object.values(tokens ?? {}).map(lockOf)),
  };
};

/**
 * What a stored order shares with orders before it. The same for ever: later orders have a higher
 * position and are left out.
 */
export const loadHistory = ({ db }: Context, transactionId: string): Promise<History> =>
  readHistory(db, transactionId);

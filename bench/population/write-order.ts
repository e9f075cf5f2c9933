import { createHash } from 'node:crypto';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { sanitiseTransaction } from '../../domain/sanitise.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Draft, DraftLine } from './draft.js';

const major = (minor: number): number => minor / 100;
const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

const lineMinor = ({ article, quantity }: DraftLine): number => article.priceMinor * quantity;

const writeLine = (line: DraftLine, shippingMethod: string) => {
  const { article, quantity, shipTo } = line;
  const costMinor = Math.round(lineMinor(line) * article.costShare);
  return {
    svsNumber: 40_000_000 + (article.skuNumber % 10_000_000),
    skuNumber: article.skuNumber,
    upcNumber: article.upcNumber,
    classNumber: article.classNumber,
    currentStatus: 'ready',
    department: article.department,
    costAmount: major(costMinor),
    marginAmount: major(lineMinor(line) - costMinor),
    description: article.description,
    price: major(article.priceMinor),
    extendedPrice: major(lineMinor(line)),
    quantity,
    groupNumber: 1,
    shippingAddress: shipTo,
    shippingMethod: article.isElectronic === true ? 'electronic' : shippingMethod,
    shippingCountry: shipTo.country,
  };
};

const writeCard = (draft: Draft, totalMinor: number) => ({
  nameOnCard: draft.nameOnCard,
  billingAddress: draft.billing,
  ...draft.card,
  authorizedAmount: major(Math.floor(totalMinor * draft.authorised)),
  fullAmount: major(totalMinor),
  authCode: '123',
  responseCode: draft.responseCode,
  registerNumber: draft.registerNumber ?? '',
  transactionNumber: draft.orderId.slice(-4),
  avsResponse: draft.avs,
});

const writeCustomer = ({ customer, atMs }: Draft) => {
  const { accountSinceMs, ...given } = customer;
  // A guest has no account, and the contract requires a date.
  const sinceMs = customer.customerType === 'guest' ? atMs : Math.min(accountSinceMs, atMs);
  return { ...given, creationDate: dayOf(sinceMs) };
};

/** The body of `POST /transaction`; goods, shipping and promotion add up to its total. */
export const writeOrder = (draft: Draft) => {
  const goodsMinor = draft.lines.reduce((sum, line) => sum + lineMinor(line), 0);
  const promotionMinor = Math.round(goodsMinor * (draft.promotion?.share ?? 0));
  const totalMinor = goodsMinor + draft.shippingMinor - promotionMinor;
  return {
    ...{ orderId: draft.orderId, groupId: draft.groupId },
    orderTotal: major(totalMinor),
    shippingCost: major(draft.shippingMinor),
    currencyCode: draft.banner === 'bay' ? 'CAD' : 'USD',
    storeNumber: draft.storeNumber,
    ...(draft.salesRep !== undefined && { salesRep: draft.salesRep }),
    lastModifiedDate: dayOf(draft.atMs),
    banner: draft.banner,
    creditCard: writeCard(draft, totalMinor),
    ...(draft.promotion !== undefined && {
      promos: [{ promotionCode: draft.promotion.code, promotionAmount: major(promotionMinor) }],
    }),
    items: draft.lines.map((line) => writeLine(line, draft.shippingMethod)),
    ...(draft.ip !== undefined && { ipAddress: draft.ip }),
    source: draft.source,
    customer: writeCustomer(draft),
    ...(draft.device !== undefined && {
      additionalData: {
        inAuthId: draft.device,
        ...(draft.cvv !== undefined && { cvvResponse: draft.cvv }),
      },
    }),
  };
};

const keyId = 'population';

const digest = (purpose: string, pan: string): string =>
  createHash('sha256').update(`${purpose}:${pan}`).digest('hex').slice(0, 32);

/** The sanitised order. Throws when the contract rejects the body. */
export const orderOf = (draft: Draft): SanitisedTransaction => {
  const parsed = parseTransaction(writeOrder(draft));
  if (!parsed.ok) throw new Error(`${draft.story}: ${JSON.stringify(parsed.faults)}`);
  return sanitiseTransaction(parsed.value, (pan) => ({
    tokens: { [keyId]: digest('card', pan) },
    tokenKeyId: keyId,
    sardineCardId: digest('sardine', pan),
    walletId: '6f9619ff-8b86-5d01-b42d-00cf4fc964ff',
  }));
};

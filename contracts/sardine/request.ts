import { z } from 'zod';

/** Sardine's documentation allows 100 characters for session keys and customer ids. */
const id = z.string().min(1).max(100);
const filled = z.string().min(1);
const currency = z.string().regex(/^[A-Z]{3}$/);
const epochMs = z.int().min(1);
const amount = z.number().min(0);

/**
 * A pseudonym of the card. Long digit runs occur in hex and UUIDs; a card number is digits only.
 */
const cardId = id.regex(
  /^(?!.*(?<![\dA-Fa-f-])\d{12,19}(?![\dA-Fa-f-]))/,
  'looks like a card number',
);

const addressLines = {
  street1: z.string().max(100).optional(),
  street2: z.string().max(100).optional(),
  city: z.string().max(100).optional(),
  regionCode: z.string().max(50).optional(),
  postalCode: z.string().max(20).optional(),
};
const countryCode = z.string().regex(/^[A-Z]{2}$/);

const cvvWords = ['match', 'nomatch', 'not_verified', 'not_supported', 'error'] as const;
const avsWord = z.enum(['match', 'nomatch', 'not_verified', 'error', 'nodata']);

const Terminal = z.strictObject({
  id: z.string().optional(),
  type: z
    .enum(['pos_terminal', 'electronic_commerce', 'self_service', 'authorization', 'unspecified'])
    .optional(),
  operator: z.enum(['customer_operated', 'card_acceptor_operated', 'unspecified']).optional(),
  onPremise: z.boolean().optional(),
  pinCapability: z.boolean().optional(),
});

/** Only attested values are accepted; Sardine does not publish the full lists. */
const EntryInfo = z.strictObject({
  pan: z.enum(['contactless']).optional(),
  pinEntered: z.boolean().optional(),
  card: z.enum(['card_present']).optional(),
  cardHolder: z.enum(['customer_present']).optional(),
});

const Authorization = z.strictObject({
  id: filled,
  createdAtMillis: epochMs.optional(),
  amount,
  currencyCode: currency,
  type: z.enum(['purchase', 'cash', 'return', 'balance_inquiry']).optional(),
  status: z.enum(['attempt', 'pending', 'challenge', 'success', 'failure']).optional(),
  merchant: z.strictObject({
    id: z.string().optional(),
    mcc: z.string().regex(/^\d{4}$/),
    name: z.string().optional(),
  }),
  terminal: Terminal.optional(),
  /** The acceptor's address, never the shopper's. */
  address: z.strictObject({ ...addressLines, countryCode }),
  entryInfo: EntryInfo.optional(),
  validation: z
    .strictObject({
      avsZip: avsWord.optional(),
      avsStreet: avsWord.optional(),
      cvv: z.enum(cvvWords).optional(),
    })
    .optional(),
  fraudScore: z
    .strictObject({
      networkScore: z.number().optional(),
      partnerScore: z.number().optional(),
      reason: z.string().optional(),
    })
    .optional(),
  foreignTransaction: z.boolean().optional(),
  recurring: z.boolean().optional(),
  note: z.string().optional(),
  accountBalance: z.number().optional(),
});

/**
 * The body of `POST /v1/issuing/risks`, as strict as Sardine's documentation and the public code
 * that calls it: amounts in major units as JSON numbers, unknown names rejected.
 */
export const RiskRequest = z.strictObject({
  sessionKey: id,
  customerId: id,
  partnerId: z.string().optional(),
  partnerName: z.string().optional(),
  workflowName: z.string().optional(),
  transaction: Authorization,
  customer: z.strictObject({ accountAgeInDays: z.int().min(0).optional() }).optional(),
  card: z
    .strictObject({
      id: cardId,
      network: z.enum(['visa', 'mastercard', 'american_express', 'other']).optional(),
      balance: z.number().optional(),
      balanceCurrencyCode: currency.optional(),
      isVirtual: z.boolean().optional(),
    })
    .optional(),
  /** Other names exist only after Sardine has created them for a client. */
  checkpoints: z.array(z.enum(['issuingrisk'])).optional(),
  customString: z.record(z.string(), z.string()).optional(),
  customBool: z.record(z.string(), z.boolean()).optional(),
  customNumber: z.record(z.string(), z.number()).optional(),
  /** Its shape is not published. */
  purchaseVerification: z.record(z.string(), z.unknown()).optional(),
});
export type RiskRequest = z.output<typeof RiskRequest>;

/** The body of `POST /v1/customers`: the customer and the card of a purchase. */
export const CustomerRequest = z.strictObject({
  flow: z.strictObject({ type: z.enum(['transaction']) }),
  sessionKey: id,
  customer: z.strictObject({
    id,
    firstName: filled.optional(),
    lastName: filled.optional(),
    emailAddress: z
      .string()
      .regex(/^[^\s@]+@[^\s@]+$/)
      .optional(),
    phone: filled.optional(),
    address: z.strictObject({ ...addressLines, countryCode: countryCode.optional() }).optional(),
  }),
  transaction: z.strictObject({
    id: filled,
    createdAtMillis: epochMs,
    amount,
    currencyCode: currency,
    paymentMethod: z.strictObject({
      type: z.enum(['card']),
      card: z.strictObject({
        first6: z.string().regex(/^\d{6}$/),
        last4: z.string().regex(/^\d{4}$/),
        hash: cardId,
      }),
    }),
  }),
  checkpoints: z.array(z.enum(['customer'])).optional(),
});
export type CustomerRequest = z.output<typeof CustomerRequest>;

const feedbackBase = {
  id: filled,
  scope: z.enum(['user', 'transaction']),
  timeMillis: epochMs,
  reason: filled.optional(),
};

const settlementStatuses = [
  'settled',
  'chargeback',
  'merchant_dispute',
  'chargeback_reversal',
  'chargeback_final',
  'refund',
] as const;

/** The body of `POST /v1/feedbacks` for an issuing transaction. */
export const FeedbackRequest = z.strictObject({
  kind: z.enum(['issuing']),
  customer: z.strictObject({ id }),
  transaction: z.strictObject({ id: filled, amount: amount.optional() }),
  feedback: z.discriminatedUnion('type', [
    z.strictObject({
      ...feedbackBase,
      type: z.literal('authorization'),
      status: z.enum(['approved', 'issuer_declined', 'network_declined']),
    }),
    z.strictObject({
      ...feedbackBase,
      type: z.literal('settlement'),
      status: z.enum(settlementStatuses),
    }),
  ]),
});
export type FeedbackRequest = z.output<typeof FeedbackRequest>;

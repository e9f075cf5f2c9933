import { z } from 'zod';

/** Any documented field may be null, of another type, or absent: nothing is rejected. */
const text = z.unknown().meta({ type: ['string', 'null'] });
const instant = z.unknown().meta({ type: ['string', 'null'], format: 'date-time' });
const number = z.unknown().meta({ type: ['integer', 'null'] });
const flag = z.unknown().meta({ type: ['boolean', 'null'] });
const free = z.unknown().meta({ type: ['object', 'null'] });

/** Field names of AiFi, in its spelling. */
const Session = z.looseObject({
  createdAt: instant.optional(),
  updatedAt: instant.optional(),
  id: number.optional(),
  customerId: number.optional(),
  code: text.optional(),
  codeFirstSuccesfullyScannedAt: instant.optional(),
  codeLastSuccesfullyScannedAt: instant.optional(),
  customerFirstEnteredAt: instant.optional(),
  customerLastEnteredAt: instant.optional(),
  customerFirstExitedAt: instant.optional(),
  customerLastExitedAt: instant.optional(),
  customerPaymentInstrumentId: number.optional(),
  customerSatisfaction: number.optional(),
  customerSatisfactionSubmitted: flag.optional(),
  groupSize: number.optional(),
  visitors: number.optional(),
  locationId: text.optional(),
  priority: number.optional(),
  sessionToken: text.optional(),
  sessionId: text.optional(),
  referencedSessionId: text.optional(),
  status: text.optional(),
  storeId: number.optional(),
  storeIdScannableAt: number.optional(),
  suspectedFraud: flag.optional(),
  metadata: free.optional(),
  expiresAt: instant.optional(),
});

const Customer = z.looseObject({
  externalId: text.optional(),
  metadata: free.optional(),
  id: text.optional(),
  role: text.optional(),
});

const PaymentInstrument = z.looseObject({
  type: text.optional(),
  cardBin: text.optional(),
  cardLast4: text.optional(),
  cardExpMonth: number.optional(),
  cardExpYear: number.optional(),
  cardBrand: text.optional(),
});

/** The suspected-fraud push as AiFi documents it. Any JSON object is accepted. */
export const SuspectedFraudPush = z
  .looseObject({
    sessionId: text.optional().meta({ deprecated: true }),
    session: Session.nullish(),
    customer: Customer.nullish(),
    storeId: number.optional(),
    store: z
      .looseObject({ oasisApiStoreId: number.optional(), aifiUniqueStoreId: text.optional() })
      .nullish(),
    storeExternalId: text.optional(),
    timeOfOrigin: instant.optional(),
    timeOfIssue: instant.optional(),
    payment: z
      .looseObject({
        paymentProvider: text.optional(),
        paymentInstrument: PaymentInstrument.nullish(),
      })
      .nullish(),
  })
  .meta({ id: 'SuspectedFraudPush' });

/** AiFi does not read the answer. */
export const SuspectedFraudAnswer = z.strictObject({}).meta({ id: 'SuspectedFraudAnswer' });

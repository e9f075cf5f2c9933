import { createHash } from 'node:crypto';
import type { Settings } from '../../contracts/settings.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { CheckContext } from '../call.js';
import { toCustomerRequest } from './customer-request.js';
import { sardineIdsOf } from './ids.js';
import { toRiskRequest } from './risk-request.js';

/** The requests of one check, built once: every attempt sends the same ids. */
export interface Plan {
  readonly transactionId: string;
  readonly sessionKey: string;
  readonly customerRequest: unknown;
  readonly riskRequest: unknown;
  /** A key of all that Sardine at this address knows of the customer and the card. */
  readonly cacheKey: string;
}

/** Plans one check of a transaction; `guestIdOf` is a keyed one-way function of an e-mail. */
export const planOf = (
  transaction: SanitisedTransaction,
  context: CheckContext,
  options: { baseUrl: string; settings: Settings; guestIdOf: (email: string) => string },
): Plan => {
  const { transactionId, receivedAtMs, totalScore } = context;
  const { baseUrl, settings, guestIdOf } = options;
  const ids = sardineIdsOf(transaction, transactionId, guestIdOf);
  const order = { transactionId, receivedAtMs, ids };
  const customerRequest = toCustomerRequest(transaction, order);
  // Without the order's own id, time and amount, which would make every order a new customer.
  const told = [baseUrl, customerRequest.customer, customerRequest.transaction.paymentMethod];
  return {
    transactionId,
    sessionKey: ids.sessionKey,
    customerRequest,
    riskRequest: toRiskRequest(transaction, { ...order, totalScore, settings }),
    cacheKey: createHash('sha256').update(JSON.stringify(told)).digest('hex'),
  };
};

import { createHash } from 'node:crypto';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { sanitiseTransaction } from '../../domain/sanitise.js';
import { toCustomerRequest } from '../../partners/sardine/customer-request.js';
import { sardineIdsOf } from '../../partners/sardine/ids.js';
import { toRiskRequest } from '../../partners/sardine/risk-request.js';
import { toYleoRequest } from '../../partners/yleo/request.js';
import { exampleSettings } from '../support/rules.js';
import type { SchemaName } from './schemas.js';

const settings = exampleSettings();

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An order without its card number; the keyed pseudonyms have the form of the real ones. */
export const sanitised = (order: Transaction): SanitisedTransaction =>
  sanitiseTransaction(order, (pan) => ({
    tokens: { k1: hex(`token:${pan}`) },
    tokenKeyId: 'k1',
    sardineCardId: hex(`sardine:${pan}`),
    walletId: hex(`wallet:${pan}`).replace(
      /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
      '$1-$2-5$3-8$4-$5',
    ),
  }));

/** The requests of an order as they go over the wire; none to a partner that cannot take it. */
export const requestsFor = (order: Transaction): [SchemaName, unknown][] => {
  const transaction = sanitised(order);
  const transactionId = 'tx_0f3b6c';
  const context = { transactionId, receivedAtMs: Date.UTC(2026, 10, 20, 12), totalScore: -12 };
  const ids = sardineIdsOf(transaction, transactionId, (email) => hex(`guest:${email}`));
  const yleo = toYleoRequest(transaction, { transactionId, settings });
  const built: [SchemaName, unknown][] = [
    ['sardine-customers', toCustomerRequest(transaction, { ...context, ids })],
    ['sardine-issuing-risks', toRiskRequest(transaction, { ...context, ids, settings })],
    ...('notApplicable' in yleo
      ? []
      : [['yleo-detailed-fraud-check', yleo] as [SchemaName, unknown]]),
  ];
  return built.map(([name, body]) => [name, JSON.parse(JSON.stringify(body))]);
};

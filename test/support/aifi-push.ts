import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

/** The body of the documented `curl` call, byte for byte. */
export const seedBody = readFileSync('test/support/aifi-suspected-fraud.txt', 'utf8');

type Json = Record<string, unknown>;

/** A push with a new session. */
export const aifiPush = (overrides: Json = {}): Json => {
  const sessionId = randomUUID();
  return {
    sessionId,
    session: { sessionId, sessionToken: sessionId, suspectedFraud: false, status: 'active' },
    customer: { externalId: randomUUID(), id: 'aifi-1', role: 'customer', metadata: null },
    storeId: 1,
    store: { oasisApiStoreId: 1, aifiUniqueStoreId: 'one' },
    storeExternalId: null,
    timeOfOrigin: new Date().toISOString(),
    timeOfIssue: new Date().toISOString(),
    payment: { paymentProvider: 'NONE', paymentInstrument: null },
    ...overrides,
  };
};

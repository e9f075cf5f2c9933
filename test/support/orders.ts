import { randomUUID } from 'node:crypto';
import { exampleBody } from './transactions.js';

type Json = Record<string, unknown>;

/** A postable order under ids that no other test uses. `tags` steer the partner simulators. */
export const order = (overrides: Json = {}, tags = ''): Json => {
  const orderId = `T-${randomUUID()}`;
  const emailAddress = `dana.whitfield${tags}@example.com`;
  const customer = {
    accountId: `A-${orderId}`,
    emailAddress,
    ...(overrides['customer'] as Json | undefined),
  };
  return exampleBody({ orderId, ...overrides, customer });
};

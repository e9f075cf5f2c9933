import { hash } from 'node:crypto';
import { DetailedFraudCheckRequest, requestNames } from '../contracts/yleo/request.js';
import { emailTag } from './email-tags.js';
import { cardNumberPath } from './guard.js';
import { type Partner, type PartnerAnswer, problemOf } from './partner.js';

const route =
  '/service-client-request/Yleo.Fraud.Client.DetailedFraudCheck.DetailedFraudCheckRequest';

/** Yleo has such a page but publishes no path; this one is our own. */
const healthRoute = '/deep-health-check';

/** A phone number is no id, but its up to 15 digits may pass Luhn by chance. */
const numericIds: ReadonlySet<string> = new Set([
  'customerdata.alternateid',
  'customerdata.shippingmethodid',
  'customerdata.shippingphonenumber',
  'itemdata.itemid',
  'itemdata.partnumber',
]);

const tags = ['declined', 'review', 'escalate', 'notperformed', 'transient', 'permanent'] as const;

type Condition = 'Transient' | 'Permanent';

const exception = (status: number, condition: Condition, message: string): PartnerAnswer => ({
  status,
  body: { condition, message },
});

const spelling = new Map(requestNames.map((name) => [name.toLowerCase(), name]));

/** Gives every name the case of the documented table, because Yleo reads names in any case. */
const withTableNames = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withTableNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      spelling.get(name.toLowerCase()) ?? name,
      withTableNames(inner),
    ]),
  );
};

/** Kount's `TRAN` has 12 letters and digits; the same order gets the same one. */
const kountTransactionIdOf = (alternateId: string, sessionId: string): string =>
  hash('sha256', JSON.stringify([alternateId, sessionId]))
    .slice(0, 12)
    .toUpperCase();

const check = ({ customerData }: DetailedFraudCheckRequest): PartnerAnswer => {
  const { alternateId, sessionId, email } = customerData;
  const kountTransactionId = kountTransactionIdOf(alternateId, sessionId);
  const answer = (result: string, id = kountTransactionId): PartnerAnswer => ({
    status: 200,
    body: { result, kountTransactionId: id },
  });
  const tag = emailTag(email, 'yleo', tags);
  switch (tag) {
    case undefined:
      return answer('Approved');
    case 'declined':
      return answer('Declined');
    case 'review':
      return answer('Review');
    case 'escalate':
      return answer('Escalate');
    case 'notperformed':
      return answer('NotPerformed', '0');
    // Yleo documents no status for exceptions: with status 200 only the names in the body differ.
    case 'transient':
      return exception(200, 'Transient', 'Failed');
    case 'permanent':
      return exception(200, 'Permanent', 'Failed');
    default:
      return tag satisfies never;
  }
};

/** Yleo's one documented route (exact letter case, no query), and its health page. */
export const createYleo = (): Partner => ({
  failure: (status) => {
    const isTransient = status >= 500 || status === 429 || status === 408;
    return exception(status, isTransient ? 'Transient' : 'Permanent', `simulated fault ${status}`);
  },
  answer: ({ method, path, json }) => {
    if (method === 'GET' && path === healthRoute) {
      return { status: 200, body: { status: 'Healthy' } };
    }
    if (method !== 'POST' || path !== route) return exception(404, 'Permanent', 'no such route');
    const leak = cardNumberPath(json, numericIds);
    if (leak !== undefined) {
      return exception(400, 'Permanent', `${leak}: looks like a card number`);
    }
    const parsed = DetailedFraudCheckRequest.safeParse(withTableNames(json));
    return parsed.success
      ? check(parsed.data)
      : exception(400, 'Permanent', problemOf(parsed.error));
  },
});

import { emailTag } from './email-tags.js';
import { cardNumberPath } from './guard.js';
import { isAuthorized, type Partner, type PartnerAnswer } from './partner.js';

const healthRoute = '/health';

const tags = ['review', 'reject'] as const;

const scores = { accept: 12, review: 61, reject: 96 } as const;

/** Numbers in the example of docs/partners/custom.md that may pass Luhn by chance. */
const numericIds: ReadonlySet<string> = new Set([
  ...['orderid', 'order.id', 'customer.id', 'customer.phone', 'products.sku', 'products.upc'],
]);

const refuse = (status: number, error: string): PartnerAnswer => ({ status, body: { error } });

const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text);

/**
 * The first e-mail address anywhere in a body: the template decides under which name it is sent.
 */
const emailIn = (json: object): string => {
  const pending: unknown[] = [json];
  for (let value = pending.shift(); value !== undefined; value = pending.shift()) {
    if (typeof value === 'string' && isEmail(value)) return value;
    if (typeof value === 'object' && value !== null) {
      pending.push(...Object.values(value).filter((inner) => inner !== null));
    }
  }
  return '';
};

const isFilledObject = (json: unknown): json is object =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && Object.keys(json).length > 0;

/** A risk service that accepts a JSON object by POST on any path and answers with a decision. */
export const createCustom = ({ secret }: { readonly secret: string }): Partner => {
  const pair = secret.includes(':') ? secret : `${secret}:`;
  const basic = Buffer.from(pair).toString('base64');
  return {
    failure: (status) => refuse(status, `simulated fault ${status}`),
    answer: ({ method, path, headers, json }) => {
      if (method === 'GET' && path === healthRoute) return { status: 200, body: { status: 'up' } };
      const isKnown =
        secret !== '' &&
        (isAuthorized(headers, 'Bearer', secret) || isAuthorized(headers, 'Basic', basic));
      if (!isKnown) return refuse(401, 'wrong credentials');
      if (method !== 'POST') return refuse(405, 'only POST is taken');
      if (!isFilledObject(json)) return refuse(400, 'the body is no JSON object with names');
      const leak = cardNumberPath(json, numericIds);
      if (leak !== undefined) return refuse(400, `${leak}: looks like a card number`);
      const decision = emailTag(emailIn(json), 'custom', tags) ?? 'accept';
      const reasons = decision === 'accept' ? [] : ['SIMULATED'];
      return { status: 200, body: { decision, score: scores[decision], reasons } };
    },
  };
};

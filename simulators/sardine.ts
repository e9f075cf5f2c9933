import type { z } from 'zod';
import { CustomerRequest, FeedbackRequest, RiskRequest } from '../contracts/sardine/request.js';
import { BoundedMap } from './bounded-map.js';
import { emailTag } from './email-tags.js';
import { cardNumberPath } from './guard.js';
import { isAuthorized, type Partner, type PartnerAnswer, problemOf } from './partner.js';

/** Enough for the caller's 24-hour cache and 50 orders a second of test data. */
const customersMax = 100_000;

const numericIds: ReadonlySet<string> = new Set([
  'customerid',
  'customer.id',
  'transaction.id',
  'transaction.merchant.id',
  'transaction.terminal.id',
  'transaction.createdatmillis',
  'feedback.id',
  'feedback.timemillis',
]);

const levels = ['low', 'medium', 'high', 'very_high', 'unknown'] as const;
type Level = (typeof levels)[number];

/** The scale is not published; for an unknown level Sardine sends no score. */
const scores: Readonly<Record<Level, number | undefined>> = {
  low: 12,
  medium: 48,
  high: 81,
  very_high: 97,
  unknown: undefined,
};

/**
 * Sardine publishes no error bodies. This form is our own; its texts contain paths and no values.
 */
const refuse = (status: number, code: string, message: string): PartnerAnswer => ({
  status,
  body: { status: 'error', code, message },
});

/** As in Sardine's own sample, checkpoints and shadow rules may differ from `level`. */
const riskAnswer = (sessionKey: string, level: Level): PartnerAnswer => {
  const isClean = level === 'low';
  const score = scores[level];
  const rules = [
    { id: 123, isLive: true, isAllowlisted: false, name: 'Simulated risk' },
    { id: 124, isLive: false, isAllowlisted: false, name: 'Simulated shadow rule' },
  ];
  return {
    status: 200,
    body: {
      status: 'success',
      sessionKey,
      level,
      amlLevel: 'low',
      ...(score === undefined ? {} : { score }),
      checkpoints: {
        issuingrisk: { riskLevel: { value: level, ruleIds: isClean ? [] : [123] } },
      },
      rules: isClean ? [] : rules,
      ...(isClean ? {} : { reasonCodes: ['SIM1'] }),
    },
  };
};

/** Answers a valid body, or reports its problems. */
const answerBody = <S extends z.ZodType>(
  schema: S,
  json: unknown,
  answer: (body: z.output<S>) => PartnerAnswer,
): PartnerAnswer => {
  const leak = cardNumberPath(json, numericIds);
  if (leak !== undefined) return refuse(400, 'card_number', `${leak}: looks like a card number`);
  const parsed = schema.safeParse(json);
  return parsed.success
    ? answer(parsed.data)
    : refuse(400, 'invalid_request', problemOf(parsed.error));
};

/**
 * Sardine for card issuers: Basic auth, `/v1/customers`, `/v1/issuing/risks`, `/v1/feedbacks`. A
 * risk call for a customer that was not introduced gets 422 `unknown_customer`.
 */
export const createSardine = (credentials: {
  readonly clientId: string;
  readonly clientSecret: string;
}): Partner => {
  const { clientId, clientSecret } = credentials;
  const credential = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const levelOfCustomer = new BoundedMap<string, Level>(customersMax);

  const learn = ({ sessionKey, customer }: CustomerRequest): PartnerAnswer => {
    const level = emailTag(customer.emailAddress ?? '', 'sardine', levels) ?? 'low';
    levelOfCustomer.set(customer.id, level);
    return { status: 200, body: { status: 'Success', sessionKey, level } };
  };

  const assess = ({ customerId, sessionKey }: RiskRequest): PartnerAnswer => {
    const level = levelOfCustomer.get(customerId);
    return level === undefined
      ? refuse(422, 'unknown_customer', 'customerId: unknown customer, call /v1/customers first')
      : riskAnswer(sessionKey, level);
  };

  return {
    echoedField: 'sessionKey',
    failure: (status) => refuse(status, 'simulated_fault', `simulated fault ${status}`),
    answer: ({ method, path, headers, json }) => {
      if (clientId === '' || !isAuthorized(headers, 'Basic', credential)) {
        const challenge = { 'www-authenticate': 'Basic realm="sardine"' };
        return { ...refuse(401, 'unauthorized', 'wrong credentials'), headers: challenge };
      }
      switch (`${method} ${path}`) {
        case 'POST /v1/customers':
          return answerBody(CustomerRequest, json, learn);
        case 'POST /v1/issuing/risks':
          return answerBody(RiskRequest, json, assess);
        case 'POST /v1/feedbacks':
          return answerBody(FeedbackRequest, json, () => ({
            status: 200,
            body: { status: 'success' },
          }));
        default:
          return refuse(404, 'not_found', 'no such route');
      }
    },
  };
};

import { SettlementRequest } from '../contracts/oms/request.js';
import { BoundedMap } from './bounded-map.js';
import { cardNumberPath } from './guard.js';
import { isAuthorized, type Partner, type PartnerAnswer, problemOf } from './partner.js';

/** Half an hour of orders at 50 per second; a repeat of an older order would not be detected. */
const settledMax = 100_000;

const numericIds: ReadonlySet<string> = new Set([
  'transactionid',
  'decision.transactionid',
  'transaction.orderid',
  'transaction.groupid',
  'transaction.customer.accountid',
  'transaction.creditcard.merchantid',
  'transaction.creditcard.registernumber',
  'transaction.creditcard.transactionnumber',
  'transaction.items.svsnumber',
  'transaction.items.skunumber',
  'transaction.items.upcnumber',
  'transaction.items.classnumber',
]);

/** The decision that each action requires, and the order's status after it. */
const actions = {
  process: { recommendationCode: 'accept', status: 'processed' },
  cancel: { recommendationCode: 'reject', status: 'cancelled' },
} as const;
type Action = keyof typeof actions;

const refuse = (status: number, error: string, message: string): PartnerAnswer => ({
  status,
  body: { error, message },
});

const routeOf = (method: string, path: string): { orderId: string; action: Action } | undefined => {
  const match = /^\/orders\/([^/?]+)\/(process|cancel)$/.exec(path);
  if (method !== 'POST' || match === null) return undefined;
  try {
    return {
      orderId: decodeURIComponent(match[1] ?? ''),
      action: match[2] === 'process' ? 'process' : 'cancel',
    };
  } catch {
    return undefined;
  }
};

/** Why a settlement is refused; undefined when it may be carried out. */
const faultOf = (json: unknown, orderId: string, action: Action): PartnerAnswer | undefined => {
  const leak = cardNumberPath(json, numericIds);
  if (leak !== undefined) return refuse(400, 'card_number', `${leak}: looks like a card number`);
  const parsed = SettlementRequest.safeParse(json);
  if (!parsed.success) return refuse(400, 'invalid_request', problemOf(parsed.error));
  const { transaction, decision } = parsed.data;
  if (transaction.orderId !== orderId) {
    return refuse(400, 'invalid_request', 'transaction.orderId: must be the order of the route');
  }
  const { recommendationCode } = actions[action];
  return decision.recommendationCode === recommendationCode
    ? undefined
    : refuse(400, 'invalid_request', `decision.recommendationCode: must be ${recommendationCode}`);
};

/**
 * The order management system: carries out `process` or `cancel` once per order. A repeated key
 * gets 409, the opposite action 422, so that a double effect is visible.
 */
export const createOms = ({ token }: { readonly token: string }): Partner => {
  /** Idempotency key without its action, to the action that was carried out. */
  const settled = new BoundedMap<string, Action>(settledMax);

  const settle = (workflowId: string, action: Action): PartnerAnswer => {
    const done = settled.get(workflowId);
    if (done === action) return refuse(409, 'already_done', `order is ${actions[done].status}`);
    if (done !== undefined) {
      return refuse(422, 'opposite_action', `order is already ${actions[done].status}`);
    }
    settled.set(workflowId, action);
    return { status: 200, body: { status: actions[action].status } };
  };

  return {
    failure: (status) => refuse(status, 'simulated_fault', `simulated fault ${status}`),
    answer: ({ method, path, headers, json }) => {
      if (!isAuthorized(headers, 'Bearer', token)) {
        return refuse(401, 'unauthorized', 'wrong bearer token');
      }
      const route = routeOf(method, path);
      if (route === undefined) return refuse(404, 'not_found', 'no such route');
      const { orderId, action } = route;
      const key = headers['idempotency-key'] ?? '';
      const workflowId = key.slice(0, -`:${action}`.length);
      if (workflowId === '' || key !== `${workflowId}:${action}`) {
        return refuse(400, 'idempotency_key', `Idempotency-Key: must end with :${action}`);
      }
      return faultOf(json, orderId, action) ?? settle(workflowId, action);
    },
  };
};

import { SuspectedFraudAnswer, SuspectedFraudPush } from '../../contracts/aifi/push.js';
import type { Operation } from './operation.js';

/** What AiFi pushes. */
export const aifiOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/push/suspected-fraud',
    takesAnyQuery: true,
    tag: 'Pushes',
    summary: "Take in AiFi's suspicion of a shopper. Any JSON object is kept, once.",
    roles: ['aifi'],
    body: SuspectedFraudPush,
    answer: SuspectedFraudAnswer,
    faults: { 400: 'The body is no JSON object.' },
  },
];

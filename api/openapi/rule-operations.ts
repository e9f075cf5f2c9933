import { DecisionExplanation, RuleToTry, RuleTry } from '../../contracts/v1/rules.js';
import type { Operation } from './operation.js';

/** Rules at work on single orders. */
export const ruleOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/rules/try',
    tag: 'Rules',
    summary: 'Try a rule on one order, given or stored; nothing is stored or changed.',
    roles: ['analyst'],
    body: RuleToTry,
    answer: RuleTry,
    faults: {
      400: 'Bad input; what is wrong with the rule itself is in a 200 answer.',
      404: '`unknown_transaction`: no such transaction has a decision.',
      503: 'Too many rules are being tried; send the same request again.',
    },
  },
  {
    method: 'get',
    path: '/v1/transactions/{transactionId}/explanation',
    tag: 'Rules',
    summary: 'Explain a decision: rules, facts, orders counted, votes, and a plain summary.',
    roles: ['reviewer', 'analyst', 'operator'],
    answer: DecisionExplanation,
    faults: { 404: '`unknown_transaction`: no such transaction has a decision.' },
  },
];

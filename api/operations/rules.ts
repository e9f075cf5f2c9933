import { DecisionExplanation, RuleToTry, RuleTry } from '../../contracts/v1/rules.js';
import { explainDecision, auditReading } from '../../services/rule-sets/explain.js';
import { type TriedOn, tryRule } from '../../services/rule-sets/try.js';
import { badRequest, fault, tryAgain } from '../faults.js';
import { found, get, post, tagged, transactionPart } from '../operation.js';

const undecidedText = '`unknown_transaction`: no such transaction has a decision.';
const undecided = () => fault(404, 'unknown_transaction', 'no such transaction has a decision');

const answerOf = (tried: TriedOn): RuleTry => {
  switch (tried.kind) {
    case 'tried':
      return tried.answer;
    case 'bad_transaction':
      throw badRequest(tried.faults);
    case 'unknown_transaction':
      throw undecided();
    case 'overloaded':
      throw tryAgain('too many rules are being tried; send the same request again');
    default:
      return tried satisfies never;
  }
};

const tag = {
  name: 'Rules',
  description: 'Tries a rule on one order, and explains the rules of a decision.',
};

export const ruleOperations = tagged(tag, [
  post('/v1/rules/try', {
    summary: 'Try a rule on one order, posted or stored; nothing is stored or changed.',
    roles: ['analyst'],
    body: RuleToTry,
    examples: {
      onAStoredOrder: {
        rule: {
          id: 'R900',
          name: 'Large order',
          cases: [{ when: 'tx.orderTotal > 500.0', points: 20, reason: 'It is a large order.' }],
        },
        transactionId: 'tx_example',
      },
    },
    answer: RuleTry,
    returns: 'The result of the rule, part by part; or the problems of the rule.',
    faults: {
      400: 'Bad input; problems of the rule itself are in a 200 answer.',
      404: undecidedText,
      503: 'Too many rules are being tried; send the same request again.',
    },
    handle: async (context, { body }) => answerOf(await tryRule(context, body)),
  }),
  get('/v1/transactions/{transactionId}/explanation', {
    summary: 'Explain a decision: rules, facts, counted orders, votes, and a plain summary.',
    roles: ['reviewer', 'analyst', 'operator'],
    params: { transactionId: { ...transactionPart, missing: undecided } },
    answer: DecisionExplanation,
    returns: 'The decision as first answered, explained.',
    faults: { 404: undecidedText },
    handle: async (context, { params: { transactionId } }) => {
      const explained = found(await explainDecision(context, transactionId), undecided);
      await auditReading(context, { what: 'explanation', transactionId });
      return explained;
    },
  }),
]);

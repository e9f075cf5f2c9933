import { alertRulesMax, type RuleRefusal } from '../services/alerts/rules.js';
import { badRequest, fault, type HttpFault } from './faults.js';

const personal = '$.name must hold no card number, e-mail or IP address';
const tooMany = `$ cannot be added: there are ${alertRulesMax} rules already`;

/** The answer to a rule that was not stored; both models tell a taken name by other statuses. */
export const ruleFault = (refusal: RuleRefusal, takenStatus: 400 | 409): HttpFault => {
  const invalid = (message: string) => badRequest([{ error: 'invalid_value', message }]);
  switch (refusal.kind) {
    case 'duplicate_name':
      return fault(takenStatus, 'duplicate_name', '$.name is that of another rule');
    case 'personal_name':
      return invalid(personal);
    case 'too_many_rules':
      return invalid(tooMany);
    default:
      return refusal satisfies never;
  }
};

export const noSuchRule = (): HttpFault => fault(404, 'not_found', 'no such rule');

/** The id in a path; whatever is none names no rule. */
export const ruleIdOf = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw noSuchRule();
  return Number(text);
};

/** What was listed. Throws 400 when the instant asked for lies ahead; `name` is the parameter's. */
export const listedOr = <T>(listed: T | undefined, name: 'as_of' | 'cursor'): T => {
  if (listed !== undefined) return listed;
  const message = `$.${name} must be that of an earlier page`;
  throw badRequest([{ error: 'invalid_value', message }]);
};

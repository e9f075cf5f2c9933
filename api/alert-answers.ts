import { primitive } from '../contracts/faults.js';
import { refuse } from '../contracts/refusal.js';
import { alertRulesMax, type RuleRefusal } from '../services/alerts/rules.js';
import { badRequest, fault, type HttpFault } from './faults.js';
import { pathPart } from './operation.js';

const personal = '$.name must hold no card number, e-mail or IP address';
const tooMany = `$ cannot be added: there are ${alertRulesMax} rules already`;

/**
 * The fault for a rule that was not stored. The two rule models use different statuses for a
 * duplicate name.
 */
export const ruleFault = (refusal: RuleRefusal, duplicateStatus: 400 | 409): HttpFault => {
  const invalid = (message: string) => badRequest([{ error: 'invalid_value', message }]);
  switch (refusal.kind) {
    case 'duplicate_name':
      return fault(duplicateStatus, 'duplicate_name', '$.name is that of another rule');
    case 'personal_name':
      return invalid(personal);
    case 'too_many_rules':
      return invalid(tooMany);
    default:
      return refusal satisfies never;
  }
};

/** A positive integer without leading zeros, up to `max`. */
const numberPart = (max: number, description: string, what: string) => {
  const read = (value: unknown) => {
    const number = /^[1-9]\d{0,15}$/.test(String(value)) ? Number(value) : Number.NaN;
    return number <= max ? number : refuse('invalid_value', 'must be an id');
  };
  const schema = primitive({ type: 'integer', minimum: 1, maximum: max }, read);
  return pathPart(schema, description, what);
};

const idMax = 999_999_999_999_999;

export const rulePart = numberPart(idMax, "The rule's id.", 'no such rule');
export const alertPart = numberPart(idMax, "The alert's id.", 'no such alert');
/** The member in a path, up to 2^53-1 as alerts and activities name them. */
export const memberPart = numberPart(
  Number.MAX_SAFE_INTEGER,
  "The member's id, Sparkfly's own.",
  'no such member',
);

/**
 * Returns the list. Throws 400 when the client asked for an instant in the future; `name` is the
 * parameter's name.
 */
export const listedOr = <T>(listed: T | undefined, name: 'as_of' | 'cursor'): T => {
  if (listed !== undefined) return listed;
  const message = `$.${name} must be that of an earlier page`;
  throw badRequest([{ error: 'invalid_value', message }]);
};

import type { CaseRefusal } from '../services/cases/change.js';
import type { DecisionRefusal } from '../services/cases/decisions.js';
import { readCaseWork } from '../services/cases/summary.js';
import type { CallContext } from './context.js';
import { badRequest, fault, type HttpFault } from './faults.js';
import { found, idPart } from './operation.js';

/** The path parameter of what one does to a case. */
export const caseParams = { caseId: idPart("The case's id.", 'no such case') };

/** Why a case cannot be worked on, for the document. */
export const busyCase =
  '`claimed_by_another`: somebody else has claimed it. `already_decided`: somebody has ' +
  'decided it. `case_closed`: its order was withdrawn.';

/** 404 for a case that does not exist. */
export const noSuchCase = (): HttpFault => fault(404, 'not_found', 'no such case');

/** The fault of a case that cannot be worked on: 404, or 409 with who has it or decided it. */
export const refusedCase = (refusal: CaseRefusal): HttpFault => {
  switch (refusal.kind) {
    case 'unknown':
      return noSuchCase();
    case 'closed':
      return fault(409, 'case_closed', 'the order is no longer in review');
    case 'already_decided': {
      const { by, at, outcome } = refusal;
      const message = `${by} decided ${outcome} at ${at.toISOString()}`;
      return fault(409, 'already_decided', message);
    }
    case 'claimed_by_another': {
      const { by, until } = refusal;
      const message = `${by} has claimed the case until ${until.toISOString()}`;
      return fault(409, 'claimed_by_another', message);
    }
    default:
      return refusal satisfies never;
  }
};

/** The fault of a decision that was not taken. */
export const refusedDecision = (refusal: CaseRefusal | DecisionRefusal): HttpFault => {
  switch (refusal.kind) {
    case 'unknown_reason': {
      const message = `$.reasonCode must be one of: ${refusal.known.join(', ')}`;
      return badRequest([{ error: 'invalid_enum', message }]);
    }
    case 'needs_another_person':
      return fault(409, 'four_eyes', 'somebody else than who decided it must confirm it');
    default:
      return refusedCase(refusal);
  }
};

/** Where the work on a case stands after a change. */
export const workOf = async (context: CallContext, caseId: string) =>
  found(await readCaseWork(context, caseId), noSuchCase);

/** Whether the caller may change what others have done. */
export const isLead = ({ actor: { role } }: CallContext): boolean =>
  role === 'lead' || role === 'admin';

import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import type { CaseRefusal } from './change.js';
import { reassignCase } from './claims.js';

/** What a bulk assignment did to one case. */
export interface AssignmentResult {
  readonly caseId: string;
  readonly result:
    | { readonly kind: 'claimed' }
    /** Postgres was away; the same request may be sent again. */
    | { readonly kind: 'try_again' }
    | CaseRefusal;
}

type AssignmentContext = Parameters<typeof reassignCase>[0];

const assignOne = async (
  context: AssignmentContext,
  caseId: string,
  assignment: { readonly to: string; readonly reason: string },
): Promise<AssignmentResult['result']> => {
  try {
    return await reassignCase(context, caseId, assignment);
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return { kind: 'try_again' };
    throw error;
  }
};

/**
 * Assigns several cases to somebody, whoever holds them; for team leads. Each is assigned by
 * itself, with a note and an audit row: a failure of one does not stop the others.
 */
export const assignCases = async (
  context: AssignmentContext,
  caseIds: readonly string[],
  assignment: { readonly to: string; readonly reason: string },
): Promise<AssignmentResult[]> => {
  const results: AssignmentResult[] = [];
  for (const caseId of new Set(caseIds)) {
    results.push({ caseId, result: await assignOne(context, caseId, assignment) });
  }
  return results;
};

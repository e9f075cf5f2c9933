/** A problem with a part of a condition; offsets count characters of its text. */
export interface ConditionProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A condition could not be evaluated. The message names facts, never their values. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';
}

/** A fact that the condition needs has no value: its group failed or was not stored. */
export class MissingFact extends ConditionFault {
  readonly fact: string;

  constructor(fact: string) {
    super(`the fact ${fact} has no value`);
    this.fact = fact;
  }
}

/** A message that is safe to store; an unexpected error gets a generic one. */
export const describeFault = (error: unknown): string =>
  error instanceof ConditionFault ? error.message : 'could not be evaluated';

/** Something wrong with a part of a condition; offsets count characters of its text. */
export interface ConditionProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A condition could not be evaluated. The message names facts, never their values. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';
}

/** A fact that the condition needs has no value: its group could not be read or was not stored. */
export class MissingFact extends ConditionFault {
  readonly fact: string;

  constructor(fact: string) {
    super(`the fact ${fact} has no value`);
    this.fact = fact;
  }
}

/** The fault in words that are safe to store; anything unforeseen tells nothing of itself. */
export const describeFault = (error: unknown): string =>
  error instanceof ConditionFault ? error.message : 'could not be evaluated';

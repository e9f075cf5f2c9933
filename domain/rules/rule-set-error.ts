/** A problem of a rule set; `rule` is the rule's id, or its position when it has none. */
export interface RuleProblem {
  readonly rule: string;
  readonly message: string;
  /** The place in the parsed document, as keys and indexes. */
  readonly path: readonly (string | number)[];
  /** The affected characters of the text at that path; absent for all of it. */
  readonly span?: { readonly start: number; readonly end: number };
}

/** A rule set was refused as a whole. It lists every problem, so that one edit can fix them all. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
  readonly problems: readonly RuleProblem[];

  constructor(problems: readonly RuleProblem[]) {
    super(problems.map(({ rule, message }) => `${rule}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

/** The workflow type that operators see. */
export const learnPointsType = 'learnPoints';

/** One workflow per fit. */
export const learnPointsWorkflowIdOf = (fitId: string): string => `learn-points:${fitId}`;

/** Input of `learnPoints`; period, rules and results are in Postgres. */
export interface LearnPointsInput {
  readonly fitId: string;
}

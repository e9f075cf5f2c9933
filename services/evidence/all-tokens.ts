import type { SubjectTokens } from './subject-tokens.js';

/** Every token that a subject may be stored under. */
export const allTokensOf = ({ tokens, earlier = [] }: SubjectTokens): Buffer[] =>
  [tokens, ...earlier].flatMap((some) => Object.values(some));

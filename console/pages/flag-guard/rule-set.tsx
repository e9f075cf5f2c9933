/** A rule set within a sentence: `version 3`, or the shipped one. */
export const ruleSetWords = (version: number): string =>
  version === 0 ? 'the shipped rule set' : `version ${version}`;

/** A rule set at the beginning of a sentence or cell: `Version 3`. */
export const ruleSetTitle = (version: number): string =>
  version === 0 ? 'The shipped rule set' : `Version ${version}`;

/** A rule set with the way to when it was in force, and why. */
export const RuleSetLink = ({ version }: { version: number }) => (
  <a href="/console/rules#publications">{ruleSetTitle(version)}</a>
);

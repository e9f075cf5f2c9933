import type { Rule, RuleSetFile } from '../../contracts/rules.js';

/** What a rule set says besides its compiled form: what a diff compares. */
export interface RuleSetContent
  extends Pick<ReturnType<typeof RuleSetFile.parse>, 'bands' | 'banners'> {
  readonly rules: readonly Rule[];
}

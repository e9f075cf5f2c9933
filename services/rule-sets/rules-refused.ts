import type { RulesInForce } from '../../domain/rules/in-force.js';

/**
 * A stored version cannot be compiled by this process: a newer release wrote it. The message names
 * the version and the rules, and nothing that they say.
 */
export class RulesRefused extends Error {
  override readonly name = 'RulesRefused';
  readonly version: number;
  /** What can be used all the same: the live rules, when only the challenger is refused. */
  readonly usable: RulesInForce | undefined;

  constructor(version: number, rules: readonly string[], usable?: RulesInForce) {
    super(`version ${version} cannot be used: ${[...new Set(rules)].join(', ')}`);
    this.version = version;
    this.usable = usable;
  }
}

import type { Banner } from './hbc/transaction.js';
import type { Policy } from './policy.js';
import type { VotingPartner } from './voting-partners.js';

/** The policy in force for a banner. Version 0 is the one of `config/verdict.yaml`. */
export interface PolicyInForce {
  readonly version: number;
  readonly policy: Policy;
}

/** Controls that analysts and operators may change at run time. */
export interface Controls {
  readonly policies: Readonly<Record<Banner, PolicyInForce>>;
  /** Partners that an operator has switched off, for every banner. */
  readonly switchedOff: ReadonlySet<VotingPartner>;
  /**
   * The time of each lever's last move, in milliseconds since 1970; absent for a lever never moved.
   */
  readonly leverMovedAtMs: ReadonlyMap<VotingPartner, number>;
}

import type { Banner } from './hbc/transaction.js';
import type { Policy } from './policy.js';
import type { VotingPartner } from './voting-partners.js';

/** A banner's policy in force. Version 0 is the one of `config/verdict.yaml`. */
export interface PolicyInForce {
  readonly version: number;
  readonly policy: Policy;
}

/** What analysts and operators may change while Verdict runs. */
export interface Controls {
  readonly policies: Readonly<Record<Banner, PolicyInForce>>;
  /** Partners that an operator has switched off, for every banner. */
  readonly switchedOff: ReadonlySet<VotingPartner>;
  /** When each lever was last moved, in milliseconds since 1970; none for one that never was. */
  readonly leverMovedAtMs: ReadonlyMap<VotingPartner, number>;
}

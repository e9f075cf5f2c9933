import type { Controls } from '../contracts/controls.js';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { Policy, VotingPartner } from '../contracts/policy.js';
import type { Settings } from '../contracts/settings.js';
import type { Pool } from '../db/pool.js';
import type { TryContext } from '../services/rule-sets/try.js';
import type { KeyHolder } from '../services/keys.js';
import type { Tokeniser, Vault } from '../services/context.js';
import type { QueueState } from '../services/readiness.js';
import type { ShippedRules } from '../services/rule-sets/versions.js';
import type { RuleGuard } from '../services/rule-sets/guard.js';
import type { Logger } from '../runtime/logger.js';
import type { Alarm, Metrics } from '../runtime/metrics.js';
import type { Refreshed } from '../runtime/live-value.js';
import type { Secret } from '../runtime/secret.js';
import type { BacktestClient } from '../temporal/backtests.js';
import type { ScreeningClient } from '../temporal/order-client.js';
import type { ScreeningPolicy } from '../temporal/order-input.js';
import type { Runs } from '../temporal/order-runs.js';
import type { PayloadCodec } from '@temporalio/common';

/** All that the API needs; built once by its `main.ts`. */
export interface ApiDeps {
  readonly db: Pool;
  /** Connections for storing new orders, apart: a flood of them holds nobody else up. */
  readonly orderPool: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly screening: ScreeningClient;
  readonly runs: Runs;
  readonly backtests: BacktestClient;
  /** Has pushes of AiFi drained soon; nobody waits for it, and it never throws. */
  readonly nudgeAifi: () => void;
  readonly policy: ScreeningPolicy;
  /** What analysts and operators have set, as this process last read it. */
  readonly controls: Pick<Refreshed<Controls>, 'current' | 'refresh'>;
  /** Each banner's policy of the settings file: in force until another one is published. */
  readonly policyDefaults: Readonly<Record<Banner, Policy>>;
  /** The rules file: in force until another rule set is published. */
  readonly shippedRules: ShippedRules;
  /** Reads rule texts that nobody has checked. */
  readonly ruleGuard: RuleGuard;
  readonly settings: Settings;
  /** The tables that are mounted. */
  readonly lookups: TryContext['lookups'];
  /** Whether somebody else than its editors must publish a draft of a rule set. */
  readonly fourEyes: boolean;
  /** `DECISION_BUDGET_MS`: no policy may give the partners more. */
  readonly budgetMaxMs: number;
  /** Partners that have an address. */
  readonly configuredPartners: readonly VotingPartner[];
  /** What Sparkfly signs its pushes with; without it a bearer key lets them in. */
  readonly sparkflySecret?: Secret | undefined;
  readonly codec: PayloadCodec;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly alarm: Alarm;
  readonly now: () => Date;
  /** Origins of the Temporal UI that may decode without a key; empty in production. */
  readonly uiOrigins: readonly string[];
  /** Looks at the queue that orders wait in; used by `/readyz`. */
  readonly seeQueue: () => Promise<QueueState>;
}

/** What middleware leaves behind for the routes. */
export type ApiEnv = {
  Variables: {
    holder: KeyHolder;
    /** When the answer is due, as `performance.now()` tells it; on routes with a deadline. */
    answerBy: number;
  };
};

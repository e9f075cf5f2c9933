import type { Controls } from '../contracts/controls.js';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { Policy } from '../contracts/policy.js';
import type { VotingPartner } from '../contracts/voting-partners.js';
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
import type { LearnedPointsClient } from '../temporal/learned-points.js';
import type { ScreeningClient } from '../temporal/order-client.js';
import type { ScreeningPolicy } from '../temporal/order-input.js';
import type { Runs } from '../temporal/order-runs.js';
import type { PayloadCodec } from '@temporalio/common';

import type { DecidedAnswers } from './decided-answers.js';

/** Everything the API needs; built once by its `main.ts`. */
export interface ApiDeps {
  readonly db: Pool;
  /** A pool of its own for storing new orders, so that a flood of them blocks nothing else. */
  readonly orderPool: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly screening: ScreeningClient;
  readonly decidedAnswers: DecidedAnswers;
  readonly runs: Runs;
  readonly backtests: BacktestClient;
  readonly learnedPoints: LearnedPointsClient;
  /** Asks the worker to drain AiFi pushes soon. Returns at once and never throws. */
  readonly nudgeAifi: () => void;
  readonly policy: ScreeningPolicy;
  /** Policies and levers as this process last read them. */
  readonly controls: Pick<Refreshed<Controls>, 'current' | 'refresh'>;
  /** Each banner's policy from the settings file: in force until another one is published. */
  readonly policyDefaults: Readonly<Record<Banner, Policy>>;
  /** The rules file: in force until another rule set is published. */
  readonly shippedRules: ShippedRules;
  /** Parses and evaluates untrusted rule text in a thread. */
  readonly ruleGuard: RuleGuard;
  readonly settings: Settings;
  /** The lookup tables that the operator has mounted. */
  readonly lookups: TryContext['lookups'];
  /** `UNDO_WINDOW`: how long a decision of a case can be undone; 0 applies it at once. */
  readonly undoWindowMs: number;
  /** `CLAIM_TTL`: how long a claim lasts that nobody keeps. */
  readonly claimTtlMs: number;
  /** Whether a draft of a rule set needs a publisher who did not edit it. */
  readonly fourEyes: boolean;
  /** `DECISION_BUDGET_MS`: the upper limit of a policy's partner budget. */
  readonly budgetMaxMs: number;
  /** Partners that have an address. */
  readonly configuredPartners: readonly VotingPartner[];
  /** The secret with which Sparkfly signs its pushes. Without it a push needs a bearer key. */
  readonly sparkflySecret?: Secret | undefined;
  readonly codec: PayloadCodec;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly alarm: Alarm;
  readonly now: () => Date;
  /** Origins of the Temporal UI that may decode payloads without a key; empty in production. */
  readonly uiOrigins: readonly string[];
  /** Where Temporal's UI shows workflows, for links; undefined without a known UI. */
  readonly workflowsUrl?: string | undefined;
  /** Reads the state of the orders' task queue; used by `/readyz`. */
  readonly readQueueState: () => Promise<QueueState>;
}

/** Variables that middleware sets for the handlers. */
export type ApiEnv = {
  Variables: {
    holder: KeyHolder;
    /**
     * The deadline of the answer on the clock of `performance.now()`; set on routes with a
     * deadline.
     */
    answerBy: number;
  };
};

import type { Controls } from '../contracts/controls.js';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { Policy, VotingPartner } from '../contracts/policy.js';
import type { Pool } from '../db/pool.js';
import type { KeyHolder } from '../services/keys/authenticate.js';
import type { Tokeniser, Vault } from '../services/ports.js';
import type { Logger } from '../runtime/logger.js';
import type { Alarm, Metrics } from '../runtime/metrics.js';
import type { Refreshed } from '../runtime/refreshed.js';
import type { ScreeningClient } from '../screening/client.js';
import type { ScreeningPolicy } from '../screening/input.js';
import type { PayloadCodec } from '@temporalio/common';

/** All that the API needs; built once by its `main.ts`. */
export interface ApiDeps {
  readonly pool: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly screening: ScreeningClient;
  readonly policy: ScreeningPolicy;
  /** What analysts and operators have set, as this process last read it. */
  readonly controls: Pick<Refreshed<Controls>, 'current' | 'refresh'>;
  /** Each banner's policy of the settings file: in force until another one is published. */
  readonly policyDefaults: Readonly<Record<Banner, Policy>>;
  /** `DECISION_BUDGET_MS`: no policy may give the partners more. */
  readonly budgetMaxMs: number;
  /** Partners that have an address. */
  readonly configuredPartners: readonly VotingPartner[];
  readonly codec: PayloadCodec;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly alarm: Alarm;
  readonly now: () => Date;
  /** Origins of the Temporal UI that may decode without a key; empty in production. */
  readonly uiOrigins: readonly string[];
  /** True when Temporal answers; used by `/readyz`. */
  readonly isTemporalReachable: () => Promise<boolean>;
}

/** What middleware leaves behind for the routes. */
export type ApiEnv = { Variables: { holder: KeyHolder } };
